/** Where: a view of the lists. Everything on it is also in the queue or on the board; keys work there. */

import { html } from "lit";
import * as maplibregl from "maplibre-gl";

import { subscribe } from "../bus.js";
import { store } from "../store.js";
import { basemap } from "./basemap.js";
import { desk } from "./desk.js";
import { addImages } from "./map-images.js";
import { isLayerShown } from "./layout.js";
import "./map-controls.js";
import { carryOnMap } from "./map-drag.js";
import { areaFeatures, coverageFeatures, hazardFeatures, startGround } from "./map-ground.js";
import { addLayers, addTop, incidentFeatures, spotFeatures, unitFeatures } from "./map-layers.js";
import { openHazard } from "./map-hazard.js";
import { spread } from "./map-spread.js";
import { openMap } from "./open-map.js";
import { tellPlace } from "./session.js";
import { trailFeatures } from "./trail.js";
import { LABELS_FROM_ZOOM } from "./unit-layers.js";
import { View } from "./view.js";
import { currentWays } from "./ways.js";

/** Units move at most this often; more is not seen and costs the lists their time. */
const UNITS_MS = 250;
const MANY_UNITS = 300;
const MANY_UNITS_MS = 1000;
const CLICK_PX = 8;
const CLOSE_ZOOM = 14.5;
const WAYS_MS = 5000;

/** @typedef {typeof import("./map-layers.js").SOURCES[number]} SourceName */

export class UnitMap extends View {
  static topics = /** @type {const} */ ([]);

  /** @type {maplibregl.Map | null} */
  map = null;
  #isReady = false;
  /** @type {ReturnType<typeof setTimeout> | null} */
  #unitsTimer = null;
  /** @type {Id | null} */
  #shown = null;
  /** @type {Id | null} */
  #board = null;
  /** A unit whose crowd is open. @type {Id | null} */
  #opened = null;

  /** What the map shows, by choice. */
  get controls() {
    return /** @type {import("./map-controls.js").MapControls} */ (this.querySelector("map-controls"));
  }

  render() {
    return html`<div class="map"></div>
      <map-controls></map-controls>`;
  }

