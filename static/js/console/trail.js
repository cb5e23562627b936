/** Where the selected patrol came from: the last half hour, fainter with age. Asked for by key, for a look leaves a trace. */

import { ApiError, read } from "../api.js";
import { changed, subscribe } from "../bus.js";
import { serverNow } from "../clock.js";
import { fill, gettext } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { lines } from "./trail-lines.js";

const LAST_MS = 30 * 60_000;
const MOST = 2000;

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
