/** Words of availability. */

import { fill, gettext } from "../i18n.js";
import { number } from "../reports/words.js";

/** The kinds of availability in the order of the chart. @returns {[keyof NonNullable<AvailableHour["past"]>, string][]} */
export function kinds() {
  return [
    ["available", gettext("available")],
    ["conditional", gettext("conditionally available")],
    ["busy", gettext("busy")],
    ["out", gettext("out of service")],
  ];
}

/** What time went into. @returns {[string, string][]} */
export function uses() {
  return [
    ["calls", gettext("calls")],
    ["self_initiated", gettext("self-initiated")],
    ["directed", gettext("directed patrol")],
    ["administrative", gettext("administrative")],
    ["out_of_service", gettext("out of service")],
    ["free", gettext("free")],
  ];
}

/** @param {string} outcome */
export function outcomeName(outcome) {
  return (
    {
      as_planned: gettext("as planned"),
      late: gettext("late"),
      early: gettext("left early"),
      late_and_early: gettext("late, and left early"),
      no_show: gettext("did not sign on"),
      not_yet: gettext("not yet"),
      done: gettext("done"),
      partly: gettext("partly"),
      not_done: gettext("not done"),
      not_measured: gettext("no area, not measured"),
    }[outcome] ?? outcome
  );
}

/** Hours and minutes: 12:05. @param {number} seconds */
export function hoursOf(seconds) {
  const minutes = Math.round(seconds / 60);
  return `${number(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, "0")}`;
}

/** @param {number | null} seconds */
export function minutesOf(seconds) {
  return seconds === null ? "–" : fill(gettext("%(m)s min"), { m: number(Math.round(seconds / 60)) });
}

/** @param {number} part @param {number} whole */
export function share(part, whole) {
  return whole ? `${number((100 * part) / whole)} %` : "–";
}