  firstUpdated() {
    void this.#open();
    subscribe(["positions", "units", "assignments"], () => this.#unitsSoon());
    subscribe(["incidents", "desk"], () => this.#drawRest());
    subscribe(["detail", "assignments", "desk"], () => void this.#drawWays());
    subscribe(["detail"], () => this.#unitsSoon());
    subscribe(["theme", "language"], () => void this.#restyle());
    subscribe(["ground", "layout"], () => this.#drawGround());
    subscribe(["layout"], () => void this.#drawWays());
    subscribe(["trail"], () => this.#set("trail", trailFeatures()));
    startGround();
    addEventListener("console-go", (event) => this.#go(/** @type {CustomEvent<import("./desk.js").Goal>} */ (event).detail));
    setInterval(() => void this.#drawWays(), WAYS_MS);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => void this.#restyle());
  }

  /** @param {import("./desk.js").Goal} goal */
  #go(goal) {
    if ("unit" in goal) this.goToUnit(goal.unit);
    else this.goTo(goal.location);
  }

  /**
   * Go to a unit.
   * @param {Id} unit
   */
  goToUnit(unit) {
    const position = store.positions.get(unit);
    if (position) this.goTo([position.lon, position.lat]);
  }

  /**
   * Show a place close by.
   * @param {LonLat} center
   */
  goTo(center) {
    const { map } = this;
    if (map) map.easeTo({ center, zoom: Math.max(map.getZoom(), CLOSE_ZOOM), duration: 400, essential: false });
  }

  async #open() {
    const container = /** @type {HTMLElement} */ (this.querySelector(".map"));
    const map = await openMap(container);
    this.map = map;
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), "bottom-left");
    map.on("style.load", () => this.#dress());
    map.on("zoomend", () => this.#drawUnits());
    map.on("zoomstart", ({ originalEvent }) => originalEvent && (this.#opened = null));
    map.on("dragstart", () => this.controls.follow(false));
    carryOnMap(map, (line) => this.#set("carried", line));
    map.on("click", (event) => this.#onClick(event));
  }

  /** After a style has loaded: images, layers, everything anew. */
  #dress() {
    const map = /** @type {maplibregl.Map} */ (this.map);
    addImages(map);
    addLayers(map);
    addTop(map);
    this.#isReady = true;
    this.#goHome();
    this.#drawUnits();
    this.#drawRest();
    this.#drawGround();
    this.#set("trail", trailFeatures());
    void this.#drawWays();
  }

  async #restyle() {
    if (!this.map) return;
    this.#isReady = false;
    this.map.setStyle(await basemap(), { diff: false });
  }

  /** Once a board: its centre. */
  #goHome() {
    const { board } = store;
    if (!this.map || !board || this.#board === board.id) return;
    this.#board = board.id;
    if (board.center) this.map.jumpTo({ center: board.center, zoom: board.zoom });
  }

  #unitsSoon() {
    const pause = store.units.size > MANY_UNITS ? MANY_UNITS_MS : UNITS_MS;
    this.#unitsTimer ??= setTimeout(() => {
      this.#unitsTimer = null;
      this.#drawUnits();
    }, pause);
  }

  #drawUnits() {
    this.#goHome();
    if (!this.map || !this.#isReady) return;
    const zoom = this.map.getZoom();
    const { units, crowds, leaders } = spread(unitFeatures(), zoom, zoom >= LABELS_FROM_ZOOM, this.#opened);
    this.#set("units", { type: "FeatureCollection", features: units });
    this.#set("crowds", { type: "FeatureCollection", features: crowds });
    this.#set("leaders", { type: "FeatureCollection", features: leaders });
    if (this.controls.isFollowing) this.#follow();
  }

  #follow() {
    const position = desk.unit === null ? undefined : store.positions.get(desk.unit);
    if (!position) return this.controls.follow(false);
    return this.map?.easeTo({ center: [position.lon, position.lat], duration: 300 });
  }

  #drawGround() {
    const { outlines, names } = areaFeatures();
    this.#set("areas", outlines);
    this.#set("area-names", names);
    this.#set("hazards", hazardFeatures());
    this.#set("coverage", coverageFeatures());
  }

  #drawRest() {
    this.#set("incidents", incidentFeatures());
    this.#set("spot", spotFeatures());
    this.#unitsSoon();
    if (desk.spot) return this.#keepInSight(desk.spot.location);
    if (desk.incident === this.#shown) return;
    this.#shown = desk.incident;
    if (desk.card?.location) this.#keepInSight(desk.card.location);
  }

  async #drawWays() {
    if (this.#isReady && document.visibilityState === "visible") this.#set("ways", await currentWays(isLayerShown("ways")));
  }

  /**
   * @param {SourceName} name
   * @param {GeoJSON.FeatureCollection} data
   */
  #set(name, data) {
    if (!this.#isReady) return;
    const source = /** @type {maplibregl.GeoJSONSource | undefined} */ (this.map?.getSource(name));
    source?.setData(data);
  }

  /** Move the map only when the place is not well in it. @param {LonLat} place */
  #keepInSight(place) {
    const { map } = this;
    if (!map) return;
    const { x, y } = map.project(place);
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    const edge = 60;
    if (x < edge || y < edge || x > width - edge || y > height - edge) map.easeTo({ center: place, duration: 400 });
  }

  /** @param {maplibregl.MapMouseEvent} event */
  #onClick({ point, lngLat }) {
    const form = document.querySelector("call-form");
    if (form) return void form.setPlace([lngLat.lng, lngLat.lat]);
    if (desk.isCallElsewhere) return tellPlace([lngLat.lng, lngLat.lat]);
    const { x, y } = point;
    const found = this.map?.queryRenderedFeatures(
      [
        [x - CLICK_PX, y - CLICK_PX],
        [x + CLICK_PX, y + CLICK_PX],
      ],
      { layers: ["crowds", "units", "unit-labels", "incidents", "hazards"] },
    );
    const [first] = found ?? [];
    const before = this.#opened;
    this.#opened = first?.layer.id === "crowds" ? first.properties.unit : null;
    if (first?.layer.id === "hazards") void openHazard(/** @type {maplibregl.Map} */ (this.map), first.properties.hazard);
    else if (first?.properties.incident) desk.select(first.properties.incident);
    else if (first && this.#opened === null) desk.selectUnit(first.properties.unit);
    if (this.#opened !== before) this.#drawUnits();
  }
}

customElements.define("unit-map", UnitMap);
