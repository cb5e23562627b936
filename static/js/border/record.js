/** The form to record an event: for an incident that there is, or with a place on the map. Nothing typed is lost on a refusal. */

import { html, nothing, render } from "lit";

import { ApiError, command, read } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { placeMap } from "./map.js";
import { directions, impacts, kinds, means, outcomes } from "./words.js";

/** @typedef {{code: string, message: string, field: string | null}} Refusal */

/** @type {[number, number] | null} */
let place = null;
/** @type {Refusal | null} */
let refusal = null;
let isBusy = false;

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("record-dialog"));

/**
 * Open the form.
 * @param {(number: string) => void} recorded is called with the number of the incident
 */
export function openRecord(recorded) {
  place = refusal = null;
  show(recorded);
  dialog.showModal();
  const container = /** @type {HTMLElement} */ (dialog.querySelector(".event-map"));
  container.replaceChildren();
  void placeMap(container, (at) => {
    place = at;
    show(recorded);
  });
}

/** @param {(number: string) => void} recorded */
function show(recorded) {
  render(form(recorded), dialog);
}

/** @param {(number: string) => void} recorded */
function form(recorded) {
  return html`<h2 id="record-title">${gettext("Record an event at the border")}</h2>
    <form
      @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        void send(/** @type {HTMLFormElement} */ (event.target), recorded);
      }}
    >
      <div class="pair">
        ${choice("kind", gettext("Kind"), kinds(), true)} ${choice("means", gettext("Detected by"), means(), true)}
        ${choice("direction", gettext("Direction"), directions())}
        ${choice("impact", gettext("Impact"), impacts().filter(([code]) => code !== "not_assessed"))}
        ${text("detected_at", gettext("Detected at"), "datetime-local")} ${text("crossing_point", gettext("Border crossing point"))}
        ${outcomes().map(([code, name]) => text(code, name, "number", "detected"))} ${text("goods", gettext("Goods or vehicle"))}
      </div>
      ${text("incident", gettext("Number of an incident that there is already"), "text", "incident")}
      ${text("place", gettext("Or a new one: what the place is called"))}
      <div class="event-map" role="region" aria-label=${gettext("Map: click, or Enter at the middle, sets the place")}></div>
      <p class="hint" role="status">${place ? fill(gettext("Place: %(lat)s, %(lon)s"), { lat: place[1].toFixed(5), lon: place[0].toFixed(5) }) : gettext("No place is set on the map.")}</p>
      ${text("summary", gettext("What happened"))}
      ${refusal ? html`<p class="field-error" role="alert">${refusal.message}</p>` : nothing}
      <p class="buttons">
        <button type="button" @click=${() => dialog.close()}>${gettext("Cancel")}</button>
        <button class="primary" ?disabled=${isBusy}>${gettext("Record")}</button>
      </p>
    </form>`;
}

/** @param {string} name @param {string} label @param {[string, string][]} words @param {boolean} [required] */
function choice(name, label, words, required = false) {
  return html`<div class="field">
    <label for="record-${name}">${label}</label>
    <select id="record-${name}" name=${name} ?required=${required}>
      <option value="">${required ? gettext("choose…") : "–"}</option>
      ${words.map(([code, word]) => html`<option value=${code}>${word}</option>`)}
    </select>
  </div>`;
}

/** @param {string} name @param {string} label @param {string} [type] @param {string} [field] whose refusals are its own */
function text(name, label, type = "text", field = name) {
  const wrong = refusal?.field === field || refusal?.field === name;
  return html`<div class="field">
    <label for="record-${name}">${label}</label>
    <input id="record-${name}" name=${name} type=${type} min=${type === "number" ? 0 : nothing} aria-invalid=${wrong} autocomplete="off" />
  </div>`;
}

/** @param {HTMLFormElement} form @param {(number: string) => void} recorded */
async function send(form, recorded) {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  isBusy = true;
  show(recorded);
  try {
    const event = await command("border/events/", await body(given), { label: gettext("recording the event") });
    dialog.close();
    form.reset();
    recorded(event.number);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refusal = { code: error.code, message: error.message, field: error.field ?? null };
  } finally {
    isBusy = false;
    show(recorded);
  }
}

/** @param {Record<string, string>} given */
async function body(given) {
  const kept = (/** @type {string[]} */ names) => Object.fromEntries(names.filter((name) => given[name]).map((name) => [name, given[name]]));
  const persons = Object.fromEntries(outcomes().map(([code]) => [code, Number(given[code] || 0)]));
  const what = {
    ...kept(["kind", "means", "direction", "impact", "crossing_point", "goods"]),
    persons,
    detected_at: given.detected_at ? new Date(given.detected_at).toISOString() : null,
  };
  if (given.incident) return { ...what, incident: await incidentNumbered(given.incident) };
  return { ...what, ...kept(["place", "summary"]), location: place && { lon: place[0], lat: place[1] } };
}

/** The id of the one incident whose number ends so. @param {string} digits */
async function incidentNumbered(digits) {
  const { results } = await read("incidents/", { query: { q: digits, limit: 20 } });
  const hits = results.filter((/** @type {{number: string}} */ card) => card.number.toLowerCase().endsWith(digits.toLowerCase()));
  if (hits.length === 1) return hits[0].id;
  const message = hits.length ? gettext("Several incidents end so; write more of the number.") : fill(gettext("No incident is numbered “%(number)s”."), { number: inScript(digits) });
  throw new ApiError(422, { code: "unknown_incident", message, field: "incident", state: null });
}
