/** Questions that need an answer before anything is done: a reason, a disposition, a confirmation. Escape is always "no". */

import { html, nothing, render } from "lit";

import { ApiError } from "../api.js";
import { gettext } from "../i18n.js";
import { never } from "./words.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [value]
 * @property {boolean} [required]
 * @property {boolean} [isLong]
 * @property {"text" | "date" | "time" | "number" | "datetime-local"} [type]
 * @property {{value: string, text: string}[]} [options]
 */
/** @typedef {{title: string, text?: string, content?: import("lit").TemplateResult, fields?: Field[], yes: string}} Question `content` is shown wide */

/** @param {Field} field */
function control(field) {
  const id = `ask-${field.name}`;
  if (field.options)
    return html`<select id=${id} name=${field.name}>
      ${field.options.map(
        ({ value, text }) => html`<option value=${value} ?selected=${value === field.value}>${text}</option>`,
      )}
    </select>`;
  if (field.isLong) return html`<textarea id=${id} name=${field.name} rows="3" .value=${field.value ?? ""}></textarea>`;
  return html`<input id=${id} name=${field.name} type=${field.type ?? "text"} step=${field.type === "datetime-local" ? "1" : nothing} .value=${field.value ?? ""} ?required=${field.required} maxlength="200" autocomplete="off" />`;
}

/**
 * Ask, and wait for the answer: the values by name, or null when it was called off.
 * @param {Question} question
 * @returns {Promise<Record<string, string> | null>}
 */
export function ask({ title, text = "", content, fields = [], yes }) {
  const dialog = document.createElement("dialog");
  dialog.className = content ? "ask wide" : "ask";
  dialog.setAttribute("aria-labelledby", "ask-title");
  const before = document.activeElement;
  render(
    html`<form method="dialog">
      <h2 id="ask-title">${title}</h2>
      ${text ? html`<p>${text}</p>` : nothing} ${content ?? nothing}
      ${fields.map((field) => html`<div class="field"><label for="ask-${field.name}">${field.label}</label>${control(field)}</div>`)}
      <div class="answers">
        <button type="button" @click=${() => dialog.close("")}>${never()} <kbd>Esc</kbd></button>
        <button class="primary" value="yes">${yes} <kbd>Enter</kbd></button>
      </div>
    </form>`,
    dialog,
  );
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  dialog.addEventListener("keydown", (event) => {
    const isLong = event.target instanceof HTMLTextAreaElement;
    if (event.key !== "Enter" || (isLong && !event.ctrlKey) || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector("button.primary")));
  });
  document.body.append(dialog);
  dialog.showModal();
  if (fields.length === 0) /** @type {HTMLElement | null} */ (dialog.querySelector("button.primary"))?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
      resolve(dialog.returnValue === "yes" ? values : null);
      dialog.remove();
      if (before instanceof HTMLElement) before.focus();
    });
  });
}

/**
 * Ask, and do it; what the server refuses is asked again with its reason, and nothing that was entered is lost.
 * @template T
 * @param {Question} question
 * @param {(values: Record<string, string>) => Promise<T>} act
 * @returns {Promise<T | null>} null when it was called off
 */
export async function askUntil(question, act) {
  let asked = question;
  for (;;) {
    const values = await ask(asked);
    if (!values) return null;
    try {
      return await act(values);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      asked = { ...question, text: error.message, fields: question.fields?.map((field) => ({ ...field, value: values[field.name] ?? "" })) };
    }
  }
}

/**
 * Ask for yes or no.
 * @param {Question} question
 */
export async function confirm(question) {
  return (await ask(question)) !== null;
}

/** Say what the keys do. @param {readonly {key: string, label: () => string}[]} keys @param {readonly [string, string][]} commands */
export function showKeys(keys, commands) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  /** @param {[string, string]} row */
  const line = ([name, what]) => html`<dt><kbd>${name}</kbd></dt><dd>${what}</dd>`;
  render(
    html`<h2 id="keys-title" tabindex="-1" autofocus>${gettext("Keys")}</h2>
      <p class="dim">${gettext("They hold while no field has focus; Cyrillic letters work as well.")}</p>
      <dl>${keys.filter(({ label }) => label()).map(({ key, label }) => line([key.length === 1 ? key.toUpperCase() : key, label()]))}</dl>
      <h2>${gettext("Command line")}</h2>
      <dl>${commands.map(line)}</dl>
      <div class="answers"><button class="primary" @click=${() => dialog.close()}>${never()} <kbd>Esc</kbd></button></div>`,
    dialog,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
