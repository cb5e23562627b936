/** Signing on: the unit, the crew, the vehicle, what is there of the equipment. Needs the network: two patrols must not take one car. */

import { html, nothing } from "lit";

import { ApiError, read } from "../api.js";
import { View } from "../console/view.js";
import { gettext, inScript } from "../i18n.js";
import { newKey, post } from "./sending.js";
import { ask, known } from "./state.js";

/** @typedef {{id: Id, name: string, badge: string, unit: Id | null}} Officer */
/** @typedef {{id: Id, plate: string, name: string, in_service: boolean, unit: Id | null}} Vehicle */

export class SignOn extends View {
  static topics = /** @type {const} */ (["field"]);

  /** @type {UnitCard[] | null} */
  #units = null;
  /** @type {Officer[]} */
  #officers = [];
  /** @type {Vehicle[]} */
  #vehicles = [];
  /** What is to check on the chosen unit. @type {{id: Id, name: string}[]} */
  #items = [];
  #fault = "";
  #isBusy = false;

  connectedCallback() {
    super.connectedCallback();
    void this.#load();
  }

  async #load() {
    try {
      const [units, officers, vehicles] = await Promise.all([
        read("units/", { query: { sign_on: "true" } }),
        read("officers/"),
        read("vehicles/"),
      ]);
      this.#units = units;
      this.#officers = officers.filter((/** @type {Officer} */ one) => !one.unit && one.id !== known.state?.officer?.id);
      this.#vehicles = vehicles.filter((/** @type {Vehicle} */ one) => !one.unit && one.in_service);
      this.#fault = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#fault = error.message;
    }
    this.requestUpdate();
  }

  /** @param {Event} event */
  #choose = async (event) => {
    const unit = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    this.#items = [];
    try {
      if (unit) this.#items = await read(`units/${unit}/equipment/`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#fault = error.message;
    }
    this.requestUpdate();
  };

  #equipment() {
    if (!this.#items.length) return nothing;
    return html`<fieldset class="equipment">
      <legend>${gettext("Equipment: leave open what is missing or broken")}</legend>
      ${this.#items.map(
        (item) => html`<label class="check"><input type="checkbox" name=${`item-${item.id}`} /> <span>${inScript(item.name)}</span></label>`,
      )}
      <label for="equipment-note">${gettext("What is wrong (may stay empty)")}</label>
      <input id="equipment-note" name="equipment-note" maxlength="200" autocomplete="off" />
    </fieldset>`;
  }

  render() {
    const { state, link } = known;
    if (!state?.officer) {
      return html`<p class="empty">${gettext("You are not entered as an officer. Ask an administrator.")}</p>`;
    }
    if (link === "cut" || !this.#units) {
      return html`<p class="empty">${this.#fault || gettext("Signing on needs the network.")}</p>
        <button class="big" @click=${() => void this.#load()}>${gettext("Try again")}</button>`;
    }
    return html`<form class="sign-on" @submit=${this.#submit}>
      <h1>${gettext("Sign on")}</h1>
      <div class="field">
        <label for="unit">${gettext("Patrol")}</label>
        <select id="unit" name="unit" required @change=${this.#choose}>
          <option value="">${gettext("choose")}</option>
          ${this.#units.map((unit) => html`<option value=${unit.id}>${unit.call_sign} · ${inScript(unit.station)}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="partner">${gettext("With whom")}</label>
        <select id="partner" name="partner">
          <option value="">${gettext("alone")}</option>
          ${this.#officers.map((one) => html`<option value=${one.id}>${inScript(one.name)} · ${one.badge}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="vehicle">${gettext("Vehicle")}</label>
        <select id="vehicle" name="vehicle">
          <option value="">${gettext("none")}</option>
          ${this.#vehicles.map((one) => html`<option value=${one.id}>${one.plate} ${inScript(one.name)}</option>`)}
        </select>
      </div>
      ${this.#equipment()}
      ${this.#fault ? html`<p class="message-box" role="alert">${this.#fault}</p>` : nothing}
      <button class="big primary" ?disabled=${this.#isBusy}>${gettext("Sign on")}</button>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const own = known.state?.officer?.id;
    const partner = Number(form.get("partner"));
    const body = {
      unit: Number(form.get("unit")),
      crew: partner ? [own, partner] : [own],
      vehicle: Number(form.get("vehicle")) || null,
      equipment: this.#items.map(({ id }) => {
        const is_present = form.has(`item-${id}`);
        return { item: id, is_present, note: is_present ? "" : String(form.get("equipment-note")).trim() };
      }),
    };
    this.#isBusy = true;
    this.requestUpdate();
    const answer = await post("/api/v1/shifts/", body, { key: newKey(), person: known.state?.user.id });
    this.#isBusy = false;
    this.#fault = answer.status < 300 && answer.status ? "" : (answer.body.message ?? gettext("The server gave no answer."));
    this.requestUpdate();
    await ask();
    if (this.#fault) await this.#load();
  }
}

customElements.define("sign-on", SignOn);
