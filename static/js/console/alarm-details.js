/**
 * What is known of each open alarm, below the top bar for as long as it is open: crew, place, job, who is near, what to do
 * first. Below it who asks for back-up, and who does not answer.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { Ticking, onTick } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { resolveAlarm } from "./actions.js";
import { isMuted, sound } from "./alarm-sound.js";
import { openAlarms } from "./alarms.js";
import { metresBetween } from "./metres.js";
import { firstSteps } from "./first-steps.js";
import { isFree, OLD_FIX_S, placeOf } from "./order.js";
import { shown } from "./receipts.js";
import { doesReminderCall } from "./reminders.js";
import { safetyRows, urgencyOfRows } from "./safety-rows.js";
import { may, settings } from "./settings.js";
import { View } from "./view.js";
import { distance, jobStatus, minutes } from "./words.js";

const NEAREST = 3;

/** `<fix-words at accuracy>`: how old a position is and how exact; old is said to be old. */
class FixWords extends Ticking {
  static observedAttributes = ["at", "accuracy"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const age = (nowMs - Date.parse(this.getAttribute("at") ?? "")) / 1000;
    const accuracy = this.getAttribute("accuracy");
    const words = accuracy ? `±${Math.round(Number(accuracy))} m` : gettext("accuracy unknown");
    const isOld = age > OLD_FIX_S;
    this.classList.toggle("old", isOld);
    this.show(
      isOld
        ? `${words} · ${fill(gettext("old position: %(age)s"), { age: minutes(age) })}`
        : `${words} · ${fill(gettext("%(seconds)s s ago"), { seconds: Math.max(0, Math.round(age)) })}`,
    );
  }
}
customElements.define("fix-words", FixWords);

class AlarmDetails extends View {
  static topics = /** @type {const} */ (["alarms", "units", "assignments", "incidents", "positions", "backups", "reminders", "desk", "layout"]);

  /** @type {(() => void) | undefined} */
  #leaveClock;
  #wasMuted = false;
  #wasReminding = false;

  connectedCallback() {
    super.connectedCallback();
    this.#leaveClock = onTick(() => {
      if (isMuted() !== this.#wasMuted || doesReminderCall() !== this.#wasReminding) this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leaveClock?.();
  }

  updated() {
    const calling = may("alarm.handle") ? openAlarms().filter((alarm) => !alarm.acknowledged_at) : [];
    shown(openAlarms());
    if (calling.length === 0) sound(urgencyOfRows());
    else sound(calling.some((alarm) => alarm.escalated_at) ? "escalated" : "calling");
  }

  render() {
    this.#wasMuted = isMuted();
    this.#wasReminding = doesReminderCall();
    return html`${repeat(
      openAlarms(),
      (alarm) => alarm.id,
      (alarm) => row(alarm),
    )}
    ${safetyRows()}
    ${this.#wasMuted ? html`<p class="alarm-row muted">${gettext("The sound is off until you touch this page.")}</p>` : nothing}`;
  }
}
customElements.define("alarm-details", AlarmDetails);

/** @param {AlarmCard} alarm */
function row(alarm) {
  const isEscalated = Boolean(alarm.escalated_at && !alarm.acknowledged_at);
  return html`<section
    class="alarm-row ${isEscalated ? "escalated" : ""} ${alarm.acknowledged_at ? "taken" : ""}"
    aria-label=${fill(gettext("Alarm of %(unit)s"), { unit: alarm.call_sign })}
  >
    <b class="mono">★ ${alarm.call_sign}</b>
    ${alarm.is_drill ? html`<b class="drill">${gettext("DRILL")}</b>` : nothing}
    ${isEscalated ? html`<b class="call">${escalatedWords()}</b>` : nothing}
    <span>${alarm.crew_names.map(inScript).join(", ") || gettext("crew unknown")}</span>
    ${place(alarm)} ${job(alarm)} ${nearest(alarm)}
    ${alarm.presses > 1 ? html`<span>${fill(gettext("pressed %(count)s times"), { count: alarm.presses })}</span>` : nothing}
    ${alarm.acknowledged_by
      ? html`<span>${fill(gettext("taken by %(name)s"), { name: inScript(alarm.acknowledged_by.name) })}</span>`
      : nothing}
    ${alarm.acknowledged_at && may("alarm.handle")
      ? html`<button @click=${() => void resolveAlarm(alarm)}>${gettext("resolve")}…</button>`
      : nothing}
    ${firstSteps(alarm)}
  </section>`;
}

function escalatedWords() {
  return settings.user.roles.includes("shift_commander")
    ? gettext("Nobody has answered: it is yours, commander")
    : gettext("Nobody has answered: with the shift commander");
}

/** @param {AlarmCard} alarm */
function place(alarm) {
  const known = placeOf(alarm);
  if (!known) return html`<b class="no-fix">${gettext("no position at all")}</b>`;
  return html`<button class="plain mono" @click=${() => document.querySelector("unit-map")?.goTo([known.lon, known.lat])}>
      ${known.lat.toFixed(5)}, ${known.lon.toFixed(5)}</button
    ><fix-words at=${known.at} accuracy=${known.accuracy_m ?? nothing}></fix-words>`;
}

/** @param {AlarmCard} alarm */
function job(alarm) {
  const found = store.activeOf(alarm.unit);
  const incident = found && store.incidents.get(found.incident);
  if (!found) return html`<span>${gettext("no job")}</span>`;
  return html`<span>${jobStatus(found.status)}: ${incident ? `${incident.number} ${inScript(incident.place)}` : found.incident}</span>`;
}

/** Free patrols by the straight line; the way may be longer. @param {AlarmCard} alarm */
function nearest(alarm) {
  const from = placeOf(alarm);
  if (!from) return nothing;
  const found = [];
  for (const unit of store.units.values()) {
    const at = store.positions.get(unit.id);
    if (at && unit.id !== alarm.unit && isFree(unit)) found.push({ unit, metres: metresBetween(from, at) });
  }
  found.sort((a, b) => a.metres - b.metres);
  if (found.length === 0) return html`<span>${gettext("nobody free near")}</span>`;
  return html`<span
    >${gettext("nearest")}:
    <span class="mono">${found.slice(0, NEAREST).map(({ unit, metres }) => `${unit.call_sign} ~${distance(metres)}`).join(" · ")}</span></span
  >`;
}
