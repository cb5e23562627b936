/**
 * What the desk must not forget: below the top bar with the time that is left, loud once it is due. `A` notes the first one
 * that is due as done, `0` puts it off. Set on the command line: `t 10 call the hospital`.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { command } from "../api.js";
import { onTick, serverNow, timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { attempt } from "./actions.js";
import { desk } from "./desk.js";
import { isMuted } from "./layout.js";
import { may, settings } from "./settings.js";
import { View } from "./view.js";

/** How long one is put off by its key. */
export const SNOOZE_S = 300;
/** How long only who set it hears it: the others hear it when nobody has come to it by then. */
const OTHERS_AFTER_MS = 60_000;
/** How many that are not due yet stand in the line. */
const SHOWN = 3;

/** All, the one that is due first on top. */
export const reminders = () => [...store.reminders.values()].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || a.id - b.id);

/** Those whose time has come. */
export const dueReminders = () => reminders().filter((card) => Date.parse(card.due_at) <= serverNow());

/** Whether one calls here. */
export function doesReminderCall() {
  if (isMuted("reminder")) return false;
  return dueReminders().some(
    (card) => card.set_by.id === settings.user.id || serverNow() - Date.parse(card.due_at) > OTHERS_AFTER_MS,
  );
}

/** What one is about and says. @param {ReminderCard} card */
export const reminderWords = (card) => [card.call_sign, card.number, inScript(card.text)].filter(Boolean).join(" · ");

/**
 * Have the desk reminded.
 * @param {{minutes: number, text: string, incident?: Id, unit?: Id}} what
 */
export function setReminder({ minutes, ...what }) {
  const at = timeOfDay(new Date(serverNow() + minutes * 60_000).toISOString());
  const said = fill(gettext("Reminder at %(time)s: %(text)s"), { time: at, text: what.text });
  /** @type {Id} */
  let id;
  return attempt(
    async () => {
      const body = { ...what, board: settings.board, after_s: minutes * 60 };
      ({ id } = await command("reminders/", body, { label: gettext("setting the reminder") }));
    },
    said,
    { run: () => command(`reminders/${id}/done/`, {}, { label: gettext("taking back") }) },
  );
}

/** @param {ReminderCard} card */
export function endReminder(card) {
  const said = fill(gettext("Done: %(text)s"), { text: reminderWords(card) });
  return attempt(() => command(`reminders/${card.id}/done/`, {}, { label: said }), said);
}

/** @param {ReminderCard} card */
export function snoozeReminder(card) {
  const said = fill(gettext("In %(minutes)s min again: %(text)s"), { minutes: SNOOZE_S / 60, text: reminderWords(card) });
  return attempt(() => command(`reminders/${card.id}/snooze/`, { after_s: SNOOZE_S, version: card.version }, { label: said }), said);
}

/** Note the first that is due as done. */
export function endFirstReminder() {
  const [first] = dueReminders();
  if (first) void endReminder(first);
}

/** Put off the first that is due. */
export function snoozeFirstReminder() {
  const [first] = dueReminders();
  if (first) void snoozeReminder(first);
}

/** @param {ReminderCard} card */
function show(card) {
  if (card.incident !== null && store.incidents.has(card.incident)) desk.select(card.incident);
  if (card.unit !== null && store.units.has(card.unit)) desk.selectUnit(card.unit);
}

class ReminderStrip extends View {
  static topics = /** @type {const} */ (["reminders", "incidents", "units"]);

  /** @type {(() => void) | undefined} */
  #leaveClock;
  #due = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#leaveClock = onTick(() => {
      if (dueReminders().length !== this.#due) this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leaveClock?.();
  }

  render() {
    const due = dueReminders();
    this.#due = due.length;
    const coming = reminders().slice(due.length);
    if (due.length + coming.length === 0) return nothing;
    return html`${repeat(due, (card) => card.id, (card, index) => dueRow(card, index === 0))}
    ${coming.length > 0
      ? html`<section class="reminder-row" aria-label=${gettext("Reminders")}>
          <span class="reminder-title">◷ ${gettext("Reminders")}</span>
          ${repeat(coming.slice(0, SHOWN), (card) => card.id, comingOne)}
          ${coming.length > SHOWN ? html`<span class="dim">+${coming.length - SHOWN}</span>` : nothing}
        </section>`
      : nothing}`;
  }
}

/** @param {ReminderCard} card */
function comingOne(card) {
  return html`<span class="reminder" title=${`${inScript(card.set_by.name)} · ${timeOfDay(card.due_at)}`}>
    <until-time class="mono" due=${card.due_at}></until-time>
    <button class="plain" @click=${() => show(card)}>${reminderWords(card)}</button>
    ${may("incident.edit")
      ? html`<button class="plain dim" aria-label=${`${gettext("done")}: ${reminderWords(card)}`} @click=${() => void endReminder(card)}>
          ✓
        </button>`
      : nothing}
  </span>`;
}

/** @param {ReminderCard} card @param {boolean} isFirst */
function dueRow(card, isFirst) {
  return html`<section class="reminder-row due" role="alert" aria-label=${`${gettext("Reminder")}: ${reminderWords(card)}`}>
    <b>◷ ${gettext("Reminder")}</b>
    <button class="plain what" @click=${() => show(card)}>${reminderWords(card)}</button>
    <span>${gettext("due for")} <elapsed-time from=${card.due_at}></elapsed-time></span>
    <span class="dim">${inScript(card.set_by.name)}</span>
    <span class="spring"></span>
    ${may("incident.edit")
      ? html`<button class="primary" @click=${() => void endReminder(card)}>${isFirst ? html`<kbd>A</kbd> ` : nothing}${gettext("done")}</button>
          <button @click=${() => void snoozeReminder(card)}>
            ${isFirst ? html`<kbd>0</kbd> ` : nothing}${fill(gettext("in %(minutes)s min"), { minutes: SNOOZE_S / 60 })}
          </button>`
      : nothing}
  </section>`;
}

customElements.define("reminder-strip", ReminderStrip);
