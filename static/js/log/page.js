/** The log of the shift: the newest at the top, live; narrowed, written into, printed, saved. The address keeps what is asked. */

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { ApiError, command, read, whenSignedOut } from "../api.js";
import { subscribe } from "../bus.js";
import { dateAndTime, serverNow, setTimeZone, timeOfDay } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { live } from "../live.js";
import { partName, PARTS } from "./words.js";

/** @typedef {{id: string, at: Iso, recorded_at: Iso | null, part: string, words: string, text: string, incident: {id: Id, number: string, place: string} | null, call_sign: string, by: string}} Line */
/** @typedef {{start: Iso, end: Iso, lines: Line[], next: string | null}} Page */

const AFTER_EVENT_MS = 400;
const SETTLE_MS = 250;
const FEW = 200;
const MOST = 2000;
const LATE_MS = 60_000;
const HOURS = /** @type {const} */ (["", "1", "8", "24", "72", "168"]);
const ASKED = ["hours", "start", "end", "part", "unit", "incident", "q"];

/** @type {{board: Id, boards: {id: Id, name: string}[], permissions: string[], time_zone: string}} */
const settings = JSON.parse(document.getElementById("settings")?.textContent ?? "{}");
const main = /** @type {HTMLElement} */ (document.getElementById("log"));
const asked = new URLSearchParams(location.search);
const state = {
  /** @type {Line[]} */ lines: [],
  /** @type {Iso | null} */ start: null,
  /** @type {string | null} */ next: null,
  trouble: "",
  refused: "",
  isReading: true,
  isWriting: false,
  /** Those that came while one looks. @type {Set<string>} */
  fresh: new Set(),
};
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let asking = new AbortController();

/** What is asked, as the server takes it. */
function query() {
  const { hours, ...rest } = Object.fromEntries(ASKED.map((name) => [name, asked.get(name) ?? ""]));
  if (hours && hours !== "own") return { ...rest, start: new Date(serverNow() - Number(hours) * 3_600_000).toISOString(), end: "" };
  return hours === "own" ? rest : { ...rest, start: "", end: "" };
}

const isPast = () => asked.get("hours") === "own" && Boolean(asked.get("end"));

/** Read anew, as many as are shown. @param {{isNews?: boolean}} [how] */
async function load({ isNews = false } = {}) {
  clearTimeout(timer);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const limit = Math.min(MOST, Math.max(FEW, isNews ? state.lines.length : 0));
  try {
    /** @type {Page} */
    const found = await read(`boards/${settings.board}/log/`, { query: { ...query(), limit }, signal });
    if (signal.aborted) return;
    const known = new Set(state.lines.map((line) => line.id));
    state.fresh = new Set(isNews ? found.lines.map((line) => line.id).filter((id) => !known.has(id)) : []);
    Object.assign(state, { lines: found.lines, start: found.start, next: found.next, trouble: "", isReading: false });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    Object.assign(state, { trouble: error.message, isReading: false });
  }
  draw();
}

async function loadMore() {
  try {
    /** @type {Page} */
    const found = await read(`boards/${settings.board}/log/`, { query: { ...query(), limit: FEW, before: state.next ?? "" } });
    state.lines = [...state.lines, ...found.lines];
    state.next = found.next;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.trouble = error.message;
  }
  draw();
}

/** @param {number} afterMs @param {{isNews?: boolean}} [how] */
function soon(afterMs, how) {
  clearTimeout(timer);
  timer = setTimeout(() => void load(how), afterMs);
}

/** @param {string} name @param {string} value */
function ask(name, value) {
  if (value) asked.set(name, value);
  else asked.delete(name);
  if (name === "hours" && value !== "own") for (const one of ["start", "end"]) asked.delete(one);
  history.replaceState(null, "", `?${asked}`);
  draw();
  soon(SETTLE_MS);
}

