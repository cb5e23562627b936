/** The map of a replay: units by the sign of what they did, incidents while they were open, the trail of the chosen unit. */

import { subscribe } from "../bus.js";
import { basemap } from "../console/basemap.js";
import { addImages, colour } from "../console/map-images.js";
import { openMap } from "../console/open-map.js";
import { addTrail, lines } from "../console/trail-lines.js";
import { addUnits } from "../console/unit-layers.js";
import { TRAIL_MS } from "./film.js";

const FONT = ["DejaVu Sans Mono Bold"];
const SOURCES = /** @type {const} */ (["trail", "incidents", "units"]);
const CLICK_PX = 8;

/** @param {GeoJSON.Feature[]} features */
const collection = (features) => /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features });

/**
 * @param {number} lon
 * @param {number} lat
 * @param {Record<string, unknown>} properties
 * @returns {GeoJSON.Feature}
 */
const point = (lon, lat, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties });

/** The sign of what a unit did. @param {{status: string, availability: string}} status @param {boolean} needsHelp */
export function signOfThen({ status, availability }, needsHelp) {
  if (needsHelp || status === "emergency") return "emergency";
  if (status === "on_scene" || status === "action_taken") return "on_scene";
  if (status === "dispatched" || status === "en_route") return "en_route";
  return /** @type {"available" | "conditional" | "unavailable"} */ (availability);
}

export class ReplayMap {
  #isReady = false;
  /** What is drawn again after a change of the theme. */
  #redraw = () => {};

  /**
   * @param {import("maplibre-gl").Map} map
   * @param {(unit: Id) => void} onUnit
   */
  constructor(map, onUnit) {
    this.map = map;
    map.on("style.load", () => this.#dress());
    map.on("click", ({ point: { x, y } }) => {
      const box = /** @type {[[number, number], [number, number]]} */ ([[x - CLICK_PX, y - CLICK_PX], [x + CLICK_PX, y + CLICK_PX]]);
      const [first] = this.#isReady ? map.queryRenderedFeatures(box, { layers: ["units"] }) : [];
      if (first) onUnit(first.properties.unit);
    });
    subscribe(["theme", "language"], () => void this.#restyle());
  }

  /** @param {HTMLElement} container @param {(unit: Id) => void} onUnit */
  static async open(container, onUnit) {
    return new ReplayMap(await openMap(container), onUnit);
  }

  /** @param {LonLat | null} center @param {number} zoom */
  goHome(center, zoom) {
    if (center) this.map.jumpTo({ center, zoom });
  }

  /** @param {LonLat} center */
  goTo(center) {
    this.map.easeTo({ center, zoom: Math.max(this.map.getZoom(), 14), duration: 400 });
  }

  async #restyle() {
    this.#isReady = false;
    this.map.setStyle(await basemap(), { diff: false });
  }

  #dress() {
    addImages(this.map);
    for (const name of SOURCES) this.map.addSource(name, { type: "geojson", data: collection([]), attribution: "" });
    addTrail(this.map);
    addMoments(this.map);
    this.#isReady = true;
    this.#redraw();
  }

  /**
   * Draw a moment.
   * @param {import("./film.js").Film} film
   * @param {number} at
   * @param {Id | null} chosen
   */
  draw(film, at, chosen) {
    this.#redraw = () => this.draw(film, at, chosen);
    if (!this.#isReady) return;
    const units = film.happened.units.flatMap((unit) => {
      const status = film.statusOf(unit, at);
      const place = film.placeOf(unit.id, at);
      if (!status || !place || status.status === "off_duty") return [];
      const sign = signOfThen(status, film.needsHelp(unit.id, at));
      return point(place.lon, place.lat, {
        unit: unit.id,
        name: unit.call_sign,
        label: unit.call_sign,
        sign: `sign-${sign}`,
        turn: sign === "en_route" ? place.heading : 0,
        ground: sign === "emergency" ? "label-emergency" : unit.id === chosen ? "label-selected" : "label",
        rank: sign === "emergency" ? 3 : unit.id === chosen ? 2 : 1,
        strength: place.isOld ? 0.45 : 1,
      });
    });
    const incidents = film.incidentsAt(at).flatMap(({ location, priority, number }) => (location ? point(...location, { priority, label: String(priority), number }) : []));
    this.#set("units", collection(units));
    this.#set("incidents", collection(incidents));
    const way = chosen === null ? [] : film.trailOf(chosen, at);
    this.#set("trail", way.length < 2 ? collection([]) : lines(way, at, TRAIL_MS));
  }

  /** @param {typeof SOURCES[number]} name @param {GeoJSON.FeatureCollection} data */
  #set(name, data) {
    /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (this.map.getSource(name))?.setData(data);
  }
}

/** @param {import("maplibre-gl").Map} map */
function addMoments(map) {
  /** @type {any[]} an expression */
  const priority = ["match", ["get", "priority"]];
  for (const step of [1, 2, 3]) priority.push(step, colour(`--priority-${step}`));
  priority.push(colour("--priority-4"));
  map.addLayer({
    id: "incidents",
    type: "circle",
    source: "incidents",
    paint: { "circle-radius": 10, "circle-color": /** @type {any} */ (priority), "circle-stroke-width": 1.5, "circle-stroke-color": colour("--background") },
  });
  map.addLayer({
    id: "incident-priorities",
    type: "symbol",
    source: "incidents",
    layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": colour("--on-priority") },
  });
  addUnits(map, { fades: true });
}
