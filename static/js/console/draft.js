/** What has been typed of a call, kept as it is typed: it outlives a reload and a crash of the tab, not the session. */

import { serverNow } from "../clock.js";
import { settings } from "./settings.js";

/**
 * @typedef {object} Draft
 * @property {string} begun_at when the form was opened: the call is received then
 * @property {string} place
 * @property {string} place_detail
 * @property {LonLat | null} location
 * @property {string} location_source
 * @property {string} gazetteer_id
 * @property {string} type
 * @property {string} type_text
 * @property {string} priority
 * @property {string} summary
 * @property {string} caller_name
 * @property {string} phone
 * @property {Id | null} entry its row on the server, once there is one
 */

const KEY = `patrulja.call.${settings.user?.id}`;

/** @returns {Draft} */
export function newDraft() {
  return {
    begun_at: new Date(serverNow()).toISOString(),
    place: "",
    place_detail: "",
    location: null,
    location_source: "",
    gazetteer_id: "",
    type: "",
    type_text: "",
    priority: "",
    summary: "",
    caller_name: "",
    phone: "",
    entry: null,
  };
}

/** Fields that are typed or chosen, as the server names them. */
export const TYPED = /** @type {const} */ ([
  "place",
  "place_detail",
  "location",
  "location_source",
  "gazetteer_id",
  "type",
  "type_text",
  "priority",
  "summary",
  "caller_name",
  "phone",
]);

/** The call that was being taken, or null. @returns {Draft | null} */
export function keptDraft() {
  const kept = sessionStorage.getItem(KEY);
  return kept ? { ...newDraft(), ...JSON.parse(kept) } : null;
}

/** @param {Draft} draft */
export function keepDraft(draft) {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

export function dropDraft() {
  sessionStorage.removeItem(KEY);
}

/**
 * The call itself, as the server takes it.
 * @param {Draft} draft
 */
export function callOf(draft) {
  const { phone, caller_name, summary, begun_at } = draft;
  return { phone, caller_name, text: summary, received_at: begun_at, channel: "phone" };
}

/**
 * The incident with its call, as the server takes it.
 * @param {Draft} draft
 */
export function incidentOf(draft) {
  const { type, place, place_detail, location, location_source, gazetteer_id, priority, summary } = draft;
  return {
    type,
    ...(priority && { priority: Number(priority) }),
    place,
    place_detail,
    location: location && { lon: location[0], lat: location[1] },
    location_source: location ? location_source : "manual",
    gazetteer_id,
    summary,
    call: callOf(draft),
    ready: true,
  };
}