/** @param {SubmitEvent} event */
async function write(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const [text, time] = ["text", "time"].map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value.trim());
  if (!text) return;
  Object.assign(state, { refused: "", isWriting: true });
  draw();
  try {
    const body = { text, ...(time && { occurred_at: lastAt(time) }) };
    await command(`boards/${settings.board}/log/`, body, { label: gettext("writing into the log") });
    form.reset();
    await load({ isNews: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.refused = error.message;
  } finally {
    state.isWriting = false;
    draw();
    /** @type {HTMLElement | null} */ (form.querySelector("#log-text"))?.focus();
  }
}

/** The last moment at which the wall's clock showed so. @param {string} time hh:mm */
function lastAt(time) {
  const shown = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: settings.time_zone });
  const now = Math.floor(serverNow() / 60_000) * 60_000;
  for (let back = 0; back < 26 * 60; back += 1) {
    const at = new Date(now - back * 60_000);
    if (shown.format(at) === time) return at.toISOString();
  }
  return undefined;
}

/** All that is asked, to be printed: what the page does not show yet is read before. */
async function print() {
  if (state.next) {
    const found = await read(`boards/${settings.board}/log/`, { query: { ...query(), limit: MOST } }).catch(() => null);
    if (found) Object.assign(state, { lines: found.lines, next: found.next });
    draw();
  }
  window.print();
}

// --- what is shown ---

