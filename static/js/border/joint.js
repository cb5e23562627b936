/** The form to plan a joint patrol: who, with which partner, where and when they meet. Nothing typed is lost on a refusal. */

import { html, nothing, render } from "lit";

import { ApiError, command, read } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { instant } from "../plan/zone.js";
import { placeMap } from "./map.js";

/** @typedef {{id: number, name: string}} Choice */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("joint-dialog"));
const zone = JSON.parse(document.getElementById("settings")?.textContent ?? "{}").time_zone ?? "Europe/Belgrade";

/** @type {{units: Choice[], sections: Choice[], place: [number, number] | null, refusal: ApiError | null, isBusy: boolean, planned: (callSign: string) => void}} */
const state = { units: [], sections: [], place: null, refusal: null, isBusy: false, planned: () => {} };

/**
 * Open the form.
 * @param {(callSign: string) => void} planned is called with the call sign of the patrol
 */
export async function openJoint(planned) {
  const [units, sections] = await Promise.all([read("units/"), read("border/sections/")]);
  Object.assign(state, {
    units: units.map((/** @type {UnitCard} */ unit) => ({ id: unit.id, name: inScript(unit.call_sign) })),
    sections: sections.map((/** @type {{id: number, code: string, name: string}} */ one) => ({ id: one.id, name: `${one.code} · ${inScript(one.name)}` })),
    place: null,
    refusal: null,
    planned,
  });
  show();
  dialog.showModal();
  const container = /** @type {HTMLElement} */ (dialog.querySelector(".event-map"));
  container.replaceChildren();
  await placeMap(container, (at) => {
    state.place = at;
    show();
  });
}

function show() {
  render(form(), dialog);
}

function form() {
  const { place, refusal } = state;
  return html`<h2 id="joint-dialog-title">${gettext("Plan a joint patrol")}</h2>
    <form
      @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        void send(/** @type {HTMLFormElement} */ (event.target));
      }}
    >
      <div class="pair">
        ${choice("unit", gettext("Patrol"), state.units)} ${choice("section", gettext("Section"), state.sections)}
        ${input("partner_service", gettext("Partner service"))} ${input("partner_country", gettext("Its country (two letters)"))}
        ${input("partner_sign", gettext("Call sign of the partner"), "text", false)} ${input("partner_officers", gettext("Officers of the partner"), "number", false)}
        ${input("meets_at", gettext("They meet at"), "datetime-local")} ${input("until", gettext("Until"), "datetime-local")}
      </div>
      ${input("meeting_place", gettext("What the meeting point is called"))}
      <div class="event-map" role="region" aria-label=${gettext("Map: click, or Enter at the middle, sets the meeting point")}></div>
      <p class="hint" role="status">${place ? fill(gettext("Place: %(lat)s, %(lon)s"), { lat: place[1].toFixed(5), lon: place[0].toFixed(5) }) : gettext("No place is set on the map.")}</p>
      ${refusal ? html`<p class="field-error" role="alert">${refusal.message}</p>` : nothing}
      <p class="buttons">
        <button type="button" @click=${() => dialog.close()}>${gettext("Cancel")}</button>
        <button class="primary" ?disabled=${state.isBusy}>${gettext("Plan")}</button>
      </p>
    </form>`;
}

/** @param {string} name @param {string} label @param {Choice[]} options */
function choice(name, label, options) {
  return html`<div class="field">
    <label for="joint-${name}">${label}</label>
    <select id="joint-${name}" name=${name} required>
      <option value="">${gettext("choose…")}</option>
      ${options.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
    </select>
  </div>`;
}

/** @param {string} name @param {string} label @param {string} [type] @param {boolean} [required] */
function input(name, label, type = "text", required = true) {
  return html`<div class="field">
    <label for="joint-${name}">${label}</label>
    <input id="joint-${name}" name=${name} type=${type} min=${type === "number" ? 1 : nothing} maxlength=${name === "partner_country" ? 2 : nothing} ?required=${required} aria-invalid=${state.refusal?.field === name} autocomplete="off" />
  </div>`;
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  const { place } = state;
  const moment = (/** @type {string | undefined} */ shown) => (shown ? new Date(instant(shown, zone)).toISOString() : null);
  const body = {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
    unit: Number(given.unit),
    section: Number(given.section),
    meets_at: moment(given.meets_at),
    until: moment(given.until),
    meeting_point: place && { lon: place[0], lat: place[1] },
  };
  Object.assign(state, { isBusy: true, refusal: null });
  show();
  try {
    const patrol = await command("border/joint-patrols/", body, { label: gettext("planning a joint patrol") });
    dialog.close();
    form.reset();
    state.planned(inScript(patrol.call_sign));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.refusal = error;
  } finally {
    state.isBusy = false;
    show();
  }
}
