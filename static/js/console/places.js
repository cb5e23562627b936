/** Places of the gazetteer: search in both scripts, and what is at a point. */

import { ApiError, read } from "../api.js";
import { inScript, language } from "../i18n.js";
import { store } from "../store.js";
import { placeKind } from "./words.js";

const LIMIT = 8;
/** @type {Record<string, string>} */
const SOURCES = { address: "address", street: "address", crossing: "crossing", poi: "poi", road_km: "road_km", aml: "aml" };

/**
 * Places that answer a text, best first.
 * @param {string} text
 * @param {AbortSignal} [signal]
 * @returns {Promise<GazetteerEntry[]>}
 */
export async function searchPlaces(text, signal) {
  const near = store.board?.center?.join(",");
  const found = await read("gazetteer/", { query: { q: text, near, limit: LIMIT }, signal });
  return found.results;
}

/**
 * The place nearest to a point, or null.
 * @param {LonLat} point
 * @returns {Promise<GazetteerEntry | null>}
 */
export async function placeAt([lon, lat]) {
  try {
    const found = await read("gazetteer/reverse/", { query: { lon, lat } });
    return found.results ? (found.results[0] ?? null) : found;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** @param {GazetteerEntry} entry */
export function placeName(entry) {
  return language() === "sr" ? entry.name : entry.name_latin || inScript(entry.name);
}

/** @param {GazetteerEntry} entry */
export function placeDetail(entry) {
  return inScript(entry.detail) || placeKind(entry.kind);
}

/** Whether it says where something is: a whole road does not. @param {GazetteerEntry} entry */
export const isSpot = (entry) => entry.kind !== "road";

/** How the place was found, as the server names it. @param {GazetteerEntry} entry */
export function sourceOf(entry) {
  return SOURCES[entry.kind] ?? (entry.id === null ? "coordinates" : "manual");
}