function draw() {
  render(html`${askView()} ${writeView()} ${listView()}`, main);
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;

function askView() {
  const hours = asked.get("hours") ?? "";
  const file = new URLSearchParams(Object.entries(query()).filter(([, value]) => value !== ""));
  return html`<form class="log-ask" role="search" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <h1>${gettext("Log")} <span class="dim">${boardName()}</span></h1>
    <div class="field">
      <label for="log-hours">${gettext("Period")}</label>
      <select id="log-hours" .value=${hours} @change=${(/** @type {Event} */ event) => ask("hours", valueOf(event))}>
        ${HOURS.map((value) => html`<option value=${value} ?selected=${value === hours}>${periodName(value)}</option>`)}
        <option value="own" ?selected=${hours === "own"}>${gettext("from … to …")}</option>
      </select>
    </div>
    ${hours === "own" ? html`${moment("start", gettext("From (local time)"))} ${moment("end", gettext("To (local time)"))}` : nothing}
    <div class="field">
      <label for="log-part">${gettext("What about")}</label>
      <select id="log-part" @change=${(/** @type {Event} */ event) => ask("part", valueOf(event))}>
        <option value="">${gettext("everything")}</option>
        ${PARTS.map((part) => html`<option value=${part} ?selected=${asked.get("part") === part}>${partName(part)}</option>`)}
      </select>
    </div>
    ${words("unit", gettext("Patrol"), 6)} ${words("incident", gettext("Incident"), 9)} ${words("q", gettext("Words"), 18)}
    <span class="spring"></span>
    <button type="button" @click=${() => void print()}>${gettext("Print")}</button>
    <a class="button" href="/api/v1/boards/${settings.board}/log.csv?${file}" download>${gettext("Save as CSV")}</a>
  </form>`;
}

/** @param {string} name @param {string} label */
function moment(name, label) {
  return html`<div class="field">
    <label for="log-${name}">${label}</label>
    <input id="log-${name}" type="datetime-local" .value=${asked.get(name) ?? ""} @change=${(/** @type {Event} */ event) => ask(name, valueOf(event))} />
  </div>`;
}

/** @param {string} name @param {string} label @param {number} size */
function words(name, label, size) {
  return html`<div class="field">
    <label for="log-${name}">${label}</label>
    <input id="log-${name}" type="search" size=${size} autocomplete="off" .value=${asked.get(name) ?? ""} @input=${(/** @type {Event} */ event) => ask(name, valueOf(event).trim())} />
  </div>`;
}

function writeView() {
  if (!settings.permissions.includes("incident.edit")) return nothing;
  return html`<form class="log-write" @submit=${write}>
    <div class="field wide">
      <label for="log-text">${gettext("Write into the log")}</label>
      <input id="log-text" name="text" maxlength="1000" autocomplete="off" placeholder=${gettext("what happened in the operations centre")} />
    </div>
    <div class="field">
      <label for="log-time">${gettext("at (now, if empty)")}</label>
      <input id="log-time" name="time" type="time" />
    </div>
    <button class="primary" ?disabled=${state.isWriting}>${state.isWriting ? gettext("Writing …") : gettext("Write")}</button>
    ${state.refused ? html`<p class="field-error" role="alert">${state.refused}</p>` : nothing}
  </form>`;
}

function listView() {
  const count = state.lines.length;
  const since = state.start ? fill(gettext("since %(time)s"), { time: dateAndTime(state.start) }) : "";
  return html`<p class="log-state" role="status">
      <span class="live ${live.state}">${isPast() ? gettext("a past period") : liveWords()}</span>
      ${state.trouble ? html`<span class="warning">${state.trouble}</span>` : html`<span class="dim">${since}</span>`}
      <span class="dim">${count ? fill(ngettext("%(count)s line", "%(count)s lines", count), { count }) : nothing}${state.next ? "+" : ""}</span>
    </p>
    <table class="log-lines">
      <caption class="visually-hidden">${gettext("What happened, the newest first")}</caption>
      <thead>
        <tr>
          <th scope="col">${gettext("Time")}</th><th scope="col">${gettext("What about")}</th><th scope="col">${gettext("What happened")}</th>
          <th scope="col">${gettext("Incident")}</th><th scope="col">${gettext("By")}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(state.lines, (line) => line.id, (line, index) => lineView(line, state.lines[index - 1]))}
      </tbody>
    </table>
    ${state.isReading ? html`<p class="empty dim">${gettext("Reading …")}</p>` : nothing}
    ${!state.isReading && count === 0 && !state.trouble ? html`<p class="empty dim">${gettext("Nothing of this kind happened in this period.")}</p>` : nothing}
    ${state.next ? html`<p class="more"><button type="button" @click=${() => void loadMore()}>${gettext("Show earlier ones")}</button></p>` : nothing}`;
}

/** @param {Line} line @param {Line | undefined} above */
function lineView(line, above) {
  const isNewDay = !above || dayOf(above.at) !== dayOf(line.at);
  const isLate = line.recorded_at !== null && Date.parse(line.recorded_at) - Date.parse(line.at) > LATE_MS;
  return html`${isNewDay ? html`<tr class="day"><th colspan="5" scope="rowgroup">${dayOf(line.at)}</th></tr>` : nothing}
    <tr class="part-${line.part} ${state.fresh.has(line.id) ? "fresh" : ""}">
      <td class="time"><time datetime=${line.at} title=${dateAndTime(line.at)}>${timeOfDay(line.at)}</time></td>
      <td class="about">${partName(line.part)}</td>
      <td>
        ${line.words}${line.words && line.text ? ": " : ""}<span class="text">${line.text}</span>
        ${isLate ? html`<span class="dim">${gettext("recorded")} ${timeOfDay(/** @type {Iso} */ (line.recorded_at))}</span>` : nothing}
      </td>
      <td class="where">${line.incident ? html`<span class="number">${line.incident.number}</span> <span class="dim">${line.incident.place}</span>` : nothing}</td>
      <td class="dim">${line.by}</td>
    </tr>`;
}

/** @param {Iso} at */
const dayOf = (at) => dateAndTime(at).replace(/[\s,]*\d{1,2}[:.]\d{2}([:.]\d{2})?.*$/, "");

/** @param {typeof HOURS[number]} value */
function periodName(value) {
  if (value === "") return gettext("since the shift began");
  const count = Number(value);
  if (count > 24) return fill(ngettext("last %(count)s day", "last %(count)s days", count / 24), { count: count / 24 });
  return fill(ngettext("last %(count)s hour", "last %(count)s hours", count), { count });
}

function liveWords() {
  if (live.state === "live") return gettext("live");
  return live.state === "signed_out" || live.state === "forbidden" ? gettext("not live any more") : gettext("not live: trying again");
}

const boardName = () => inScript(settings.boards.find((board) => board.id === settings.board)?.name ?? "");

setTimeZone(settings.time_zone);
whenSignedOut(() => {
  live.end("signed_out");
  Object.assign(state, { lines: [], next: null, trouble: gettext("You have been signed out.") });
  draw();
});
live.witness(() => isPast() || soon(AFTER_EVENT_MS, { isNews: true }));
subscribe(["live"], draw);
live.start(settings.board);
draw();
void load();
