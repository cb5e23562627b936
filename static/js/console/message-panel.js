/** Messages in the top bar: what came in and is not read stands there by itself; the rest, with who has read it, below. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { timeOfDay } from "../clock.js";
import { compare, fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { markRead, messages, sendMessage, sendToAll, sendToIncident, unread } from "./messages.js";
import { may } from "./settings.js";
import { View } from "./view.js";

class MessagePanel extends View {
  static topics = /** @type {const} */ (["messages", "units", "desk"]);

  #isOpen = false;

  /** Open the list, or close it. What is unread is read by opening. @param {boolean} [open] */
  toggle(open = !this.#isOpen) {
    this.#isOpen = open;
    this.requestUpdate();
    if (open) {
      void markRead(unread());
      void this.updateComplete.then(() => this.querySelector("input")?.focus());
    } else this.querySelector("button")?.focus();
  }

  updated() {
    if (this.#isOpen && document.visibilityState === "visible" && unread().length) void markRead(unread());
  }

  render() {
    const waiting = unread();
    const [first] = waiting;
    return html`${first && !this.#isOpen
        ? html`<button class="incoming" role="alert" @click=${() => this.toggle(true)}>
            ✉ <b class="mono">${first.call_sign}</b> <span class="text">${inScript(first.text)}</span>
            <elapsed-time from=${first.recorded_at}></elapsed-time>${waiting.length > 1 ? html` <b>+${waiting.length - 1}</b>` : nothing}
          </button>`
        : html`<button class="plain" aria-expanded=${this.#isOpen} @click=${() => this.toggle()}>✉ ${gettext("Messages")}</button>`}
      ${this.#isOpen ? this.#panel() : nothing}`;
  }

  #panel() {
    const list = messages();
    return html`<section class="message-list" aria-label=${gettext("Messages")} @keydown=${this.#key}>
      ${may("unit.status") ? this.#form() : nothing}
      ${list.length
        ? html`<ol>
            ${repeat(list, (card) => card.id, line)}
          </ol>`
        : html`<p class="empty">${gettext("No messages yet.")}</p>`}
    </section>`;
  }

  #form() {
    const units = [...store.units.values()].sort((a, b) => compare(a.call_sign, b.call_sign));
    const { card, unit } = desk;
    return html`<form @submit=${this.#send}>
      <label for="message-to">${gettext("To")}</label>
      <select id="message-to" name="to" required>
        ${card && store.activeOn(card.id).length
          ? html`<option value="incident">${fill(gettext("all on %(incident)s"), { incident: card.number })}</option>`
          : nothing}
        ${units.map((one) => html`<option value=${one.id} ?selected=${one.id === unit}>${one.call_sign}</option>`)}
        <option value="board">${gettext("all patrols")}</option>
      </select>
      <label for="message-text">${gettext("Message")}</label>
      <input id="message-text" name="text" required maxlength="1000" autocomplete="off" />
      <button class="primary">${gettext("Send")}</button>
    </form>`;
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.toggle(false);
  };

  /** @param {SubmitEvent} event */
  #send = async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = new FormData(form);
    const text = String(given.get("text")).trim();
    if (!text) return;
    const to = String(given.get("to"));
    const incident = desk.card?.id;
    const sent =
      to === "board" ? await sendToAll(text) : to === "incident" && incident ? await sendToIncident(incident, text) : await sendMessage([Number(to)], text);
    const input = form.elements.namedItem("text");
    if (sent && input instanceof HTMLInputElement) input.value = "";
  };
}

/** @param {MessageCard} card */
function line(card) {
  return html`<li class=${card.from_unit === null ? "out" : "in"}>
    <p class="line">
      <time class="mono dim">${timeOfDay(card.at)}</time>
      ${card.from_unit === null
        ? html`<span>→ <b class="mono">${addressees(card)}</b></span> <span class="dim">${inScript(card.by.name)}</span>`
        : html`<b class="mono">${card.call_sign}</b> <span class="dim">${inScript(card.by.name)}</span>`}
    </p>
    <p class="text">${inScript(card.text)}</p>
    <p class="receipts">${receipts(card)}</p>
  </li>`;
}

/** @param {MessageCard} card */
function addressees(card) {
  if (card.to === "board") return gettext("all patrols");
  return card.units.map((one) => one.call_sign).join(", ");
}

/** Who has read it and when; who has it; whom it has not reached. @param {MessageCard} card */
function receipts(card) {
  const name = (/** @type {MessageReceipt} */ one) => `${one.call_sign ?? ""} ${inScript(one.name)}`.trim();
  const opened = card.receipts.filter((one) => one.read_at);
  const delivered = card.receipts.filter((one) => !one.read_at);
  const reached = new Set(card.receipts.map((one) => one.call_sign));
  const missing = card.units.filter((one) => !reached.has(one.call_sign));
  const parts = [
    ...opened.map((one) => html`<span class="read">${fill(gettext("read: %(name)s %(time)s"), { name: name(one), time: timeOfDay(one.read_at ?? "") })}</span>`),
    ...delivered.map((one) => html`<span>${fill(gettext("delivered: %(name)s"), { name: name(one) })}</span>`),
    ...(missing.length ? [html`<span class="warning">${fill(gettext("not delivered yet: %(units)s"), { units: missing.map((one) => one.call_sign).join(", ") })}</span>`] : []),
    ...(card.from_unit !== null && !opened.length ? [html`<span class="warning">${gettext("nobody has read it")}</span>`] : []),
  ];
  return parts;
}

customElements.define("message-panel", MessagePanel);

/** Open the messages, or close them. */
export function toggleMessages() {
  /** @type {MessagePanel | null} */ (document.querySelector("message-panel"))?.toggle();
}
