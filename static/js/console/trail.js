/** Where the selected patrol came from: the last half hour, fainter with age. Asked for by key, for a look leaves a trace. */

import { ApiError, read } from "../api.js";
import { changed, subscribe } from "../bus.js";
import { serverNow } from "../clock.js";
import { fill, gettext } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { colour } from "./map-images.js";

const LAST_MS = 30 * 60_000;
const MOST = 2000;
/** Where positions are further apart in time, the line between them is a guess, and is dashed. */
const GAP_MS = 3 * 60_000;
const STEPS = 6;

const NOTHING = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });

/** @type {{unit: Id | null, points: Position[]}} */
const trail = { unit: null, points: [] };

/** Whether a trail is shown. */
export const hasTrail = () => trail.unit !== null;

/** Show the trail of the selected patrol, or put it away. */
export async function toggleTrail() {
  const { unit } = desk;
  if (unit === null || trail.unit === unit) return hide();
  Object.assign(trail, { unit, points: [] });
  const from = new Date(serverNow() - LAST_MS).toISOString();
  try {
    const found = await read(`units/${unit}/positions/`, { query: { from, limit: MOST } });
    if (trail.unit !== unit) return;
    trail.points = found;
    if (found.length < 2) desk.say("news", fill(gettext("No positions of %(unit)s in the last half hour"), { unit: store.units.get(unit)?.call_sign ?? "" }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
    Object.assign(trail, { unit: null, points: [] });
  }
  changed("trail");
}

function hide() {
  Object.assign(trail, { unit: null, points: [] });
  changed("trail");
}

subscribe(["desk"], () => trail.unit !== null && desk.unit !== trail.unit && hide());
subscribe(["positions"], () => {
  if (trail.unit === null) return;
  const position = store.positions.get(trail.unit);
  const last = trail.points.at(-1);
  if (!position || (last && position.at <= last.at)) return;
  trail.points.push(position);
  changed("trail");
});

/** The trail in pieces of like age. */
export function trailFeatures() {
  const now = serverNow();
  trail.points = trail.points.filter((point) => now - Date.parse(point.at) <= LAST_MS);
  return trail.points.length < 2 ? NOTHING : lines(trail.points, now, LAST_MS);
}

/**
 * A way in pieces: `age` from 0 (now) to 1, `gap` where nothing is known in between.
 * @param {readonly {lon: number, lat: number, at: Iso}[]} points
 * @param {number} now
 * @param {number} span milliseconds
 * @returns {GeoJSON.FeatureCollection}
 */
export function lines(points, now, span) {
  const features = [];
  /** @type {[number, number][]} */
  let piece = [];
  let of = "";
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (!before) continue;
    const age = Math.min(STEPS - 1, Math.floor(((now - Date.parse(point.at)) / span) * STEPS));
    const gap = Date.parse(point.at) - Date.parse(before.at) > GAP_MS;
    if (`${age} ${gap}` !== of) {
      of = `${age} ${gap}`;
      piece = [[before.lon, before.lat]];
      features.push({
        type: /** @type {const} */ ("Feature"),
        geometry: { type: /** @type {const} */ ("LineString"), coordinates: piece },
        properties: { age: age / (STEPS - 1), gap },
      });
    }
    piece.push([point.lon, point.lat]);
  }
  return { type: "FeatureCollection", features };
}

/** @param {import("maplibre-gl").Map} map */
export function addTrail(map) {
  const opacity = /** @type {any} */ (["-", 0.95, ["*", 0.75, ["get", "age"]]]);
  const paint = { "line-color": colour("--accent"), "line-width": 3, "line-opacity": opacity };
  map.addLayer({ id: "trail", type: "line", source: "trail", filter: ["!", ["get", "gap"]], layout: { "line-cap": "round", "line-join": "round" }, paint });
  map.addLayer({ id: "trail-gaps", type: "line", source: "trail", filter: ["get", "gap"], paint: { ...paint, "line-width": 2, "line-dasharray": [2, 2] } });
}
