/** The field's words, in the reader's language. */

import { fill, gettext, inScript, ngettext, pgettext } from "../i18n.js";

/** @type {Record<string, () => string>} */
const UNIT_STATUS = {
  on_patrol: () => gettext("on patrol"),
  at_station: () => gettext("at the station"),
  dispatched: () => gettext("sent"),
  en_route: () => gettext("on the way"),
  on_scene: () => gettext("on the scene"),
  action_taken: () => gettext("action taken"),
  staging: () => gettext("standing by"),
  traffic_stop: () => gettext("traffic stop"),
  transport: () => gettext("transport"),
  court: () => gettext("at court"),
  meal: () => gettext("meal break"),
  report_writing: () => gettext("writing a report"),
  out_of_service: () => gettext("out of service"),
  off_duty: () => gettext("off duty"),
  emergency: () => gettext("needs help"),
};

/** Statuses that a dispatcher may give by hand, in the order of their use. */
export const GIVEN_STATUSES = [
  "on_patrol",
  "at_station",
  "staging",
  "traffic_stop",
  "transport",
  "court",
  "meal",
  "report_writing",
  "out_of_service",
];

/** @type {Record<string, () => string>} */
const JOB_STATUS = {
  dispatched: () => gettext("sent"),
  acknowledged: () => gettext("acknowledged"),
  en_route: () => gettext("on the way"),
  on_scene: () => gettext("on the scene"),
  action_taken: () => gettext("action taken"),
  cleared: () => gettext("cleared"),
  cancelled: () => gettext("called off"),
  pre_empted: () => gettext("broken off"),
  refused: () => gettext("refused"),
};

/** @type {Record<string, () => string>} */
const INCIDENT_STATUS = {
  entering: () => gettext("being entered"),
  waiting: () => gettext("waiting"),
  assigned: () => gettext("units sent"),
  en_route: () => gettext("on the way"),
  on_scene: () => gettext("on the scene"),
  action_taken: () => gettext("action taken"),
  closed: () => gettext("closed"),
  cancelled: () => gettext("cancelled"),
  merged: () => gettext("merged"),
};

/** @type {Record<string, () => string>} */
const AVAILABILITY = {
  available: () => gettext("available"),
  conditional: () => gettext("available if broken off"),
  unavailable: () => gettext("not available"),
};

/** @type {Record<string, () => string>} */
const DISPOSITIONS = {
  resolved: () => gettext("resolved on the spot"),
  report: () => gettext("report taken"),
  arrest: () => gettext("arrest"),
  warning: () => gettext("warning given"),
  unfounded: () => gettext("unfounded"),
  gone: () => gettext("nobody found"),
  handed_over: () => gettext("handed over to another service"),
  other: () => gettext("other"),
};

/** @type {Record<string, () => string>} */
const ROLES = {
  call_taker: () => gettext("call taker"),
  dispatcher: () => gettext("dispatcher"),
  shift_commander: () => gettext("shift commander"),
  patrol: () => gettext("patrol"),
  administrator: () => gettext("administrator"),
  read_only: () => gettext("reader"),
};

/** @type {Record<string, () => string>} */
const HAZARDS = {
  weapon: () => gettext("weapon"),
  violence: () => gettext("violence"),
  dog: () => gettext("dangerous dog"),
  illness: () => gettext("illness"),
  substance: () => gettext("dangerous substance"),
  structure: () => gettext("dangerous structure"),
  other: () => gettext("other"),
};

/** @type {Record<string, () => string>} */
const PLACE_KINDS = {
  address: () => gettext("address"),
  street: () => gettext("street"),
  crossing: () => gettext("crossing"),
  poi: () => gettext("place of interest"),
  place: () => gettext("settlement"),
  road: () => gettext("road"),
  road_km: () => gettext("kilometre of a road"),
};

/** @type {Record<string, () => string>} */
const PANELS = {
  queue: () => gettext("Incidents"),
  incident: () => gettext("Incident"),
  map: () => gettext("Map"),
  board: () => gettext("Patrols"),
};

