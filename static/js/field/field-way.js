/** The way: from where the device is to the job, on the map, with its turns. Asked while there is a network, and kept. */

import { html, nothing } from "lit";
import * as maplibregl from "maplibre-gl";
import { Protocol } from "pmtiles";

import { ApiError, read } from "../api.js";
import { duration } from "../clock.js";
import { isNight } from "../console/basemap.js";
import { colour } from "../console/map-images.js";
import { View } from "../console/view.js";
import { distance } from "../console/words.js";
import { gettext, inScript, language } from "../i18n.js";
import { mapStyle } from "../../map/style.js";
import { keep, recall } from "./database.js";
import { offlineMap, regionInUse } from "./offline-map.js";
import { place } from "./positions.js";
import { present } from "./standing.js";
import { known } from "./state.js";

const KEY = "way";
const AGAIN_MS = 20_000;

maplibregl.setWorkerUrl("/field/map-worker.js");
maplibregl.addProtocol("pmtiles", new Protocol().tile);

/**
 * @typedef {{instruction: string, distance_m: number}} Maneuver
 * @typedef {{duration_s: number, distance_m: number, geometry: GeoJSON.LineString, maneuvers: Maneuver[], source: string}} Route
 * @typedef {{incident: Id | string, route: Route}} Way
 */

export class FieldWay extends View {
  static topics = /** @type {const} */ (["field"]);

  /** @type {Way | null} */
  #way = null;
  /** @type {maplibregl.Map | null} */
  map = null;
  #isDressed = false;
  #askedAt = 0;

  connectedCallback() {
    super.connectedCallback();
    void this.#recall();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.map?.remove();
    this.map = null;
    this.#isDressed = false;
  }

  async #recall() {
    const kept = await recall(KEY);
    if (kept?.incident === present()?.incident.id) this.#way ??= kept;
    this.requestUpdate();
  }

  render() {
    const job = present();
    const route = this.#way?.incident === job?.incident.id ? this.#way?.route : undefined;
    return html`<h1>${inScript(job?.incident.place) || gettext("Way")}</h1>
      <div class="map"></div>
      ${route
        ? html`<p class="sum">
              <b>${duration(route.duration_s)}</b> <span class="mono">${distance(route.distance_m)}</span>
              ${route.source === "straight" ? html`<span class="warning">${gettext("straight line, no road known")}</span>` : nothing}
            </p>
            <ol class="turns">
              ${route.maneuvers.map(
                (turn) => html`<li class="row"><span>${inScript(turn.instruction)}</span><span class="spring"></span><span class="mono">${distance(turn.distance_m)}</span></li>`,
              )}
            </ol>`
        : html`<p class="dim">${this.#why(job?.incident.location ?? null)}</p>`}`;
  }

  /** Why there is no way. @param {LonLat | null} target */
  #why(target) {
    if (!target) return gettext("The job has no place on the map.");
    if (!place.here) return gettext("This device does not tell where it is.");
    return known.link === "cut" ? gettext("The way needs the network.") : gettext("One moment…");
  }

  firstUpdated() {
    void this.#open();
  }

  updated() {
    void this.#ask();
    this.#draw();
  }

  async #ask() {
    const incident = present()?.incident;
    const here = place.here;
    if (!incident?.location || !here || known.link === "cut" || Date.now() - this.#askedAt < AGAIN_MS) return;
    this.#askedAt = Date.now();
    try {
      const route = await read("routes/", { query: { from: here.join(), to: incident.location.join() } });
      this.#way = { incident: incident.id, route };
      await keep(KEY, this.#way);
      this.requestUpdate();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async #open() {
    const style = await basemap();
    const container = this.querySelector(".map");
    if (!(container instanceof HTMLElement) || !this.isConnected) return;
    const target = present()?.incident.location ?? place.here ?? [19.84, 45.25];
    const map = new maplibregl.Map({
      container,
      style,
      center: target,
      zoom: 14,
      attributionControl: false,
      locale: { "Map.Title": gettext("Map") },
      dragRotate: false,
      fadeDuration: 0,
    });
    this.map = map;
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.AttributionControl({ compact: false }), "bottom-right");
    map.on("error", ({ error }) => console.warn("map:", error.message));
    map.on("style.load", () => {
      this.#dress(map);
      this.#draw();
    });
  }

  /** @param {maplibregl.Map} map */
  #dress(map) {
    const empty = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });
    for (const name of ["way", "ends"]) map.addSource(name, { type: "geojson", data: empty });
    map.addLayer({
      id: "way",
      type: "line",
      source: "way",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour("--en-route"), "line-width": 6 },
    });
    map.addLayer({
      id: "ends",
      type: "circle",
      source: "ends",
      paint: {
        "circle-radius": 10,
        "circle-color": ["match", ["get", "kind"], "job", colour("--priority-1"), colour("--available")],
        "circle-stroke-width": 3,
        "circle-stroke-color": colour("--background"),
      },
    });
    this.#isDressed = true;
  }

  #fitted = "";

  #draw() {
    const map = this.map;
    if (!map || !this.#isDressed) return;
    const incident = present()?.incident;
    const here = place.here;
    /** @type {GeoJSON.Feature[]} */
    const ends = [];
    if (here) ends.push({ type: "Feature", geometry: { type: "Point", coordinates: here }, properties: { kind: "own" } });
    if (incident?.location) {
      ends.push({ type: "Feature", geometry: { type: "Point", coordinates: incident.location }, properties: { kind: "job" } });
    }
    const geometry = this.#way?.incident === incident?.id ? this.#way?.route.geometry : undefined;
    const set = (/** @type {string} */ name, /** @type {GeoJSON.Feature[]} */ features) =>
      /** @type {maplibregl.GeoJSONSource | undefined} */ (map.getSource(name))?.setData({ type: "FeatureCollection", features });
    set("ends", ends);
    set("way", geometry ? [{ type: "Feature", geometry, properties: {} }] : []);
    const sight = `${incident?.id} ${Boolean(geometry)}`;
    if (!geometry || this.#fitted === sight) return;
    this.#fitted = sight;
    const bounds = new maplibregl.LngLatBounds();
    for (const point of geometry.coordinates) bounds.extend(/** @type {LonLat} */ ([point[0], point[1]]));
    map.fitBounds(bounds, { padding: 40, maxZoom: 16, duration: 0 });
  }
}

/** The style with the map that the server has, or the one that is kept here. */
async function basemap() {
  const region = await regionInUse();
  const { kept } = offlineMap;
  const isKept = kept?.keptAt != null && (known.link === "cut" || !region);
  const used = isKept ? { attribution: "", ...region, basemap: kept.basemap } : region;
  return mapStyle(isNight() ? "night" : "day", language(), used ?? undefined);
}

customElements.define("field-way", FieldWay);
