/**
 * The fields of an open incident, changed where they stand: each is saved as it is typed, and others see it at once. Where
 * somebody else changed the same field meanwhile, both values are shown, with who and when, and it is chosen.
 */

import { html, nothing } from "lit";

import { ApiError, command } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { numberOf } from "./actions.js";
import { findKinds, findPlaces, kindName } from "./choices.js";
import "./combo-box.js";
import { conflictChoice } from "./conflict-choice.js";
import { desk } from "./desk.js";
import { undo } from "./incident-actions.js";
import { isSpot, sourceOf } from "./places.js";
import { keepDeed } from "./undo.js";
import { View } from "./view.js";

const SETTLE_MS = 400;

/** @typedef {"place" | "place_detail" | "summary" | "type"} Name */
/** @typedef {{field: string, was: any, is: any, by: string, at: Iso}} Conflict */

class IncidentFields extends View {
  static topics = /** @type {const} */ (["incidents", "desk"]);

  /** Typed and not saved, by field. @type {Map<string, any>} */
  #unsaved = new Map();
  /** @type {Record<string, Conflict>} */
  #conflicts = {};
  #trouble = "";
  /** The incident, and its version that the fields are built on. @type {{id: Id, version: number} | null} */
  #base = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | null} */
  #saving = null;

  disconnectedCallback() {
    super.disconnectedCallback();
    void this.#flush();
  }