/**
 * @param {Record<string, () => string>} words
 * @returns {(code: string) => string}
 */
const said = (words) => (code) => words[code]?.() ?? code.replaceAll("_", " ");

export const unitStatus = said(UNIT_STATUS);
export const jobStatus = said(JOB_STATUS);
export const incidentStatus = said(INCIDENT_STATUS);
export const availability = said(AVAILABILITY);

/** Ways in which incidents end, as they are set up, in order; empty until they are read. @type {Map<string, Disposition & {words: () => string}>} */
export const dispositions = new Map();

const usualDisposition = said(DISPOSITIONS);

/** @param {string} code */
export const disposition = (code) => dispositions.get(code)?.words() ?? usualDisposition(code);
export const role = said(ROLES);
export const hazardKind = said(HAZARDS);
export const placeKind = said(PLACE_KINDS);
export const panelName = said(PANELS);

/**
 * Codes of dispositions, in the order of their use.
 * @param {string} [type] only those that are for this kind of incident
 */
export function dispositionCodes(type) {
  if (dispositions.size === 0) return Object.keys(DISPOSITIONS);
  const rows = [...dispositions].filter(([, row]) => !type || row.types.length === 0 || row.types.includes(type));
  return rows.map(([code]) => code);
}

/** @type {Record<string, () => string>} */
const STEPS = {
  acknowledged: () => gettext("acknowledged"),
  en_route: () => gettext("on the way"),
  on_scene: () => gettext("on the scene"),
  action_taken: () => gettext("action taken"),
  cleared: () => gettext("cleared"),
};
export const step = said(STEPS);

const ORDER = ["dispatched", "acknowledged", "en_route", "on_scene", "action_taken", "cleared"];

/**
 * The steps that may follow, the usual one first.
 * @param {string} status of an assignment
 */
export function stepsAfter(status) {
  const at = ORDER.indexOf(status);
  return at < 0 ? [] : ORDER.slice(at + 1);
}

/** The step that usually follows: an acknowledgement comes from the unit, so the desk goes on to the way. @param {string} status */
export function usualStep(status) {
  return stepsAfter(status).find((next) => next !== "acknowledged") ?? null;
}

