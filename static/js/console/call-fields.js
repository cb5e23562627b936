/** The fields of a call, each with what is wrong with it and who else wrote it. */

import { html, nothing } from "lit";

import { timeOfDay } from "../clock.js";
import { gettext, inScript } from "../i18n.js";
import { readAml } from "./aml.js";
import { findKinds, findPlaces, kindName } from "./choices.js";
import "./combo-box.js";
import { conflictChoice } from "./conflict-choice.js";
import { kinds } from "./kinds.js";
import { ANSWER, planOf, questionFields } from "./questions.js";

/** @typedef {import("./draft.js").Draft} Draft */
/**
 * @typedef {object} Form
 * @property {Draft} draft
 * @property {import("./entering.js").Saver} saver
 * @property {Record<string, string>} errors messages by field
 * @property {(fields: Partial<Draft>) => void} change
 * @property {(entry: GazetteerEntry) => void} takePlace
 * @property {(kind: IncidentType) => void} takeKind
 */

/** All of them, in the order in which one asks. @param {Form} form */
export function callFields(form) {
  return html`<div class="fields">
    ${place(form)} ${text(form, "place_detail", gettext("Flat, floor, detail"))} ${kind(form)} ${priority(form)}
    ${planOf(form.draft.type)} ${questions(form)} ${summary(form)}
    <div class="pair">
      ${text(form, "caller_name", gettext("Caller"))} ${text(form, "phone", gettext("Phone"), "tel")}
    </div>
  </div>`;
}

/** @param {Form} form */
function place(form) {
  const { place: name, location } = form.draft;
  const note = location
    ? html`<span class="free">${gettext("on the map")}</span>`
    : name
      ? html`<span class="warning">${readAml(name) === null ? gettext("the message holds no location") : gettext("not on the map yet: choose from the list, or click the map")}</span>`
      : nothing;
  return html`<div class="field">
    <combo-box
      id="call-place"
      .label=${gettext("Place")}
      .value=${inScript(name)}
      .placeholder=${gettext("street and number, crossing, place of interest")}
      .search=${findPlaces}
      @typed=${(/** @type {CustomEvent} */ event) =>
        form.change({ place: event.detail, location: null, gazetteer_id: "", location_source: "" })}
      @taken=${(/** @type {CustomEvent} */ event) => form.takePlace(event.detail.data)}
    ></combo-box>
    <p class="hint">${note}</p>
    ${below(form, "place", "location")}
  </div>`;
}

/** @param {Form} form */
function kind(form) {
  const { type, type_text } = form.draft;
  return html`<div class="field">
    <combo-box
      id="call-type"
      .label=${gettext("Kind")}
      .value=${type ? kindName(type) : type_text}
      .search=${findKinds}
      .waitMs=${0}
      .opensEmpty=${true}
      @typed=${(/** @type {CustomEvent} */ event) => form.change({ type: "", type_text: event.detail })}
      @taken=${(/** @type {CustomEvent} */ event) => form.takeKind(event.detail.data)}
    ></combo-box>
    ${below(form, "type")}
  </div>`;
}

/** @param {Form} form */
function priority(form) {
  const usual = kinds.get(form.draft.type)?.priority;
  const chosen = form.draft.priority || String(usual ?? "");
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
          @change=${() => form.change({ priority: value })}
        /><span class="priority p${value}">${value}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** @param {Form} form */
function summary(form) {
  return html`<div class="field">
    <label for="call-summary">${gettext("What happened")}</label>
    <textarea
      id="call-summary"
      rows="4"
      .value=${form.draft.summary}
      @input=${(/** @type {Event} */ event) => form.change({ summary: valueOf(event) })}
    ></textarea>
    ${below(form, "summary")}
  </div>`;
}

/** What the kind asks; each answer is a field of the call. @param {Form} form */
function questions(form) {
  const draft = /** @type {Record<string, any>} */ (/** @type {unknown} */ (form.draft));
  return questionFields(
    form.draft.type,
    (code) => draft[ANSWER + code],
    (code, value) => form.change(/** @type {any} */ ({ [ANSWER + code]: value })),
    (code) => below(form, ANSWER + code),
  );
}

/**
 * @param {Form} form
 * @param {"place_detail" | "caller_name" | "phone"} name
 * @param {string} label
 * @param {string} type
 */
function text(form, name, label, type = "text") {
  return html`<div class="field">
    <label for="call-${name}">${label}</label>
    <input
      id="call-${name}"
      type=${type}
      maxlength=${name === "phone" ? 40 : 120}
      autocomplete="off"
      .value=${form.draft[name]}
      @input=${(/** @type {Event} */ event) => form.change({ [name]: valueOf(event) })}
    />
    ${below(form, name, `call.${name}`)}
  </div>`;
}

/** What stands below a field: who else wrote it, and what is wrong with it. @param {Form} form @param {...string} names */
function below(form, ...names) {
  const message = names.map((name) => form.errors[name]).find(Boolean);
  return html`${written(form, names[0])} ${message ? html`<p class="field-error" role="alert">${message}</p>` : nothing}`;
}

/** Who else wrote it; where this form has something else, with the choice. @param {Form} form @param {string} name */
function written({ saver }, name) {
  const found = saver.conflictsOf(name);
  const conflict = found.find((one) => one.field === name) ?? found[0];
  if (conflict)
    return conflictChoice(
      conflict,
      { theirs: said(conflict.field, conflict.value), mine: said(conflict.field, conflict.yours) },
      { take: () => saver.takeTheirs(name), keep: () => saver.keepMine(name) },
    );
  const other = saver.others[name];
  return other ? html`<p class="written-by">${inScript(other.by)} ${timeOfDay(other.at)}</p>` : nothing;
}

/** A value in words. @param {string} name @param {any} value */
function said(name, value) {
  if (value === null || value === "") return gettext("nothing");
  if (name === "type") return kindName(value);
  return Array.isArray(value) ? value.map((degrees) => degrees.toFixed(5)).join(", ") : inScript(value);
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (event.target).value;
