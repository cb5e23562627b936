/** What is other in a shift after a change of the published plan. */

import { html } from "lit";

import { gettext, inScript } from "../i18n.js";
import { moment, stateName } from "./words.js";

/** @param {PlanShift} before @param {PlanShift} after @param {string} zone */
export function differences(before, after, zone) {
  /** @type {[string, (shift: PlanShift) => string][]} */
  const shown = [
    [gettext("State"), (shift) => stateName(shift.state)],
    [gettext("Unit"), (shift) => shift.call_sign],
    [gettext("Start"), (shift) => moment(Date.parse(shift.starts_at), zone)],
    [gettext("End"), (shift) => moment(Date.parse(shift.ends_at), zone)],
    [gettext("Crew"), (shift) => shift.crew.map(({ name }) => name).join(", ")],
    [gettext("Vehicle"), (shift) => shift.vehicle?.plate ?? "–"],
    [gettext("Sector"), (shift) => shift.sector?.name ?? "–"],
    [gettext("Tasks"), (shift) => String(shift.tasks.length)],
    [gettext("Note"), (shift) => shift.note || "–"],
  ];
  const other = shown.filter(([, text]) => text(before) !== text(after));
  return html`<dl>${other.map(([name, text]) => html`<dt>${name}</dt><dd><del>${inScript(text(before))}</del> → <ins>${inScript(text(after))}</ins></dd>`)}</dl>`;
}
