/** What lies under the units: sectors, hazards, and what the free units reach. Read only while it is shown. */

import { ApiError, read } from "../api.js";
import { changed, subscribe } from "../bus.js";
import { inScript } from "../i18n.js";
import { store } from "../store.js";
import { isLayerShown } from "./layout.js";
import { isFree } from "./order.js";
import { settings } from "./settings.js";

const SOON_MS = 1500;
const AGAIN_MS = 30_000;
const HAZARDS_MS = 300_000;
const MOST_HAZARDS = 1000;
export const MINUTES = [3, 5, 8, 10, 15];
const KEPT_MINUTES = "patrulja.coverage-minutes";

const NOTHING = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });

/** What has been read. @type {{areas: GeoJSON.FeatureCollection | null, hazards: (Hazard & {location: LonLat | null, place: string})[], coverage: Coverage | null}} */
export const ground = { areas: null, hazards: [], coverage: null };

/** Within how many minutes the coverage is shown. */
export const coverageMinutes = () => Number(localStorage.getItem(KEPT_MINUTES)) || 5;

/** @param {number} minutes */
export function coverWithin(minutes) {
  localStorage.setItem(KEPT_MINUTES, String(minutes));
  ground.coverage = null;
  changed("ground");
  void loadCoverage();
}

/**
 * Ask; without an answer what was known stays.
 * @param {string} path
 * @param {Record<string, number>} query
 * @param {(found: any) => void} take
 */
async function ask(path, query, take) {
  try {
    take(await read(path, { query }));
    changed("ground");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

async function loadCoverage() {
  clearTimeout(soon);
  if (!isLayerShown("coverage") || document.visibilityState === "hidden") return;
  const minutes = coverageMinutes();
  await ask(`boards/${settings.board}/coverage/`, { minutes }, (found) => (ground.coverage = found));
  if (ground.coverage?.pending) soon = setTimeout(() => void loadCoverage(), SOON_MS);
}

function load() {
  if (isLayerShown("sectors") && !ground.areas)
    void ask(`boards/${settings.board}/areas/`, {}, (found) => (ground.areas = found));
  if (isLayerShown("hazards") && ground.hazards.length === 0) void loadHazards();
  if (isLayerShown("coverage")) void loadCoverage();
}

const loadHazards = () => ask("hazards/", { limit: MOST_HAZARDS }, (found) => (ground.hazards = found.results));

let free = "";

/** When other units are free than before, they reach something else. */
function watchFree() {
  const now = [...store.units.values()].filter(isFree).map((unit) => unit.id).join();
  if (now === free || !isLayerShown("coverage")) return;
  free = now;
  clearTimeout(soon);
  soon = setTimeout(() => void loadCoverage(), SOON_MS);
}

/** Begin to read what is shown, and go on. */
export function startGround() {
  load();
  subscribe(["layout"], load);
  subscribe(["units", "assignments"], watchFree);
  setInterval(() => void loadCoverage(), AGAIN_MS);
  setInterval(() => isLayerShown("hazards") && void loadHazards(), HAZARDS_MS);
}

/** Outlines, and the middle of each for its name. */
export function areaFeatures() {
  const areas = isLayerShown("sectors") ? (ground.areas?.features ?? []) : [];
  const named = areas.map((area) => ({ ...area, properties: { ...area.properties, name: inScript(area.properties?.name) } }));
  /** @type {GeoJSON.FeatureCollection} */
  const names = { type: "FeatureCollection", features: named.map((area) => ({ ...area, geometry: middle(area.geometry) })) };
  return { outlines: /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: named }), names };
}

/**
 * The middle of the box around the largest part.
 * @param {GeoJSON.Geometry} shape
 * @returns {GeoJSON.Point}
 */
function middle(shape) {
  const parts = shape.type === "MultiPolygon" ? shape.coordinates : shape.type === "Polygon" ? [shape.coordinates] : [];
  const boxes = parts.map(([ring]) => {
    const lons = ring.map(([lon]) => lon);
    const lats = ring.map(([, lat]) => lat);
    return { west: Math.min(...lons), east: Math.max(...lons), south: Math.min(...lats), north: Math.max(...lats) };
  });
  const size = (/** @type {typeof boxes[0]} */ box) => (box.east - box.west) * (box.north - box.south);
  const [largest = { west: 0, east: 0, south: 0, north: 0 }] = boxes.sort((a, b) => size(b) - size(a));
  return { type: "Point", coordinates: [(largest.west + largest.east) / 2, (largest.south + largest.north) / 2] };
}

/** Hazards that have a place; what they say is opened one at a time. @returns {GeoJSON.FeatureCollection} */
export function hazardFeatures() {
  if (!isLayerShown("hazards")) return NOTHING;
  const features = ground.hazards.flatMap(({ id, location }) =>
    location ? [{ type: /** @type {const} */ ("Feature"), id, geometry: { type: /** @type {const} */ ("Point"), coordinates: location }, properties: { hazard: id } }] : [],
  );
  return { type: "FeatureCollection", features };
}

/** @returns {GeoJSON.FeatureCollection} */
export function coverageFeatures() {
  const shape = isLayerShown("coverage") ? ground.coverage?.geometry : null;
  return shape ? { type: "FeatureCollection", features: [{ type: "Feature", geometry: shape, properties: {} }] } : NOTHING;
}
