/** What lies over the basemap: ways, incidents, units. Features are made from the store; nothing is kept here. */

import { duration } from "../clock.js";
import { gettext } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { alarmOf, needsUnits, placeOf, signOf } from "./order.js";
import { offerOf, proposed } from "./proposal.js";
import { colour } from "./map-images.js";
import { addTrail } from "./trail-lines.js";
import { addUnits } from "./unit-layers.js";

/** @typedef {GeoJSON.Feature<GeoJSON.Point>} PointFeature */

/** Names of all sources, in the order of drawing. */
export const SOURCES = /** @type {const} */ ([
  "coverage", "areas", "area-names", "trail", "ways", "hazards", "spot", "leaders", "incidents", "units", "crowds", "carried",
]);

const NOTHING = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });
/** Incidents stand above their point, so that a unit that is there does not hide them. @type {[number, number]} */
const LIFT = [0, -15];
const FONT = ["DejaVu Sans Mono Bold"];

/** @param {PointFeature[]} features */
const collection = (features) => /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features });

/** Units on duty that were ever seen. */
export function unitFeatures() {
  const features = [];
  const offers = times();
  for (const unit of store.units.values()) {
    const alarm = alarmOf(unit.id);
    const position = alarm ? placeOf(alarm) : store.positions.get(unit.id);
    if (!position || !unit.on_duty) continue;
    const sign = signOf(unit);
    features.push({
      type: /** @type {const} */ ("Feature"),
      id: unit.id,
      geometry: { type: /** @type {const} */ ("Point"), coordinates: [position.lon, position.lat] },
      properties: {
        unit: unit.id,
        name: unit.call_sign,
        label: [unit.call_sign, alarm?.is_drill ? gettext("DRILL") : (offers.get(unit.id) ?? "")].join(" ").trim(),
        sign: `sign-${sign}`,
        turn: sign === "en_route" && "heading_deg" in position ? (position.heading_deg ?? 0) : 0,
        ground: sign === "emergency" ? "label-emergency" : unit.id === desk.unit ? "label-selected" : "label",
        rank: sign === "emergency" ? 3 : unit.id === desk.unit ? 2 : 1,
      },
    });
  }
  return features;
}

/** When those would be there who are proposed, or looked at, for the selected incident: with their names on the map. */
function times() {
  const looked = desk.unit === null ? undefined : offerOf(desk.unit);
  const shown = desk.card && needsUnits(desk.card) ? [...proposed(), ...(looked ? [looked] : [])] : [];
  return new Map(
    shown.flatMap(({ unit, eta_s, eta_source }) =>
      eta_s === null ? [] : [[unit, `${eta_source === "straight" ? "~" : ""}${duration(eta_s)}`]],
    ),
  );
}

/** Open incidents that have a place. */
export function incidentFeatures() {
  const features = [];
  for (const card of store.incidents.values()) {
    if (!card.location) continue;
    features.push({
      type: /** @type {const} */ ("Feature"),
      id: card.id,
      geometry: { type: /** @type {const} */ ("Point"), coordinates: card.location },
      properties: {
        incident: card.id,
        priority: card.priority,
        label: String(card.priority),
        selected: card.id === desk.incident,
        rank: (card.id === desk.incident ? 10 : 0) - card.priority,
      },
    });
  }
  return collection(features);
}

/** The place that is being entered or was searched. */
export function spotFeatures() {
  if (!desk.spot) return NOTHING;
  const { location, name } = desk.spot;
  return collection([{ type: "Feature", geometry: { type: "Point", coordinates: location }, properties: { name } }]);
}

/**
 * Put sources and layers on a map whose style has just been loaded.
 * @param {import("maplibre-gl").Map} map
 */