/** @type {Record<string, (values: Record<string, string>) => string>} */
const TIMELINE = {
  call_received: () => gettext("Call received"),
  incident_created: () => gettext("Incident opened"),
  location_set: (v) => (v.undoes ? gettext("A change was taken back") : gettext("Place set")),
  priority_set: (v) => (v.priority ? fill(gettext("Priority %(priority)s"), v) : gettext("Priority set")),
  note: () => "",
  unit_dispatched: (v) => fill(gettext("%(unit)s sent"), v),
  unit_acknowledged: (v) => fill(gettext("%(unit)s acknowledged"), v),
  unit_en_route: (v) => fill(gettext("%(unit)s on the way"), v),
  unit_on_scene: (v) => fill(gettext("%(unit)s on the scene"), v),
  unit_action_taken: (v) => fill(gettext("%(unit)s: action taken"), v),
  outcome_reported: (v) => fill(gettext("%(unit)s says: %(outcome)s"), { ...v, outcome: disposition(v.disposition ?? "") }),
  unit_cleared: (v) => fill(gettext("%(unit)s cleared"), v),
  unit_cancelled: (v) => fill(gettext("%(unit)s called off"), v),
  unit_pre_empted: (v) => fill(gettext("%(unit)s broken off for a more urgent incident"), v),
  unit_corrected: (v) => fill(gettext("%(unit)s: the time of a step was corrected (%(reason)s)"), v),
  unit_undone: (v) => fill(gettext("%(unit)s: %(status)s again; “%(step)s” was taken back"), { ...v, status: jobStatus(v.status), step: jobStatus(v.step) }),
  unit_refused: (v) => fill(gettext("%(unit)s refused"), v),
  unit_contact: (v) => contactWords(v),
  welfare_overdue: (v) =>
    fill(v.stage === "commander" ? gettext("No sign of life of %(unit)s; with the commander") : gettext("No sign of life of %(unit)s"), v),
  backup_requested: (v) => fill(v.level === "urgent" ? gettext("%(unit)s needs back-up, urgent") : gettext("%(unit)s asks for back-up"), v),
  backup_escalated: (v) => fill(gettext("Nobody has answered %(unit)s's request for back-up; with the commander"), v),
  backup_moved: (v) => fill(gettext("%(unit)s's request for back-up came along from %(came_from)s"), v),
  backup_refused: (v) => fill(gettext("Back-up to %(unit)s refused"), v),
  backup_withdrawn: (v) => fill(gettext("%(unit)s needs no back-up any more"), v),
  closed: () => gettext("Closed"),
  cancelled: () => gettext("Cancelled"),
  reopened: () => gettext("Reopened"),
  merged: () => gettext("Merged"),
  regrade_undone: (v) => fill(gettext("Priority %(priority)s again; the regrading was taken back"), v),
  end_undone: () => gettext("Open again; the end was taken back"),
  merge_undone: (v) => fill(gettext("Apart from %(number)s again; the merging was taken back"), v),
  call_attached: () => gettext("One more caller"),
  handover_offered: (v) => fill(gettext("Offered to %(to)s"), centreNames(v)),
  handover_accepted: (v) => fill(gettext("Taken over by %(to)s from %(from)s"), centreNames(v)),
  handover_refused: (v) => fill(gettext("%(to)s refused it"), centreNames(v)),
  handover_timed_out: (v) => fill(gettext("%(to)s did not answer in time"), centreNames(v)),
  handover_withdrawn: (v) => fill(gettext("Offer to %(to)s withdrawn"), centreNames(v)),
  field_changed: (v) => (v.undoes ? gettext("A change was taken back") : gettext("Changed")),
  reminder_set: () => gettext("To be remembered"),
  reminder_done: () => gettext("Remembered and done"),
  split: (v) => fill(v.to ? gettext("A caller went out to %(number)s") : gettext("Split off %(number)s"), v),
};

/** Names of centres in the reader's script. @param {Record<string, string>} values */
const centreNames = (values) => ({ ...values, from: inScript(values.from), to: inScript(values.to) });
/** @param {Record<string, string>} values */
function contactWords(values) {
  if (values.sign === "answer") return fill(gettext("%(unit)s answers: all is well. %(text)s"), values).trim();
  if (values.sign === "action") return fill(gettext("%(unit)s was heard of"), values);
  return fill(gettext("Contact with %(unit)s. %(text)s"), values).trim();
}

/**
 * What a line of the timeline says, without its free text.
 * @param {TimelineEntry} entry
 */
export function timelineWords(entry) {
  const values = { unit: "", priority: "" };
  for (const [name, value] of Object.entries(entry.data ?? {})) Object.assign(values, { [name]: String(value) });
  values.unit = String(entry.data?.call_sign ?? entry.data?.unit ?? "");
  return TIMELINE[entry.kind]?.(values) ?? entry.kind.replaceAll("_", " ");
}

/** @param {number} count */
export function patrolsNeeded(count) {
  return fill(ngettext("%(count)s patrol needed", "%(count)s patrols needed", count), { count });
}

/** @param {number} count */
export function members(count) {
  return fill(ngettext("crew of %(count)s", "crew of %(count)s", count), { count });
}

/** @param {number} count */
export function callers(count) {
  return fill(ngettext("%(count)s caller", "%(count)s callers", count), { count });
}

/**
 * An age in whole minutes, for what is old.
 * @param {number} seconds
 */
export function minutes(seconds) {
  const count = Math.floor(seconds / 60);
  if (count < 60) return fill(ngettext("%(count)s min", "%(count)s min", count), { count });
  const hours = Math.floor(count / 60);
  return fill(ngettext("%(count)s h", "%(count)s h", hours), { count: hours });
}

/** @param {number} metres */
export function distance(metres) {
  return metres < 950 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** The word for doing nothing more with a question. */
export const never = () => pgettext("button", "Back");
