/** What the field of a kind offers: the nearest first. */

import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { addEventListener: () => {}, document: { documentElement: { lang: "sr" }, getElementById: () => null } });
const { findKinds } = await import("../../static/js/console/choices.js");
const { kinds } = await import("../../static/js/console/kinds.js");

const named = (/** @type {string} */ code, /** @type {number} */ priority, /** @type {string} */ sr) =>
  kinds.set(code, /** @type {any} */ ({ code, name: code, names: { sr }, priority }));

test("a kind that is called just so comes first, then one that begins so, whatever their priorities", async () => {
  named("shoplifting", 2, "Задржано лице, крађа у продавници");
  named("theft", 4, "Крађа");
  named("car_theft", 3, "Крађа возила");
  const found = await findKinds("krađa ");
  assert.deepEqual(found.map(({ id }) => id), ["theft", "car_theft", "shoplifting"]);
  assert.deepEqual((await findKinds("krad")).map(({ id }) => id), ["car_theft", "theft", "shoplifting"]);
});
