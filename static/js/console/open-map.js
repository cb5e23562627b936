/** A map with our basemap in the present theme and language, north up: the same on every page that has one. */

import * as maplibregl from "maplibre-gl";
import { Protocol } from "pmtiles";

import { gettext } from "../i18n.js";
import { basemap } from "./basemap.js";

maplibregl.addProtocol("pmtiles", new Protocol().tile);

/** Where a map looks before anybody says where to. @type {[number, number]} */
const SOMEWHERE = [19.84, 45.25];

/**
 * Open a map; its style may still be loading (`style.load`). The container gets it as `map`, for whoever asks what is drawn.
 * @param {HTMLElement} container
 * @param {Partial<maplibregl.MapOptions>} [options]
 */
export async function openMap(container, options = {}) {
  const map = new maplibregl.Map({
    container,
    style: await basemap(),
    center: SOMEWHERE,
    zoom: 11,
    maxZoom: 19,
    attributionControl: false,
    locale: { "Map.Title": gettext("Map") },
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    ...options,
  });
  Object.assign(container, { map });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.AttributionControl({ compact: false }), "bottom-right");
  map.on("error", ({ error }) => console.warn("map:", error.message));
  return map;
}
