/** What has happened: the timeline of the selected incident, newest last. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { timeOfDay } from "../clock.js";
import { gettext, inScript } from "../i18n.js";
import { bothTimes, correctButton, timeOfLine } from "./correcting.js";
import { answeredWords } from "./questions.js";
import { may } from "./settings.js";
import { timelineWords } from "./words.js";

const LATE_MS = 60_000;

/** @param {TimelineEntry[] | null} entries */
export function timeline(entries) {
  return html`<section class="part" aria-labelledby="timeline-title">
    <h3 class="part-head" id="timeline-title">
      ${gettext("Timeline")} <span class="spring"></span>
      ${may("incident.edit")
        ? html`<button class="plain" @click=${() => document.querySelector("command-line")?.begin("n ")}>
            <kbd>N</kbd> ${gettext("note")}
          </button>`
        : nothing}
    </h3>
    <ol class="timeline">
      ${repeat(entries ?? [], (entry, index) => entry.id ?? index, (entry) => line(entry, entries ?? []))}
    </ol>
  </section>`;
}

/** @param {TimelineEntry} entry @param {TimelineEntry[]} entries */
function line(entry, entries) {
  const words = entry.kind === "question_answered" ? answeredWords(entry.data) : timelineWords(entry);
  const by = typeof entry.by === "string" ? entry.by : (entry.by?.name ?? "");
  const isLate = Date.parse(entry.recorded_at) - Date.parse(entry.at) > LATE_MS;
  return html`<li class=${entry.kind === "note" ? "note" : ""}>
    ${timeOfLine(entry, entries)}
    <span>
      ${words}${bothTimes(entry)}${words && entry.text ? ": " : ""}<span class="text">${inScript(entry.text)}</span>
      ${by ? html`<span class="dim">${inScript(by)}</span>` : nothing}
      ${isLate ? html`<span class="dim">${gettext("recorded")} ${timeOfDay(entry.recorded_at)}</span>` : nothing}
      ${correctButton(entry, entries)}
    </span>
  </li>`;
}
