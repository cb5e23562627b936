/** Units that overlap on the screen stay readable, each of them, at every zoom. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fromPixels, MOST_LAID_OUT, spread, toPixels } from "../../static/js/console/map-spread.js";

/** @param {number} unit @param {number} lon @param {number} lat @param {number} [rank] */
const at = (unit, lon, lat, rank = 1) => ({
  type: /** @type {const} */ ("Feature"),
  geometry: { type: /** @type {const} */ ("Point"), coordinates: [lon, lat] },
  properties: { unit, rank },
});

/** @param {ReturnType<typeof spread>} made @param {number} zoom */
function pixels(made, zoom) {
  return made.units.map(({ geometry }) => toPixels(geometry.coordinates[0], geometry.coordinates[1], zoom));
}

test("pixels and degrees are each other's way back", () => {
  const [x, y] = toPixels(19.84, 45.25, 13.7);
  const [lon, lat] = fromPixels(x, y, 13.7);
  assert.ok(Math.abs(lon - 19.84) < 1e-9 && Math.abs(lat - 45.25) < 1e-9);
});

test("a unit by itself stays where it is", () => {
  const one = at(1, 19.84, 45.25);
  assert.deepEqual(spread([one], 13, true, null), { units: [one], crowds: [], leaders: [] });
});

test("two units on one spot are both shown, a line apart, at any zoom", () => {
  for (const zoom of [8, 12, 13.37, 19]) {
    const made = spread([at(1, 19.84, 45.25), at(2, 19.84, 45.25)], zoom, true, null);
    const [[x1, y1], [x2, y2]] = pixels(made, zoom);
    assert.ok(Math.abs(x1 - x2) < 0.01 && Math.abs(y2 - y1 - 20) < 0.01);
    assert.equal(made.crowds.length, 0);
    assert.equal(made.leaders.length, 1);
  }
});

test("more than a few stand behind one number, but those in need or in view never do", () => {
  const many = Array.from({ length: 12 }, (_, n) => at(n + 1, 19.84, 45.25, n === 7 ? 3 : n === 3 ? 2 : 1));
  const made = spread(many, 13, true, null);
  assert.deepEqual(made.units.map(({ properties }) => properties?.unit), [8, 4]);
  assert.equal(made.crowds[0].properties?.count, 10);
});

test("a crowd opens, and then everybody has a place of their own", () => {
  const many = Array.from({ length: 30 }, (_, n) => at(n + 1, 19.84, 45.25));
  const made = spread(many, 13, true, 5);
  assert.equal(made.units.length, 30);
  assert.equal(made.crowds.length, 0);
  const places = pixels(made, 13);
  for (const [i, [x, y]] of places.entries())
    for (const [ox, oy] of places.slice(i + 1)) assert.ok(Math.abs(x - ox) > 80 || Math.abs(y - oy) > 19);
});

test("nobody is lost and nobody is there twice, however they lie", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (const zoom of [9, 11, 13, 16]) {
    const many = Array.from({ length: 500 }, (_, n) => at(n, 19.8 + random() / 10, 45.2 + random() / 10, random() < 0.02 ? 3 : 1));
    const made = spread(many, zoom, zoom > 10, null);
    const shown = made.units.map(({ properties }) => properties?.unit);
    const counted = made.crowds.reduce((sum, { properties }) => sum + properties?.count, 0);
    assert.equal(new Set(shown).size, shown.length);
    assert.equal(shown.length + counted, 500);
    for (const { properties } of made.crowds) assert.ok(properties?.count >= 1);
    for (const { properties } of many) if (properties.rank === 3) assert.ok(shown.includes(properties.unit));
  }
  assert.ok(MOST_LAID_OUT > 1);
});
