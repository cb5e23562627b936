/** Regular reports: which there are, and a new one for people who may see it. */

import { html, render } from "lit";

import { ApiError, command, read } from "../api.js";
import { fill, gettext, inScript, language } from "../i18n.js";
import { grouping } from "./words.js";

/** @typedef {{id: number, organisation_name: string, every: string, by: string | null, compare: string, recipients: {id: number, name: string}[]}} Schedule */

const LANGUAGES = { sr: "Српски", "sr-latn": "Srpski", sl: "Slovenščina", en: "English" };

function rhythms() {
  return /** @type {Record<string, string>} */ ({
    shift: gettext("after every shift"),
    day: gettext("every day"),
    week: gettext("every week, on Monday"),
    month: gettext("every month, on the first"),
  });
}

/** @returns {HTMLDialogElement} */
function dialog() {
  return /** @type {HTMLDialogElement} */ (document.getElementById("schedule"));
}

/** Show the regular reports that run. */
export async function listSchedules() {
  const place = /** @type {HTMLElement} */ (document.getElementById("schedules"));
  /** @type {Schedule[]} */
  const found = await read("report-schedules/");
  render(
    found.length
      ? html`<ul>
          ${found.map(
            (one) => html`<li class="schedule">
              <span>${inScript(one.organisation_name)}</span>
              <span class="dim">${rhythms()[one.every]}${one.by ? ` · ${grouping(one.by)}` : ""}</span>
              <span class="faint">${fill(gettext("for %(people)s"), { people: one.recipients.map((person) => inScript(person.name)).join(", ") })}</span>
              <button type="button" @click=${() => end(one.id)}>${gettext("End it")}</button>
            </li>`,
          )}
        </ul>`
      : html`<p class="dim">${gettext("None yet.")}</p>`,
    place,
  );
}

/** @param {number} id */
async function end(id) {
  try {
    await command(`report-schedules/${id}/end/`, {}, { label: gettext("Regular report") });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  await listSchedules();
}

/**
 * Ask how often, and for whom.
 * @param {number} organisation @param {string} by @param {string} compare
 */
export async function offerSchedule(organisation, by, compare) {
  /** @type {{id: number, name: string}[]} */
  const people = await read("reports/readers/", { query: { organisation } });
  const failure = { text: "" };
  const draw = () => render(form(people, failure.text, submit), dialog());
  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const body = {
      organisation,
      by: by || null,
      compare,
      every: given.get("every"),
      language: given.get("language"),
      recipients: given.getAll("recipients").map(Number),
    };
    if (!body.recipients.length) {
      failure.text = gettext("Choose at least one person.");
      draw();
      return;
    }
    try {
      await command("report-schedules/", body, { label: gettext("Regular report") });
      dialog().close();
      await listSchedules();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failure.text = error.message;
      draw();
    }
  }
  draw();
  dialog().showModal();
}

/** @param {{id: number, name: string}[]} people @param {string} failure @param {(event: SubmitEvent) => void} submit */
function form(people, failure, submit) {
  return html`<header><h2 id="schedule-title">${gettext("A regular report")}</h2></header>
    <p class="dim">${gettext("With the unit, groups and comparison chosen on the left, after each period that ends from now on.")}</p>
    <form @submit=${submit}>
      <div class="field"><label for="every">${gettext("How often")}</label>
        <select id="every" name="every">${Object.entries(rhythms()).map(([value, name]) => html`<option value=${value} ?selected=${value === "month"}>${name}</option>`)}</select></div>
      <div class="field"><label for="schedule-language">${gettext("Language of letters")}</label>
        <select id="schedule-language" name="language">${Object.entries(LANGUAGES).map(([value, name]) => html`<option value=${value} ?selected=${value === language()}>${name}</option>`)}</select></div>
      <fieldset><legend>${gettext("For whom")}</legend>
        ${people.map((one) => html`<label class="person"><input type="checkbox" name="recipients" value=${one.id} /> ${inScript(one.name)}</label>`)}
      </fieldset>
      <p class="field-error" role="alert">${failure}</p>
      <p class="answers"><button class="primary">${gettext("Have it made")}</button>
        <button type="button" @click=${() => dialog().close()}>${gettext("Close")} <kbd>Esc</kbd></button></p>
    </form>`;
}
