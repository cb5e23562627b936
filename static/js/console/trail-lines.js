/** How a trail is drawn: fainter with age, dashed where nothing is known in between. The same on the console and in replay. */

import { colour } from "./map-images.js";

/** Where positions are further apart in time, the line between them is a guess. */
const GAP_MS = 3 * 60_000;
const STEPS = 6;

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
