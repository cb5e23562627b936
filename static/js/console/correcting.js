/** When a step was really taken: asked at its line in the timeline; both times stay, and reports count the correction. */

import { html, nothing } from "lit";

import { command } from "../api.js";
import { dateAndTime, timeOfDay, timeZone } from "../clock.js";
import { fill, gettext, pgettext } from "../i18n.js";
import { instant, wall } from "../plan/zone.js";
import { askUntil } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { may } from "./settings.js";
import { timelineWords } from "./words.js";

const STEPS = new Set(["dispatched", "acknowledged", "en_route", "on_scene", "action_taken", "cleared"]);

/** The step that a line tells of, and of which assignment. @param {TimelineEntry} entry */
function stepOf(entry) {
  const step = entry.kind.startsWith("unit_") ? entry.kind.slice(5) : "";
  const job = entry.data?.assignment;
  return STEPS.has(step) && typeof job === "number" ? { step, job } : null;
}

/** The newest correction of a line's step, told after it. @param {TimelineEntry} entry @param {TimelineEntry[]} entries */
function correctionOf(entry, entries) {
  const told = stepOf(entry);
  if (!told) return undefined;
  return entries.findLast(({ kind, data }) => kind === "unit_corrected" && data.assignment === told.job && data.step === told.step);
}

/** The time of a line: as it was told, or struck through with the one that holds. @param {TimelineEntry} entry @param {TimelineEntry[]} entries */
export function timeOfLine(entry, entries) {
  const correction = correctionOf(entry, entries);
  const time = html`<time datetime=${entry.at} title=${dateAndTime(entry.at)}>${timeOfDay(entry.at)}</time>`;
  if (!correction) return time;
  const is = String(correction.data.is);
  return html`<span class="corrected"><del>${time}</del> <ins><time datetime=${is} title=${fill(gettext("corrected: %(reason)s"), { reason: String(correction.data.reason) })}>${timeOfDay(is)}</time></ins></span>`;
}

/** Both times of a correction, on its own line. @param {TimelineEntry} entry */
export function bothTimes(entry) {
  if (entry.kind !== "unit_corrected") return nothing;
  return html` <span class="mono">${timeOfDay(String(entry.data.was))} → ${timeOfDay(String(entry.data.is))}</span>`;
}

/** The button at a step, for those who may. @param {TimelineEntry} entry @param {TimelineEntry[]} entries */
export function correctButton(entry, entries) {
  const told = stepOf(entry);
  if (!told || !may("dispatch.assign")) return nothing;
  const held = String(correctionOf(entry, entries)?.data.is ?? entry.at);
  // pressing must not move the focus: steps of a job that close would move this line away before the button is let go
  return html`<button class="plain correct" @mousedown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => void correct(entry, told, held)}>
    ${pgettext("a time", "correct")}…<span class="visually-hidden">: ${timelineWords(entry)}</span>
  </button>`;
}

/** @param {TimelineEntry} entry @param {{step: string, job: number}} told @param {string} held */
async function correct(entry, told, held) {
  const at = Date.parse(held);
  const seconds = new Date(at).toISOString().slice(16, 19);
  await askUntil(
    {
      title: gettext("Correct the time"),
      text: fill(gettext("%(what)s at %(time)s. Both times are kept."), { what: timelineWords(entry), time: dateAndTime(held) }),
      fields: [
        { name: "at", label: gettext("It was really at"), type: "datetime-local", value: wall(at, timeZone()) + seconds, required: true },
        { name: "reason", label: gettext("Why it is corrected"), required: true },
      ],
      yes: gettext("Correct"),
    },
    ({ at: shown = "", reason }) => {
      const moment = instant(shown, timeZone()) + Number(shown.slice(17, 19) || 0) * 1000;
      const body = { status: told.step, occurred_at: new Date(moment).toISOString(), reason };
      return command(`assignments/${told.job}/correct/`, body, { label: gettext("Correct the time") });
    },
  );
  void desk.loadTimeline();
}
