/** Requests for back-up and patrols that do not answer, in the strip below the top bar: nothing scrolls them away. */

import { html, nothing } from "lit";

import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { crewOf, openBackups, recordContact, refuseBackup } from "./safety-actions.js";
import { isMuted } from "./layout.js";
import { doesReminderCall } from "./reminders.js";
import { may, settings } from "./settings.js";
import { overdueUnits } from "./welfare.js";
import { jobStatus, patrolsNeeded, unitStatus } from "./words.js";

/** @typedef {import("./alarm-sound.js").Urgency} Urgency */

/** What they sound like; alarms are louder. @returns {Urgency} */
export function urgencyOfRows() {
  const asked = may("dispatch.assign") && !isMuted("backup") ? openBackups() : [];
  if (asked.some((backup) => backup.escalated_at)) return "backup_escalated";
  if (asked.some((backup) => backup.level === "urgent")) return "backup_urgent";
  if (asked.length > 0) return "backup";
  if (may("unit.status") && !isMuted("welfare") && overdueUnits().length > 0) return "welfare";
  return doesReminderCall() ? "reminder" : "silent";
}

export function safetyRows() {
  return [
    ...openBackups().map((backup, index) => backupRow(backup, index === 0)),
    ...overdueUnits().map((unit, index) => welfareRow(unit, index === 0)),
  ];
}

/**
 * @param {BackupCard} backup
 * @param {boolean} isFirst
 */
function backupRow(backup, isFirst) {
  const incident = store.incidents.get(backup.incident);
  const missing = backup.needed - store.activeOn(backup.incident).length;
  const isUrgent = backup.level === "urgent";
  const isWithCommander = Boolean(backup.escalated_at);
  return html`<section
    class="alarm-row backup ${isUrgent || isWithCommander ? "urgent" : ""}"
    role=${isUrgent || isWithCommander ? "alert" : "status"}
    aria-label=${fill(gettext("Back-up for %(unit)s"), { unit: backup.call_sign })}
  >
    <b class="mono">▲ ${backup.call_sign}</b>
    <b>${isUrgent ? gettext("needs back-up, urgent") : gettext("asks for back-up")}</b>
    ${isWithCommander ? html`<b class="call">${unansweredWords()}</b>` : nothing}
    ${backup.reason ? html`<span>${inScript(backup.reason)}</span>` : nothing}
    <span><span class="mono">${backup.number}</span> ${inScript(incident?.place)}</span>
    <elapsed-time from=${backup.requested_at}></elapsed-time>
    ${missing > 0 ? html`<span>${patrolsNeeded(missing)}</span>` : nothing}
    ${backup.presses > 1 ? html`<span>${fill(gettext("asked %(count)s times"), { count: backup.presses })}</span>` : nothing}
    <button class="plain" @click=${() => desk.select(backup.incident)}>
      ${isFirst ? html`<kbd>F2</kbd> ` : nothing}${gettext("whom to send")}
    </button>
    ${may("dispatch.assign") ? html`<button class="plain" @click=${() => void refuseBackup(backup)}>${gettext("refuse")}…</button>` : nothing}
  </section>`;
}

/**
 * @param {UnitCard} unit
 * @param {boolean} isFirst
 */
function welfareRow(unit, isFirst) {
  const { welfare } = unit;
  if (!welfare) return nothing;
  const job = store.activeOf(unit.id);
  const incident = job && store.incidents.get(job.incident);
  const isWithCommander = welfare.stage === "commander";
  return html`<section
    class="alarm-row welfare ${isWithCommander ? "urgent" : ""}"
    role="alert"
    aria-label=${fill(gettext("%(unit)s does not answer"), { unit: unit.call_sign })}
  >
    <b class="mono">◆ ${unit.call_sign}</b>
    <b>${gettext("no sign of life for")} <elapsed-time from=${welfare.started_at}></elapsed-time></b>
    ${isWithCommander ? html`<b class="call">${commanderWords()}</b>` : nothing}
    <span>
      ${job ? jobStatus(job.status) : unitStatus(unit.status)}${incident
        ? html`: <span class="mono">${incident.number}</span> ${inScript(incident.place)}`
        : nothing}
    </span>
    <span>${crewOf(unit) || gettext("crew unknown")}</span>
    <fix-age unit=${unit.id}></fix-age>
    <button class="plain" @click=${() => desk.goTo({ unit: unit.id })}>${gettext("on the map")}</button>
    ${may("unit.status")
      ? html`<button @click=${() => void recordContact(unit)}>
          ${isFirst && desk.unit === null ? html`<kbd>W</kbd> ` : nothing}${gettext("I have spoken with them")}
        </button>`
      : nothing}
  </section>`;
}

function unansweredWords() {
  return settings.user.roles.includes("shift_commander")
    ? gettext("Nobody has answered: it is yours, commander")
    : gettext("Nobody has answered: with the shift commander");
}

function commanderWords() {
  return settings.user.roles.includes("shift_commander") ? gettext("it is yours, commander") : gettext("with the shift commander");
}
