/**
 * `<ended-list>`: incidents that were closed or cancelled in the last hours, below the queue and never among it. O opens it,
 * the arrows choose, O or Enter reopens, Escape shuts it. It is read when it opens, and again when one ends or is reopened.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { ApiError, read } from "../api.js";
import { dateAndTime, timeOfDay } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { live } from "../live.js";
import { desk } from "./desk.js";
import { reopenCard } from "./incident-actions.js";
import { typeName } from "./kinds.js";
import { may, settings } from "./settings.js";
import { View } from "./view.js";
import { disposition, incidentStatus } from "./words.js";

/** @typedef {{incident: IncidentCard, ended_at: Iso, disposition: string, outcome: string}} Ended */

const HOURS = 12;
const AFTER_EVENT_MS = 300;
const CHANGES = new Set(["IncidentClosed", "IncidentCancelled", "IncidentReopened"]);

export class EndedList extends View {
  static topics = /** @type {const} */ (["desk"]);

  #isOpen = false;
  /** @type {Ended[]} */
  #rows = [];
  /** @type {Id | null} */
  #chosen = null;
  #trouble = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    super();
    live.witness((event) => {
      if (!this.#isOpen || !CHANGES.has(event.kind)) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#load(), AFTER_EVENT_MS);
    });
  }

  /** Open it, or reopen what is chosen in it. */
  async show() {
    if (this.#isOpen && this.contains(document.activeElement)) return this.#reopen();
    this.#isOpen = true;
    await this.#load();
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("#ended"))?.focus();
    return undefined;
  }

  render() {
    if (!this.#isOpen) return nothing;
    const count = this.#rows.length;
    return html`<section class="ended" aria-labelledby="ended-title">
      <header class="panel-head">
        <h2 id="ended-title">${gettext("Ended")}</h2>
        <span class="dim">${fill(ngettext("%(count)s in the last %(hours)s hours", "%(count)s in the last %(hours)s hours", count), { count, hours: HOURS })}</span>
        <span class="spring"></span>
        ${count && may("incident.edit")
          ? html`<button class="plain" @click=${() => void this.#reopen()}><kbd>O</kbd> ${gettext("reopen")}</button>`
          : nothing}
        <button class="plain" @click=${() => this.#shut()}><kbd>Esc</kbd> ${gettext("shut")}</button>
      </header>
      ${this.#trouble ? html`<p class="box refused" role="alert">${this.#trouble}</p>` : nothing}
      <div
        class="list"
        id="ended"
        role="listbox"
        tabindex="0"
        aria-labelledby="ended-title"
        aria-activedescendant=${this.#chosen === null ? nothing : `ended-${this.#chosen}`}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}
      >
        ${repeat(this.#rows, (row) => row.incident.id, (row) => this.#row(row))}
      </div>
      ${count === 0 && !this.#trouble ? html`<p class="empty">${gettext("Nothing ended in these hours.")}</p>` : nothing}
    </section>`;
  }

  /** @param {Ended} row */
  #row({ incident, ended_at, disposition: code, outcome }) {
    const isChosen = incident.id === this.#chosen;
    const how = code ? disposition(code) : incidentStatus(incident.status);
    return html`<div class="ended-row" role="option" id="ended-${incident.id}" aria-selected=${isChosen} @click=${() => this.#choose(incident.id)}>
      <time class="mono" datetime=${ended_at} title=${dateAndTime(ended_at)}>${timeOfDay(ended_at)}</time>
      <span class="what">${typeName(incident.type)}, ${inScript(incident.place) || gettext("place not known")}</span>
      <span class="dim how"><span class="mono">${incident.number}</span> · ${how}</span>
      ${isChosen ? html`<span class="more">${inScript(incident.summary)}${outcome ? html` <b>${inScript(outcome)}</b>` : nothing}</span>` : nothing}
    </div>`;
  }

  async #load() {
    try {
      this.#rows = await read(`boards/${settings.board}/ended/`, { query: { hours: HOURS } });
      this.#trouble = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#trouble = error.message;
    }
    if (!this.#rows.some((row) => row.incident.id === this.#chosen)) this.#chosen = this.#rows[0]?.incident.id ?? null;
    this.requestUpdate();
  }

  /** @param {Id} incident */
  #choose(incident) {
    this.#chosen = incident;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (step) {
      const at = this.#rows.findIndex((row) => row.incident.id === this.#chosen) + step;
      const next = this.#rows[Math.min(this.#rows.length - 1, Math.max(0, at))];
      if (next) this.#choose(next.incident.id);
    } else if (event.key === "Enter") void this.#reopen();
    else if (event.key === "Escape") this.#shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #reopen() {
    const row = this.#rows.find((one) => one.incident.id === this.#chosen);
    if (!row) return;
    if (!may("incident.edit")) return desk.say("refused", gettext("you do not have the right to do this"));
    if (await reopenCard(row.incident)) this.#shut();
  }

  #shut() {
    this.#isOpen = false;
    this.requestUpdate();
    document.getElementById("queue")?.focus();
  }
}

/** Show what has ended; asked again from within, reopen what is chosen. */
export const showEnded = () => document.querySelector("ended-list")?.show();

customElements.define("ended-list", EndedList);