  firstUpdated() {
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("#edit-summary"))?.focus());
  }

  render() {
    const { card } = desk;
    if (!card) return nothing;
    return html`<section
      class="part incident-fields"
      data-own-keys
      aria-labelledby="fields-title"
      @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && leave(event)}
    >
      <h3 class="part-head" id="fields-title">
        ${gettext("Change the incident")} <span class="dim">${this.#state()}</span><span class="spring"></span>
        <button class="plain" @click=${() => desk.edit(false)}><kbd>Esc</kbd> ${gettext("done")}</button>
      </h3>
      <div class="fields">
        <combo-box
          id="edit-type"
          .label=${gettext("Kind")}
          .value=${kindName(this.#value("type"))}
          .search=${findKinds}
          .waitMs=${0}
          .opensEmpty=${true}
          @taken=${(/** @type {CustomEvent} */ event) => this.#change({ type: event.detail.data.code })}
        ></combo-box>
        ${this.#conflict("type")}
        <combo-box
          id="edit-place"
          .label=${gettext("Place")}
          .value=${inScript(this.#value("place"))}
          .search=${findPlaces}
          @typed=${(/** @type {CustomEvent} */ event) => this.#change({ place: event.detail })}
          @taken=${(/** @type {CustomEvent} */ event) => this.#takePlace(event.detail.data)}
        ></combo-box>
        ${this.#conflict("place")} ${this.#conflict("location")} ${this.#text("place_detail", gettext("Flat, floor, detail"))}
        <div class="field">
          <label for="edit-summary">${gettext("What happened")}</label>
          <textarea
            id="edit-summary"
            rows="4"
            .value=${this.#value("summary")}
            @input=${(/** @type {Event} */ event) => this.#change({ summary: valueOf(event) })}
          ></textarea>
          ${this.#conflict("summary")}
        </div>
      </div>
    </section>`;
  }

  /** @param {Name} name @param {string} label */
  #text(name, label) {
    return html`<div class="field">
      <label for="edit-${name}">${label}</label>
      <input
        id="edit-${name}"
        maxlength="200"
        autocomplete="off"
        .value=${this.#value(name)}
        @input=${(/** @type {Event} */ event) => this.#change({ [name]: valueOf(event) })}
      />
      ${this.#conflict(name)}
    </div>`;
  }

  /** What stands in a field: what is typed here, else what the board says. @param {Name} name @returns {string} */
  #value(name) {
    if (this.#unsaved.has(name)) return this.#unsaved.get(name);
    const { card } = desk;
    return (name === "type" ? card?.type.code : card?.[name]) ?? "";
  }

  #state() {
    if (this.#trouble) return html`<span class="warning" role="alert">${gettext("not saved")}: ${this.#trouble}</span>`;
    return this.#unsaved.size > 0 || this.#saving ? gettext("saving …") : nothing;
  }

  /** @param {string} name */
  #conflict(name) {
    const conflict = this.#conflicts[name];
    if (!conflict) return nothing;
    return conflictChoice(
      conflict,
      { theirs: said(name, conflict.is), mine: said(name, this.#unsaved.get(name)) },
      { take: () => this.#choose(name, false), keep: () => this.#choose(name, true) },
    );
  }

  /** @param {string} name @param {boolean} isMine */
  #choose(name, isMine) {
    delete this.#conflicts[name];
    if (!isMine) this.#unsaved.delete(name);
    this.requestUpdate();
    void this.#flush();
  }

  /** @param {GazetteerEntry} entry */
  #takePlace(entry) {
    if (!isSpot(entry)) return this.#change({ place: entry.name });
    this.#change({
      place: entry.name,
      location: { lon: entry.lon, lat: entry.lat },
      location_source: sourceOf(entry),
      gazetteer_id: entry.id === null ? "" : String(entry.id),
    });
    desk.point({ location: [entry.lon, entry.lat], name: entry.name });
  }

  /** @param {Record<string, any>} fields */
  #change(fields) {
    const { card } = desk;
    if (!card) return;
    if (this.#base?.id !== card.id) this.#base = null;
    if (this.#unsaved.size === 0 && !this.#saving) this.#base = { id: card.id, version: card.version };
    for (const [name, value] of Object.entries(fields)) this.#unsaved.set(name, value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), SETTLE_MS);
    this.requestUpdate();
  }

  async #flush() {
    clearTimeout(this.#timer);
    await this.#saving;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
      this.requestUpdate();
    });
    await this.#saving;
  }

  async #save() {
    const base = this.#base;
    for (let batch = this.#sendable(); base && batch.length > 0; batch = this.#sendable()) {
      try {
        const body = { ...Object.fromEntries(batch), version: base.version };
        const how = /** @type {const} */ ({ label: gettext("saving the incident"), method: "PATCH", isQuiet: true });
        const found = await command(`incidents/${base.id}/`, body, how);
        base.version = found.version;
        keepChange(base.id, batch.map(([name]) => name));
        for (const [name, value] of batch) if (this.#unsaved.get(name) === value) this.#unsaved.delete(name);
        this.#trouble = "";
        await live.catchUp();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code !== "stale_version" || !error.state?.conflicts?.length) return void (this.#trouble = error.message);
        for (const conflict of error.state.conflicts) this.#conflicts[conflict.field] ??= conflict;
        base.version = error.state.incident.version;
      }
    }
  }

  #sendable() {
    return [...this.#unsaved].filter(([name]) => !(name in this.#conflicts));
  }
}

/** What is typed on into the same fields is taken back as one. @param {Id} incident @param {string[]} names */
function keepChange(incident, names) {
  keepDeed({
    what: fill(gettext("%(incident)s changed"), { incident: numberOf(incident) }),
    run: () => undo(incident, "change"),
    key: `${incident} ${names.sort().join(" ")}`,
  });
}

/** @param {KeyboardEvent} event */
function leave(event) {
  event.stopPropagation();
  desk.edit(false);
  document.getElementById("queue")?.focus();
}

/** A value in words. @param {string} name @param {any} value */
function said(name, value) {
  if (value === null || value === undefined || value === "") return gettext("nothing");
  if (name === "type") return kindName(value);
  if (name === "location") return Array.isArray(value) ? value.map((one) => one.toFixed(5)).join(", ") : `${value.lon}, ${value.lat}`;
  return inScript(String(value));
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (event.target).value;

customElements.define("incident-fields", IncidentFields);
