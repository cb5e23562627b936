/** Carrying on the map: a patrol to an incident, an incident to a patrol, on the map or to and from the lists. */

import { belong, bring, inHand } from "./dragging.js";
import { may } from "./settings.js";

/** @typedef {import("./dragging.js").Carried} Carried */
/** @typedef {import("maplibre-gl").Map} GlMap */

const NEAR_PX = 14;
const MOVED_PX = 6;
const LAYERS = ["units", "unit-labels", "incidents"];

/**
 * The patrol or incident that is drawn at a point, nearest layer on top first.
 * @param {GlMap} map
 * @param {{x: number, y: number}} point in pixels of the map
 * @param {(one: Carried) => boolean} [fits]
 * @returns {Carried | undefined}
 */
export function thingAt(map, { x, y }, fits = () => true) {
  const box = /** @type {[[number, number], [number, number]]} */ ([[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]]);
  const layers = LAYERS.filter((layer) => map.getLayer(layer));
  const things = map.queryRenderedFeatures(box, { layers }).map(({ layer, properties }) =>
    layer.id === "incidents" ? { incident: properties.incident } : { unit: properties.unit },
  );
  return things.find(fits);
}

/** The patrol or incident of the lists at a point of the page. @param {number} x @param {number} y @returns {Carried | undefined} */
function rowAt(x, y) {
  const [, kind, id] = /^(unit|incident)-(\d+)$/.exec(document.elementFromPoint(x, y)?.closest("[role=option]")?.id ?? "") ?? [];
  return kind === "unit" ? { unit: Number(id) } : kind === "incident" ? { incident: Number(id) } : undefined;
}

/**
 * Let patrols and incidents be carried on this map.
 * @param {GlMap} map
 * @param {(line: GeoJSON.FeatureCollection) => void} draw a line from what is carried to the pointer, or nothing
 */
export function carryOnMap(map, draw) {
  const container = map.getContainer();
  takeFromLists(map, container);
  map.on("mousedown", (event) => {
    if (event.originalEvent.button !== 0 || !may("dispatch.assign") || document.querySelector("call-form")) return;
    const carried = thingAt(map, event.point);
    if (!carried) return;
    event.preventDefault(); // the map stays where it is
    followPointer(map, carried, event.originalEvent, event.lngLat, draw);
  });
}

/** What is carried from a list is dropped on the map. @param {GlMap} map @param {HTMLElement} container */
function takeFromLists(map, container) {
  /** @param {DragEvent} event */
  const under = (event) => {
    const carried = inHand();
    const box = container.getBoundingClientRect();
    return carried && thingAt(map, { x: event.clientX - box.left, y: event.clientY - box.top }, (one) => belong(carried, one));
  };
  container.addEventListener("dragover", (event) => {
    const isHere = Boolean(under(event));
    if (isHere) event.preventDefault();
    container.classList.toggle("drop-here", isHere);
  });
  container.addEventListener("dragleave", () => container.classList.remove("drop-here"));
  container.addEventListener("drop", (event) => {
    container.classList.remove("drop-here");
    const [carried, onto] = [inHand(), under(event)];
    if (!carried || !onto) return;
    event.preventDefault();
    bring(carried, onto);
  });
}

/**
 * @param {GlMap} map
 * @param {Carried} carried
 * @param {MouseEvent} start
 * @param {import("maplibre-gl").LngLat} from
 * @param {(line: GeoJSON.FeatureCollection) => void} draw
 */
function followPointer(map, carried, start, from, draw) {
  const ended = new AbortController();
  const { signal } = ended;
  const hasMoved = (/** @type {MouseEvent} */ event) => Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > MOVED_PX;
  /** @param {MouseEvent} event */
  const target = (event) => {
    const box = map.getContainer().getBoundingClientRect();
    const fits = (/** @type {Carried} */ one) => belong(carried, one);
    const row = rowAt(event.clientX, event.clientY);
    return row && fits(row) ? row : thingAt(map, { x: event.clientX - box.left, y: event.clientY - box.top }, fits);
  };
  const finish = () => {
    ended.abort();
    draw({ type: "FeatureCollection", features: [] });
    map.getContainer().classList.remove("drop-here");
  };
  const move = (/** @type {MouseEvent} */ event) => {
    if (!hasMoved(event)) return;
    const box = map.getContainer().getBoundingClientRect();
    const to = map.unproject([event.clientX - box.left, event.clientY - box.top]);
    draw({ type: "FeatureCollection", features: [{ type: "Feature", geometry: { type: "LineString", coordinates: [from.toArray(), to.toArray()] }, properties: {} }] });
    map.getContainer().classList.toggle("drop-here", Boolean(target(event)));
  };
  const drop = (/** @type {MouseEvent} */ event) => {
    const onto = hasMoved(event) ? target(event) : undefined;
    finish();
    if (onto) bring(carried, onto);
  };
  addEventListener("mousemove", move, { signal });
  addEventListener("mouseup", drop, { signal });
  addEventListener("blur", finish, { signal });
  addEventListener("keydown", (event) => event.key === "Escape" && finish(), { signal });
}
