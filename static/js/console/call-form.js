/** Taking a call: place, kind, what happened, who calls, in any order. Likely duplicates show as soon as a place is known. */

import { html, nothing } from "lit";

import { ApiError, command } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { callFields } from "./call-fields.js";
import { centreBox, duplicatesBox, Surroundings } from "./call-surroundings.js";
import { CallTaking } from "./call-taking.js";
import { desk } from "./desk.js";
import { callOf, incidentOf } from "./draft.js";
import { offerTo } from "./handover.js";
import * as incidentActions from "./incident-actions.js";
import { isSpot, placeAt, placeName, sourceOf } from "./places.js";
import { ANSWER, questionsOf } from "./questions.js";
import { View } from "./view.js";

/** @typedef {import("./draft.js").Draft} Draft */

/** Fields below which a refusal is shown; of all others it is shown at the end. */
const OWN_FIELDS = ["", "place", "location", "type", "place_detail", "caller_name", "phone", "call.phone", "call.caller_name"];

export class CallForm extends View {
  static topics = /** @type {const} */ (["desk"]);

  #call = new CallTaking(
    (fields) => this.#look(fields),
    () => this.requestUpdate(),
  );
  #around = new Surroundings(() => this.requestUpdate());
  /** Messages by field. @type {Record<string, string>} */
  #errors = {};
  #isSending = false;

  get #draft() {
    return this.#call.draft;
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.#draft.entry !== null && desk.entry === null) desk.entry = this.#draft.entry;
    else if (this.#draft.entry === null) this.#call.saveUnsaved();
    if (desk.firstWords) this.#change({ summary: desk.firstWords });
    desk.firstWords = "";
    const { location } = this.#draft;
    this.#around.look(this.#draft, { location });
    if (location) desk.point({ location, name: this.#draft.place });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    void this.#call.saver.flush();
  }

  willUpdate() {
    if (desk.entry === null) return;
    const { entry } = desk;
    desk.entry = null;
    if (entry !== this.#call.saver.id) void this.#resume(entry);
  }

  firstUpdated() {
    this.#focus("#call-place input");
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
    const { begun_at } = this.#draft;
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
          <span class="dim">${gettext("received")} <elapsed-time from=${begun_at}></elapsed-time></span>
          <span class="saved dim">${this.#savedWords()}</span>
          <span class="spring"></span><kbd>Esc</kbd> <span class="dim">${gettext("put aside")}</span>
        </p>
        <h2 id="call-title">${gettext("New call")}</h2>
      </header>
      ${callFields({
        draft: this.#draft,
        saver: this.#call.saver,
        errors: this.#errors,
        change: (fields) => this.#change(fields),
        takePlace: (entry) => this.#takePlace(entry),
        takeKind: (kind) => this.#takeKind(kind),
      })}
      ${duplicatesBox(this.#around.duplicates, (incident) => void this.#attach(incident))}
      ${centreBox(this.#around.centre, this.#isSending, (centre) => void this.#send(centre))}
      ${this.#errors[""] ? html`<p class="box refused" role="alert">${this.#errors[""]}</p>` : nothing}
      <p class="answers">
        <button type="button" class="plain" @click=${() => this.#drop()}>${gettext("Empty the form")}</button>
        <button type="button" class="primary" ?disabled=${this.#isSending} @click=${() => this.#send()}>
          ${this.#isSending ? gettext("Opening …") : gettext("Open the incident")} <kbd>Ctrl Enter</kbd>
        </button>
      </p>
    </form>`;
  }

  #savedWords() {
    const { saver } = this.#call;
    if (saver.ended) return html`<span class="warning" role="alert">${saver.trouble}</span>`;
    if (saver.trouble) return html`<span class="warning" role="alert">${gettext("not saved")}: ${saver.trouble}</span>`;
    if (saver.id === null) return nothing;
    return saver.isSaved ? gettext("saved") : gettext("saving …");
  }

  // --- what is typed ---

  /** @param {GazetteerEntry} entry */
  #takePlace(entry) {
    const spot = { location: /** @type {LonLat} */ ([entry.lon, entry.lat]), name: placeName(entry) };
    if (!isSpot(entry)) {
      this.#change({ place: entry.name });
      return desk.goTo(spot); // it is pointed at on the map
    }
    this.#change({
      place: entry.name,
      location: spot.location,
      location_source: sourceOf(entry),
      gazetteer_id: entry.id === null ? "" : String(entry.id),
    });
    desk.point(spot);
    this.#focus("#call-place_detail");
  }

  /** @param {IncidentType} kind */
  #takeKind(kind) {
    this.#change({ type: kind.code, type_text: "", priority: "" });
    this.#focus("#call-summary");
  }

  /** @param {Partial<Draft>} fields */
  #change(fields) {
    for (const field of Object.keys(fields)) delete this.#errors[field];
    this.#call.change(fields);
  }

  /** What follows from new values, whoever wrote them. @param {Partial<Draft>} fields */
  #look(fields) {
    this.#around.look(this.#draft, fields);
    this.requestUpdate();
  }

  // --- what is done ---

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") return desk.takeCall(false);
    const { duplicates, centre } = this.#around;
    if (event.key === "F2" && duplicates[0]) {
      event.preventDefault();
      return void this.#attach(duplicates[0].incident.id);
    }
    if (event.key === "F3" && centre) {
      event.preventDefault();
      return void this.#send(centre);
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
      const { saver } = this.#call;
      await saver.flush();
      if (Object.keys(saver.conflicts).length > 0) return;
      const body = { ...incidentOf(this.#draft), answers: this.#answers(), entry: saver.id };
      const incident = await command("incidents/", body, { label: gettext("opening the incident") });
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
    const other = Object.entries(this.#errors).find(([field]) => !OWN_FIELDS.includes(field));
    if (other) this.#errors[""] = `${other[0]}: ${other[1]}`;
  }

  /** @param {Id} incident */
  async #attach(incident) {
    const { saver } = this.#call;
    await saver.flush();
    if (!(await incidentActions.attachCall(incident, { ...callOf(this.#draft), entry: saver.id }))) return;
    this.#begin();
    desk.takeCall(false);
    desk.select(incident);
  }

  /** Empty the form: no incident comes of this call. Others see it go; what was typed is kept for whoever asks. */
  async #drop() {
    const { saver } = this.#call;
    this.#begin();
    this.#focus("#call-place input");
    try {
      await saver.drop();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      desk.say("refused", error.message);
    }
  }

  /** @param {Id} entry a call that is on the server */
  async #resume(entry) {
    await this.#call.resume(entry, () => this.#clear());
    if (this.#draft.location) desk.point({ location: this.#draft.location, name: this.#draft.place });
    this.requestUpdate();
  }

  #begin() {
    this.#call.begin();
    this.#clear();
  }

  /** Nothing of the call before stays on the screen. */
  #clear() {
    this.#around.forget();
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

customElements.define("call-form", CallForm);