export function addLayers(map) {
  for (const name of SOURCES)
    map.addSource(name, { type: "geojson", data: NOTHING, attribution: "" });
  const text = colour("--text");
  const ground = colour("--background");
  /** @type {any[]} an expression */
  const priority = ["match", ["get", "priority"]];
  for (const step of [1, 2, 3]) priority.push(step, colour(`--priority-${step}`));
  priority.push(colour("--priority-4"));
  addGround(map, text, ground);
  addTrail(map);
  map.addLayer({
    id: "ways",
    type: "line",
    source: "ways",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": ["get", "colour"],
      "line-width": 3.5,
      "line-opacity": ["case", ["get", "main"], 0.85, 0.45],
    },
  });
  map.addLayer({
    id: "leaders",
    type: "line",
    source: "leaders",
    paint: { "line-color": colour("--dim"), "line-width": 1 },
  });
  map.addLayer({
    id: "incident-points",
    type: "circle",
    source: "incidents",
    paint: { "circle-radius": 3, "circle-color": /** @type {any} */ (priority), "circle-stroke-width": 1, "circle-stroke-color": ground },
  });
  addUnits(map);
  map.addLayer({
    id: "incidents",
    type: "circle",
    source: "incidents",
    layout: { "circle-sort-key": ["get", "rank"] },
    paint: {
      "circle-translate": LIFT,
      "circle-radius": ["case", ["get", "selected"], 12, 10],
      "circle-color": /** @type {any} */ (priority),
      "circle-stroke-width": ["case", ["get", "selected"], 2.5, 1.5],
      "circle-stroke-color": ["case", ["get", "selected"], text, ground],
    },
  });
  map.addLayer({
    id: "incident-priorities",
    type: "symbol",
    source: "incidents",
    layout: {
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": 12,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": colour("--on-priority"), "text-translate": LIFT },
  });
}

/**
 * Sectors, hazards and the reach of free units, below everything else.
 * @param {import("maplibre-gl").Map} map
 * @param {string} text
 * @param {string} ground
 */
function addGround(map, text, ground) {
  const reach = colour("--available");
  map.addLayer({ id: "coverage", type: "fill", source: "coverage", paint: { "fill-color": reach, "fill-opacity": 0.14 } });
  map.addLayer({ id: "coverage-edge", type: "line", source: "coverage", paint: { "line-color": reach, "line-width": 1.5, "line-opacity": 0.8 } });
  map.addLayer({
    id: "areas",
    type: "line",
    source: "areas",
    paint: { "line-color": colour("--line-strong"), "line-width": 1.5, "line-dasharray": [4, 3] },
  });
  map.addLayer({
    id: "area-names",
    type: "symbol",
    source: "area-names",
    layout: { "text-field": ["get", "name"], "text-font": ["DejaVu Sans Bold"], "text-size": 12, "text-letter-spacing": 0.08 },
    paint: { "text-color": colour("--dim"), "text-halo-color": ground, "text-halo-width": 1.5 },
  });
  map.addLayer({
    id: "hazards",
    type: "symbol",
    source: "hazards",
    layout: {
      "text-field": "!",
      "text-font": FONT,
      "text-size": 13,
      "icon-image": "hazard",
      "icon-allow-overlap": true,
      "text-allow-overlap": true,
    },
    paint: { "text-color": text },
  });
}

/**
 * What lies over the units: a number for many on one spot, and the line of what is carried.
 * @param {import("maplibre-gl").Map} map
 */
export function addTop(map) {
  const text = colour("--text");
  map.addLayer({
    id: "crowds",
    type: "symbol",
    source: "crowds",
    layout: {
      "text-field": ["concat", ["to-string", ["get", "count"]], " ▾"],
      "text-font": FONT,
      "text-size": 12,
      "icon-image": "label-selected",
      "icon-text-fit": "both",
      "icon-text-fit-padding": [4, 7, 4, 7],
      "icon-allow-overlap": true,
      "text-allow-overlap": true,
    },
    paint: { "text-color": text },
  });
  map.addLayer({
    id: "carried",
    type: "line",
    source: "carried",
    paint: { "line-color": colour("--accent"), "line-width": 2.5, "line-dasharray": [2, 1.5] },
  });
}
