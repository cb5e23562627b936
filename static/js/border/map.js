/** A map of events; and one to point at a place on. Everything on it is in the table, too. */

import * as maplibregl from "maplibre-gl";

import { read } from "../api.js";
import { colour } from "../console/map-images.js";
import { openMap } from "../console/open-map.js";

const AROUND = { padding: 24, maxZoom: 14 };

/** @param {HTMLElement} container @param {maplibregl.LngLatBounds} box what is seen from the first moment on */
async function open(container, box) {
  const map = await openMap(container, box.isEmpty() ? { zoom: 10 } : { bounds: box, fitBoundsOptions: AROUND });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  return map;
}

/** When the map can take layers. @param {maplibregl.Map} map */
const loaded = async (map) => void (map.isStyleLoaded() || (await map.once("load")));

/**
 * The outlines of the sections, and the box around those that are asked about.
 * @param {string} only the id of one section, or ""
 */
async function sections(only) {
  /** @type {{id: number, code: string, name: string, outline: number[][][][]}[]} */
  const known = await read("border/sections/");
  const box = new maplibregl.LngLatBounds();
  for (const section of known)
    if (!only || String(section.id) === only)
      for (const polygon of section.outline) for (const [lon, lat] of polygon[0] ?? []) box.extend([lon, lat]);
  const features = known.map((section) => ({
    type: /** @type {const} */ ("Feature"),
    properties: { code: section.code },
    geometry: { type: /** @type {const} */ ("MultiPolygon"), coordinates: section.outline },
  }));
  return { box, data: { type: /** @type {const} */ ("FeatureCollection"), features } };
}

/** @param {maplibregl.Map} map @param {Awaited<ReturnType<typeof sections>>} found */
function drawSections(map, { data }) {
  map.addSource("sections", { type: "geojson", data });
  map.addLayer({ id: "sections", type: "line", source: "sections", paint: { "line-color": colour("--dim"), "line-width": 1.5, "line-dasharray": [3, 2] } });
  map.addLayer({
    id: "section-codes",
    type: "symbol",
    source: "sections",
    layout: { "text-field": ["get", "code"], "text-font": ["DejaVu Sans"], "text-size": 11 },
    paint: { "text-color": colour("--dim") },
  });
}

/**
 * Draw events: larger the more persons, and red where the impact is high.
 * @param {HTMLElement} container
 * @param {{location: [number, number] | null, number: string, impact: string, persons: {detected: number}}[]} events
 * @param {string} section
 */
export async function eventMap(container, events, section) {
  const found = await sections(section);
  const map = await open(container, found.box);
  await loaded(map);
  drawSections(map, found);
  const features = events
    .filter((event) => event.location)
    .map((event) => ({
      type: /** @type {const} */ ("Feature"),
      properties: { number: event.number, persons: event.persons.detected, weighty: ["high", "critical"].includes(event.impact) },
      geometry: { type: /** @type {const} */ ("Point"), coordinates: /** @type {[number, number]} */ (event.location) },
    }));
  map.addSource("events", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "events",
    type: "circle",
    source: "events",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "persons"]], 0, 5, 7, 16],
      "circle-color": ["case", ["get", "weighty"], colour("--priority-1"), colour("--priority-2")],
      "circle-opacity": 0.75,
      "circle-stroke-color": colour("--text"),
      "circle-stroke-width": 1,
    },
  });
  map.addLayer({
    id: "persons",
    type: "symbol",
    source: "events",
    filter: [">", ["get", "persons"], 0],
    layout: { "text-field": ["to-string", ["get", "persons"]], "text-font": ["DejaVu Sans"], "text-size": 11, "text-allow-overlap": true },
    paint: { "text-color": colour("--on-priority") },
  });
  return map;
}

/**
 * A map on which a click or Enter (at its middle) sets a place.
 * @param {HTMLElement} container
 * @param {(at: [number, number]) => void} taken
 */
export async function placeMap(container, taken) {
  const found = await sections("");
  const map = await open(container, found.box);
  /** @type {maplibregl.Marker | undefined} */
  let marker;
  const take = (/** @type {maplibregl.LngLat} */ at) => {
    marker ??= new maplibregl.Marker({ color: colour("--accent") }).setLngLat(at).addTo(map);
    marker.setLngLat(at);
    taken([at.lng, at.lat]);
  };
  map.on("click", (event) => take(event.lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(map.getCenter());
  });
  await loaded(map);
  drawSections(map, found);
  return map;
}
