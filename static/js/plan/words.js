/** Words of the shift plan. */

import { fill, gettext, ngettext } from "../i18n.js";
import { locale } from "../reports/words.js";
import { clockOf, HOUR, MINUTE, wall } from "./zone.js";

/** @param {number} at @param {string} zone @param {Intl.DateTimeFormatOptions} options */
export function date(at, zone, options) {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }).format(at);
}

/** A day as a heading of a column. @param {number} at @param {string} zone */
export function dayName(at, zone) {
  return date(at, zone, { weekday: "short", day: "numeric", month: "numeric" });
}

/** @param {number} start @param {number} end @param {string} zone */
export function span(start, end, zone) {
  return `${clockOf(start, zone)}–${clockOf(end, zone)}`;
}

/** The same as short as it can be said: `07–19`. @param {number} start @param {number} end @param {string} zone */
export function shortSpan(start, end, zone) {
  return span(start, end, zone).replaceAll(":00", "");
}

/** A duration, `12 h` or `11 h 30 min`. @param {number} ms */
export function lasting(ms) {
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.round((ms - hours * HOUR) / MINUTE);
  if (!minutes) return fill(gettext("%(h)s h"), { h: hours });
  return hours ? fill(gettext("%(h)s h %(m)s min"), { h: hours, m: minutes }) : fill(gettext("%(m)s min"), { m: minutes });
}

/** @param {string} state */
export function stateName(state) {
  return { draft: gettext("draft"), published: gettext("published"), cancelled: gettext("called off") }[state] ?? state;
}

/** @returns {Record<string, string>} */
export function taskNames() {
  return {
    directed_patrol: gettext("directed patrol"),
    checkpoint: gettext("checkpoint"),
    escort: gettext("escort"),
    border_section: gettext("border section"),
  };
}

/** A day and time in full. @param {number} at @param {string} zone */
export function moment(at, zone) {
  return `${date(at, zone, { weekday: "short", day: "numeric", month: "short" })} ${wall(at, zone).slice(11)}`;
}

/** @param {number} count */
export function shiftCount(count) {
  return fill(ngettext("%(n)s shift", "%(n)s shifts", count), { n: count });
}
