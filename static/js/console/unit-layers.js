/** How units are drawn from the source `units`: the sign of each, turned to its heading, and its name. On every map. */

import { colour } from "./map-images.js";

export const LABELS_FROM_ZOOM = 10.5;
const FONT = ["DejaVu Sans Mono Bold"];

/**
 * Features need `label`, `sign`, `turn`, `ground` and `rank`; with `fades` also `strength`, 0 to 1.
 * @param {import("maplibre-gl").Map} map
 * @param {{fades?: boolean}} [options]
 */
export function addUnits(map, { fades = false } = {}) {
  const strength = /** @type {any} */ (fades ? ["get", "strength"] : 1);
  map.addLayer({
    id: "unit-labels",
    type: "symbol",
    source: "units",
    minzoom: LABELS_FROM_ZOOM,
    layout: {
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": 11,
      "text-anchor": "left",
      "text-offset": [0.95, 0],
      "icon-image": ["get", "ground"],
      "icon-text-fit": "both",
      "icon-text-fit-padding": [3, 6, 3, 20],
      "text-allow-overlap": true,
      "icon-allow-overlap": true,
      "text-ignore-placement": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": colour("--text"), "text-opacity": strength, "icon-opacity": strength },
  });
  map.addLayer({
    id: "units",
    type: "symbol",
    source: "units",
    layout: {
      "icon-image": ["get", "sign"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 12, 0.85],
      "icon-rotate": ["get", "turn"],
      "icon-rotation-alignment": "map",
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "icon-opacity": strength },
  });
}
