/** From a figure to the incidents behind it: every number that can be opened is a button; what it opens is a dialog. */

import { html, render } from "lit";

import { ApiError, read } from "../api.js";
import { fill, gettext, inLanguage, inScript, ngettext } from "../i18n.js";
import { clock, measures, moment, number, stageName, sourceName } from "./words.js";

/**
 * Which part of a report's cases a figure counts, as `reports/{id}/incidents/` takes it.
 * @typedef {Record<string, string | number | boolean | null | undefined>} Part
 */

const PAGE = 25;

/** What is open. @type {{report: number, zone: string, part: Part, title: string, offset: number, sought: string}} */
const open = { report: 0, zone: "UTC", part: {}, title: "", offset: 0, sought: "" };

/** Say about which report figures are, before it is drawn. @param {number} report @param {string} zone */
export function figuresOf(report, zone) {
  open.report = report;
  open.zone = zone;
}

/**
 * A number that leads to its incidents; a plain one where there are none.
 * @param {number} n
 * @param {Part} part
 * @param {string} title what the figure is, in words
 * @param {unknown} [shown] instead of the number
 */
export function counted(n, part, title, shown) {
  if (!n) return shown ?? number(n);
  const name = fill(gettext("%(what)s: show the incidents"), { what: title });
  return html`<button type="button" class="behind" title=${name} @click=${() => show(part, title)}>${shown ?? number(n)}<span class="visually-hidden"> ${name}</span></button>`;
}

/** @param {Part} part @param {string} title */
export function show(part, title) {
  Object.assign(open, { part, title, offset: 0, sought: "" });
  const dialog = place();
  render(html`<p class="dim" role="status">${gettext("Looking…")}</p>`, dialog);
  dialog.showModal();
  void load();
}

/** @returns {HTMLDialogElement} */
function place() {
  return /** @type {HTMLDialogElement} */ (document.getElementById("behind"));
}

async function load() {
  const { report, part, offset, sought } = open;
  try {
    const query = /** @type {Record<string, any>} */ ({ ...part, number: sought || undefined, offset, limit: PAGE });
    const found = await read(`reports/${report}/incidents/`, { query, timeoutMs: 60_000 });
    if (open.part === part && open.offset === offset && open.sought === sought) render(view(found), place());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    render(html`${head()}<p class="message-box" role="alert">${error.message}</p>`, place());
  }
}

function head() {
  return html`<header>
    <h2 id="behind-title" tabindex="-1">${open.title}</h2>
    <button type="button" @click=${() => place().close()}>${gettext("Close")} <kbd>Esc</kbd></button>
  </header>`;
}

/** Show only those whose number holds this. @param {string} sought */
function seek(sought) {
  Object.assign(open, { sought: sought.trim(), offset: 0 });
  void load();
}

/** @param {number} by */
function turn(by) {
  open.offset = Math.max(0, open.offset + by);
  void load();
}

/** @param {{total: number, offset: number, changed: boolean, incidents: any[]}} found */
function view({ total, offset, changed, incidents }) {
  const last = Math.min(offset + PAGE, total);
  return html`${head()}
    <p class="dim">
      ${fill(ngettext("%(n)s incident", "%(n)s incidents", total), { n: number(total) })}${total > PAGE ? `, ${fill(gettext("%(from)s to %(to)s are shown"), { from: number(offset + 1), to: number(last) })}` : ""}.
      ${gettext("That you looked at them is recorded.")}
    </p>
    ${changed ? html`<p class="message-box">${gettext("The records changed since the report was computed; these are the incidents as they stand now.")}</p>` : ""}
    ${total > PAGE || open.sought
      ? html`<p class="field">
          <label for="behind-number">${gettext("Number of the incident, or a part of it")}</label>
          <input id="behind-number" type="search" autocomplete="off" @change=${(/** @type {Event} */ event) => seek(/** @type {HTMLInputElement} */ (event.target).value)} />
        </p>`
      : ""}
    ${incidents.length ? caseList(incidents, open.zone) : html`<p>${open.sought ? gettext("None has this number.") : gettext("There are none that you may see.")}</p>`}
    ${total > PAGE
      ? html`<nav class="turn" aria-label=${gettext("Pages")}>
          <button type="button" ?disabled=${offset === 0} @click=${() => turn(-PAGE)}>${gettext("Earlier ones")}</button>
          <button type="button" ?disabled=${last >= total} @click=${() => turn(PAGE)}>${gettext("Next ones")}</button>
        </nav>`
      : ""}`;
}

/**
 * Incidents with what happened in each.
 * @param {any[]} cases
 * @param {string} zone whose clock
 */
export function caseList(cases, zone) {
  const names = measures();
  return html`<ol class="cases">
    ${cases.map(
      (one) => html`<li>
        <p class="case-head">
          <strong>${one.response_s === null ? (one.on_view ? gettext("on-view") : gettext("no arrival")) : clock(one.response_s)}</strong>
          <span>${fill(gettext("priority %(n)s"), { n: one.priority })} · ${inLanguage(one.type_names, one.type_name)}${one.place ? html` · ${inScript(one.place)}` : ""}</span>
          <span class="dim"><span class="mono">${one.number}</span> · ${moment(one.received_at, zone)}</span>
        </p>
        <p class="dim">
          ${Object.entries(names)
            .filter(([key]) => key !== "response" && one[`${key}_s`] !== null)
            .map(([key, { name }]) => `${name} ${clock(one[`${key}_s`])}`)
            .join(" · ")}
          ${one.first_sent && one.first_arrived && one.first_sent !== one.first_arrived
            ? html` · ${fill(gettext("sent first: %(sent)s, arrived first: %(arrived)s"), { sent: one.first_sent, arrived: one.first_arrived })}`
            : ""}
        </p>
        <ol class="stages">
          ${one.stages.map(
            (/** @type {any} */ stage) => html`<li><time datetime=${stage.at}>${time(stage.at, zone)}</time> ${stageName(stage.event)}${stage.unit ? html` <span class="mono">${stage.unit}</span>` : ""}${stage.event === "on_scene" && stage.source === "geofence" ? html` <span class="dim">(${sourceName(stage.source)})</span>` : ""}</li>`,
          )}
        </ol>
      </li>`,
    )}
  </ol>`;
}

/** @param {string} iso @param {string} zone */
function time(iso, zone) {
  return new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: zone }).format(new Date(iso));
}
