/** Taking a call: place, kind, what happened, who calls, in any order. Likely duplicates show as soon as a place is known. */

import { html, nothing } from "lit";

import { ApiError, command, read } from "../api.js";
import { timeOfDay } from "../clock.js";
import { compare, fill, fold, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { store } from "../store.js";
import * as incidentActions from "./incident-actions.js";
import "./combo-box.js";
import { desk } from "./desk.js";
import { callOf, dropDraft, incidentOf, keepDraft, keptDraft, newDraft, TYPED } from "./draft.js";
import { Saver } from "./entering.js";
import { centres, offerTo } from "./handover.js";
import { kinds, typeName } from "./kinds.js";
import { placeAt, placeDetail, placeName, searchPlaces, sourceOf } from "./places.js";
import { ANSWER, planOf, questionFields, questionsOf } from "./questions.js";
import { View } from "./view.js";
import { distance, incidentStatus, minutes } from "./words.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {{incident: IncidentCard, distance_m: number, age_s: number}} Duplicate */

const DUPLICATES_MS = 250;

export class CallForm extends View {
  static topics = /** @type {const} */ (["desk"]);

  /** @type {Draft} */
  #draft = keptDraft() ?? newDraft();
  /** @type {Duplicate[]} */
  #duplicates = [];
  /** Messages by field. @type {Record<string, string>} */
  #errors = {};
  /** The centre that answers for the place, where it is another one. @type {import("./handover.js").Centre | null} */
  #centre = null;
  #isSending = false;
  #saver = this.#newSaver();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  connectedCallback() {
    super.connectedCallback();
    if (this.#draft.entry !== null && desk.entry === null) desk.entry = this.#draft.entry;
    else if (this.#draft.entry === null) this.#change(this.#unsavedOfNew());
    if (desk.firstWords) this.#change({ summary: desk.firstWords });
    desk.firstWords = "";
    this.#lookForDuplicates();
    void this.#lookForCentre();
    if (this.#draft.location) desk.point({ location: this.#draft.location, name: this.#draft.place });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    void this.#saver.flush();
  }

  willUpdate() {
    if (desk.entry === null) return;
    const { entry } = desk;
    desk.entry = null;
    if (entry !== this.#saver.id) void this.#resume(entry);
  }

  firstUpdated() {
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("#call-place input"))?.focus());
  }

  /**
   * The place was pointed at on the map.
   * @param {LonLat} location
   */
  async setPlace(location) {
    this.#change({ location, location_source: "map", gazetteer_id: "" });
    desk.point({ location, name: this.#draft.place });
    const entry = await placeAt(location);
    if (entry && this.#draft.location === location) this.#change({ place: entry.name });
  }

  render() {
    const draft = this.#draft;
    return html`<form
      class="scroll call-form"
      data-own-keys
      aria-labelledby="call-title"
      novalidate
      @submit=${(/** @type {Event} */ event) => event.preventDefault()}
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}
    >
      <header class="incident-head">
        <p class="line">
          <span class="dim">${gettext("received")} <elapsed-time from=${draft.begun_at}></elapsed-time></span>
          <span class="saved dim">${this.#savedWords()}</span>
          <span class="spring"></span><kbd>Esc</kbd> <span class="dim">${gettext("put aside")}</span>
        </p>
        <h2 id="call-title">${gettext("New call")}</h2>
      </header>
      <div class="fields">
        ${this.#place()} ${this.#text("place_detail", gettext("Flat, floor, detail"))} ${this.#kind()}
        ${this.#priority()} ${planOf(draft.type)} ${this.#questions()} ${this.#summary()}
        <div class="pair">
          ${this.#text("caller_name", gettext("Caller"))} ${this.#text("phone", gettext("Phone"), "tel")}
        </div>
      </div>
      ${this.#duplicatesBox()} ${this.#centreBox()}
      ${this.#errors[""] ? html`<p class="box refused" role="alert">${this.#errors[""]}</p>` : nothing}
      <p class="answers">
        <button type="button" class="plain" @click=${() => this.#drop()}>${gettext("Empty the form")}</button>
        <button type="button" class="primary" ?disabled=${this.#isSending} @click=${() => this.#send()}>
          ${this.#isSending ? gettext("Opening …") : gettext("Open the incident")} <kbd>Ctrl Enter</kbd>
        </button>
      </p>
    </form>`;
  }

  // --- fields ---

  #place() {
    const { place, location } = this.#draft;
    const note = location
      ? html`<span class="free">${gettext("on the map")}</span>`
      : place
        ? html`<span class="warning">${gettext("not on the map yet: choose from the list, or click the map")}</span>`
        : nothing;
    return html`<div class="field">
      <combo-box
        id="call-place"
        .label=${gettext("Place")}
        .value=${inScript(place)}
        .placeholder=${gettext("street and number, crossing, place of interest")}
        .search=${findPlaces}
        @typed=${(/** @type {CustomEvent} */ event) =>
          this.#change({ place: event.detail, location: null, gazetteer_id: "", location_source: "" })}
        @taken=${(/** @type {CustomEvent} */ event) => this.#takePlace(event.detail.data)}
      ></combo-box>
      <p class="hint">${note}</p>
      ${this.#error("place", "location")}
    </div>`;
  }

  #kind() {
    return html`<div class="field">
      <combo-box
        id="call-type"
        .label=${gettext("Kind")}
        .value=${this.#draft.type ? kindName(this.#draft.type) : this.#draft.type_text}
        .search=${findKinds}
        .waitMs=${0}
        .opensEmpty=${true}
        @typed=${(/** @type {CustomEvent} */ event) => this.#change({ type: "", type_text: event.detail })}
        @taken=${(/** @type {CustomEvent} */ event) => this.#takeKind(event.detail.data)}
      ></combo-box>
      ${this.#error("type")}
    </div>`;
  }

  #priority() {
    const usual = kinds.get(this.#draft.type)?.priority;
    const chosen = this.#draft.priority || String(usual ?? "");
    return html`<fieldset class="field priorities">
      <legend class="label">${gettext("Priority")}</legend>
      ${["1", "2", "3", "4"].map(
        (value) => html`<label class="choice">
          <input
            class="visually-hidden"
            type="radio"
            name="priority"
            value=${value}
            .checked=${value === chosen}
            @change=${() => this.#change({ priority: value })}
          /><span class="priority p${value}">${value}</span>
        </label>`,
      )}
    </fieldset>`;
  }

  #summary() {
    return html`<div class="field">
      <label for="call-summary">${gettext("What happened")}</label>
      <textarea
        id="call-summary"
        rows="4"
        .value=${this.#draft.summary}
        @input=${(/** @type {Event} */ event) => this.#change({ summary: valueOf(event) })}
      ></textarea>
      ${this.#error("summary")}
    </div>`;
  }

  /** What the kind asks; each answer is a field of the call. */
  #questions() {
    const draft = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this.#draft));
    return questionFields(
      this.#draft.type,
      (code) => draft[ANSWER + code],
      (code, value) => this.#change(/** @type {any} */ ({ [ANSWER + code]: value })),
      (code) => this.#error(ANSWER + code),
    );
  }

  /**
   * @param {"place_detail" | "caller_name" | "phone"} name
   * @param {string} label
   * @param {string} type
   */
  #text(name, label, type = "text") {
    return html`<div class="field">
      <label for="call-${name}">${label}</label>
      <input
        id="call-${name}"
        type=${type}
        maxlength=${name === "phone" ? 40 : 120}
        autocomplete="off"
        .value=${this.#draft[name]}
        @input=${(/** @type {Event} */ event) => this.#change({ [name]: valueOf(event) })}
      />
      ${this.#error(name, `call.${name}`)}
    </div>`;
  }

  /** @param {...string} fields */
  #error(...fields) {
    const message = fields.map((field) => this.#errors[field]).find(Boolean);
    return html`${this.#conflict(fields[0])} ${message ? html`<p class="field-error" role="alert">${message}</p>` : nothing}`;
  }

  /** What somebody else wrote where this form has something else, with the choice. @param {string} name */
  #conflict(name) {
    const found = this.#saver.conflictsOf(name);
    const conflict = found.find((one) => one.field === name) ?? found[0];
    if (!conflict) {
      const other = this.#saver.others[name];
      return other ? html`<p class="written-by">${inScript(other.by)} ${timeOfDay(other.at)}</p>` : nothing;
    }
    const values = { name: inScript(conflict.by), time: timeOfDay(conflict.at), value: this.#said(conflict.field, conflict.value) };
    return html`<div class="field-conflict" role="alert">
      <p>${fill(gettext("%(name)s wrote “%(value)s” at %(time)s."), values)}</p>
      <p class="choices">
        <button type="button" @click=${() => this.#saver.takeTheirs(name)}>${gettext("take it")}</button>
        <button type="button" @click=${() => this.#saver.keepMine(name)}>
          ${fill(gettext("keep mine: “%(value)s”"), { value: this.#said(conflict.field, conflict.yours) })}
        </button>
      </p>
    </div>`;
  }

  /** A value in words. @param {string} name @param {any} value */
  #said(name, value) {
    if (value === null || value === "") return gettext("nothing");
    if (name === "type") return kindName(value);
    return Array.isArray(value) ? value.map((degrees) => degrees.toFixed(5)).join(", ") : inScript(value);
  }

  #savedWords() {
    if (this.#saver.ended) return html`<span class="warning" role="alert">${this.#saver.trouble}</span>`;
    if (this.#saver.trouble) return html`<span class="warning" role="alert">${gettext("not saved")}: ${this.#saver.trouble}</span>`;
    if (this.#saver.id === null) return nothing;
    return this.#saver.isSaved ? gettext("saved") : gettext("saving …");
  }

  #duplicatesBox() {
    if (this.#duplicates.length === 0) return nothing;
    return html`<section class="box notice" aria-label=${gettext("Likely the same incident")}>
      <h3>${gettext("Likely the same incident")}</h3>
      <ul>
        ${this.#duplicates.slice(0, 3).map(
          ({ incident, distance_m, age_s }, index) => html`<li class="duplicate">
            <span class="priority p${incident.priority}">${incident.priority}</span>
            <span>${typeName(incident.type)}, ${inScript(incident.place)}</span>
            <span class="by">${distance(distance_m)} · ${minutes(age_s)} · ${incidentStatus(incident.status)}</span>
            <button type="button" @click=${() => this.#attach(incident.id)}>
              ${index === 0 ? html`<kbd>F2</kbd>` : nothing} ${gettext("attach this caller")}
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  /** The place is another centre's: the incident is opened here, so that nothing is lost, and offered at once. */
  #centreBox() {
    const centre = this.#centre;
    if (!centre) return nothing;
    const values = { centre: inScript(centre.name) };
    return html`<section class="box notice" aria-label=${gettext("Another operations centre")}>
      <p>${fill(gettext("This place is in the area of %(centre)s."), values)}</p>
      <p>
        <button type="button" ?disabled=${this.#isSending} @click=${() => this.#send(centre)}>
          <kbd>F3</kbd> ${fill(gettext("open it and offer it to %(centre)s"), values)}
        </button>
      </p>
    </section>`;
  }

  // --- what is done ---

  /** @param {GazetteerEntry} entry */
  #takePlace(entry) {
    this.#change({
      place: entry.name,
      location: [entry.lon, entry.lat],
      location_source: sourceOf(entry),
      gazetteer_id: entry.id === null ? "" : String(entry.id),
    });
    desk.point({ location: [entry.lon, entry.lat], name: placeName(entry) });
    this.#focus("#call-place_detail");
  }

  /** @param {IncidentType} kind */
  #takeKind(kind) {
    this.#change({ type: kind.code, type_text: "", priority: "" });
    this.#focus("#call-summary");
  }

  /** @param {Partial<Draft>} change */
  #change(change) {
    if (Object.keys(change).length === 0) return;
    this.#draft = { ...this.#draft, ...change };
    for (const field of Object.keys(change)) delete this.#errors[field];
    keepDraft(this.#draft);
    this.#saver.change(change);
    this.#look(change);
  }

  /** What follows from new values, whoever wrote them. @param {Partial<Draft>} change */
  #look(change) {
    if ("location" in change || "type" in change) this.#lookForDuplicates();
    if ("location" in change) void this.#lookForCentre();
    this.requestUpdate();
  }

  async #lookForCentre() {
    const { location } = this.#draft;
    this.#centre = null;
    if (!location) return;
    const found = await centres(location).catch(() => []);
    if (this.#draft.location !== location) return;
    this.#centre = found.find((one) => one.covers) ?? null;
    this.requestUpdate();
  }

  #lookForDuplicates() {
    clearTimeout(this.#timer);
    const { location, type } = this.#draft;
    if (!location) {
      this.#duplicates = [];
      return;
    }
    this.#timer = setTimeout(async () => {
      const [lon, lat] = location;
      const found = await read("incidents/duplicates/", { query: { lon, lat, type } }).catch(() => []);
      if (this.#draft.location !== location) return;
      this.#duplicates = found;
      this.requestUpdate();
    }, DUPLICATES_MS);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") return desk.takeCall(false);
    if (event.key === "F2" && this.#duplicates[0]) {
      event.preventDefault();
      return void this.#attach(this.#duplicates[0].incident.id);
    }
    if (event.key === "F3" && this.#centre) {
      event.preventDefault();
      return void this.#send(this.#centre);
    }
    if (event.key !== "Enter") return;
    if (event.ctrlKey) return void this.#send();
    if (event.target instanceof HTMLInputElement) {
      event.preventDefault();
      this.#focusNext(event.target);
    }
  }

  /** Open the incident. @param {import("./handover.js").Centre} [centre] whom it is offered to at once */
  async #send(centre) {
    if (this.#isSending || !this.#isComplete()) return;
    this.#isSending = true;
    this.requestUpdate();
    try {
      await this.#saver.flush();
      if (Object.keys(this.#saver.conflicts).length > 0) return;
      const entry = this.#saver.id;
      const incident = await command("incidents/", { ...incidentOf(this.#draft), answers: this.#answers(), entry }, { label: gettext("opening the incident") });
      desk.say("done", fill(gettext("%(incident)s opened"), { incident: incident.number }));
      this.#begin();
      desk.takeCall(false);
      desk.expect(incident.id);
      void live.catchUp();
      if (centre) await offerTo(incident, centre.id, gettext("In your area"), inScript(centre.name));
      document.getElementById("queue")?.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error);
    } finally {
      this.#isSending = false;
      this.requestUpdate();
    }
  }

  /** Answers to the questions of the kind that was chosen in the end. */
  #answers() {
    const draft = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this.#draft));
    const given = questionsOf(this.#draft.type).map(({ code }) => [code, draft[ANSWER + code] ?? null]);
    return Object.fromEntries(given.filter(([, value]) => value !== null));
  }

  #isComplete() {
    this.#errors = {};
    if (!this.#draft.type) this.#errors.type = gettext("Choose a kind from the list.");
    if (!this.#draft.place && !this.#draft.location) this.#errors.place = gettext("Say where it is.");
    this.requestUpdate();
    if (this.#errors.place) this.#focus("#call-place input");
    else if (this.#errors.type) this.#focus("#call-type input");
    return Object.keys(this.#errors).length === 0;
  }

  /** @param {ApiError} error */
  #refuse(error) {
    this.#errors = Object.fromEntries(error.errors.map(({ field, message }) => [field ?? "", message]));
    if (error.errors.length === 0) this.#errors[error.field ?? ""] = error.message;
    const known = ["", "place", "location", "type", "place_detail", "caller_name", "phone", "call.phone", "call.caller_name"];
    const other = Object.entries(this.#errors).find(([field]) => !known.includes(field));
    if (other) this.#errors[""] = `${other[0]}: ${other[1]}`;
  }

  /** @param {Id} incident */
  async #attach(incident) {
    await this.#saver.flush();
    if (!(await incidentActions.attachCall(incident, { ...callOf(this.#draft), entry: this.#saver.id }))) return;
    this.#begin();
    desk.takeCall(false);
    desk.select(incident);
  }

  /** Empty the form: no incident comes of this call. Others see it go; what was typed is kept for whoever asks. */
  async #drop() {
    const saver = this.#saver;
    this.#begin();
    this.#focus("#call-place input");
    try {
      await saver.drop();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      desk.say("refused", error.message);
    }
  }

  /** What was typed before anything could be saved. @returns {Partial<Draft>} */
  #unsavedOfNew() {
    return Object.fromEntries(TYPED.filter((name) => this.#draft[name]).map((name) => [name, this.#draft[name]]));
  }

  /** What was typed here and had not reached the server when the page went. @param {Draft} kept @returns {Partial<Draft>} */
  #unsavedOf(kept) {
    const own = TYPED.filter((name) => !this.#saver.others[name]);
    return Object.fromEntries(own.filter((name) => String(kept[name]) !== String(this.#draft[name])).map((name) => [name, kept[name]]));
  }

  #newSaver() {
    return new Saver(
      this.#draft.begun_at,
      (fields) => {
        this.#draft = { ...this.#draft, ...fields };
        keepDraft(this.#draft);
        this.#look(fields);
      },
      () => {
        if (this.#draft.entry !== this.#saver.id) keepDraft((this.#draft = { ...this.#draft, entry: this.#saver.id }));
        this.requestUpdate();
      },
    );
  }

  /** Go on with a call that is on the server; what was in the form before is saved and stays in the list. @param {Id} entry */
  async #resume(entry) {
    const kept = this.#draft.entry === entry ? this.#draft : null;
    if (!kept) await this.#saver.flush();
    this.#begin();
    try {
      const card = store.entries.get(entry);
      if (card) this.#draft = { ...this.#draft, begun_at: card.begun_at };
      if (await this.#saver.resume(entry)) keepDraft((this.#draft = { ...this.#draft, entry }));
      else dropDraft();
      if (kept && this.#saver.id !== null) this.#change(this.#unsavedOf(kept));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      desk.say("refused", error.message);
    }
    if (this.#draft.location) desk.point({ location: this.#draft.location, name: this.#draft.place });
    this.requestUpdate();
  }

  #begin() {
    dropDraft();
    this.#saver.end();
    this.#draft = newDraft();
    this.#saver = this.#newSaver();
    this.#duplicates = [];
    this.#centre = null;
    this.#errors = {};
    desk.point(null);
    this.requestUpdate();
  }

  /** @param {string} selector */
  #focus(selector) {
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(selector))?.focus());
  }

  /** @param {HTMLElement} from */
  #focusNext(from) {
    const fields = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("input:not([type=radio]), textarea, button.primary")]);
    fields[fields.indexOf(from) + 1]?.focus();
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (event.target).value;

/** @param {string} code */
export const kindName = (code) => typeName(kinds.get(code) ?? { code, name: code });

/**
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function findPlaces(text, signal) {
  const found = await searchPlaces(text, signal);
  return found.map((entry) => ({ id: `${entry.id}`, text: placeName(entry), detail: placeDetail(entry), data: entry }));
}

/** Kinds whose name holds all words typed, in either script. @param {string} text */
export async function findKinds(text) {
  const words = fold(text).split(/\s+/);
  return [...kinds.values()]
    .map((kind) => ({ id: kind.code, text: typeName(kind), detail: String(kind.priority), data: kind }))
    .filter((option) => words.every((word) => fold(option.text).includes(word)))
    .sort((a, b) => a.data.priority - b.data.priority || compare(a.text, b.text));
}

customElements.define("call-form", CallForm);
