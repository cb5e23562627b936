/** Where a commander drills the chain of alarms, and reads how each went. The address keeps which one is open. */

import { html, nothing, render } from "lit";

import { ApiError, command, read, whenSignedOut } from "../api.js";
import { dateAndTime, setTimeZone, timeOfDay } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";

const POLL_MS = 1000;
const IN_TIME_S = 1;

/** @typedef {{page: string, name: string, was_connected: boolean, shown_at: Iso | null, heard_at: Iso | null, after_s: number | null}} ConsoleOut */
/**
 * @typedef {object} Chain
 * @property {AlarmCard & {recorded_at: Iso}} alarm
 * @property {Iso} pressed_at
 * @property {Iso} stored_at
 * @property {ConsoleOut[]} consoles
 * @property {number} silent
 * @property {number | null} slowest_s
 * @property {number | null} escalated_s
 * @property {number | null} acknowledged_s
 * @property {number | null} resolved_s
 * @property {string | null} resolved_by
 * @property {string} resolution
 * @property {boolean} withdrawn
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById("drill"));
const unit = /** @type {HTMLSelectElement} */ (document.getElementById("unit"));
const failure = /** @type {HTMLElement} */ (document.getElementById("drill-error"));
const article = /** @type {HTMLElement} */ (document.getElementById("chain"));
const recent = /** @type {HTMLElement} */ (document.getElementById("recent"));

/** The alarm that is shown, and the watch that follows it. */
const shown = { id: 0, timer: 0 };

/** @param {Event} event */
async function drill(event) {
  event.preventDefault();
  failure.hidden = true;
  try {
    const alarm = await command("alarms/", { unit: Number(unit.value), drill: true }, { label: gettext("Drill an alarm") });
    location.hash = String(alarm.id);
    await list();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure.textContent = error.message;
    failure.hidden = false;
  }
}

/** Show an alarm until it is resolved. @param {number} id */
async function follow(id) {
  window.clearTimeout(shown.timer);
  shown.id = id;
  try {
    /** @type {Chain} */
    const chain = await read(`alarm-chains/${id}/`);
    if (shown.id !== id) return;
    render(chainView(chain), article);
    if (chain.resolved_s === null) shown.timer = window.setTimeout(follow, POLL_MS, id);
    else await list();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    render(html`<p class="message-box" role="alert">${error.message}</p>`, article);
    if (error.status === 0) shown.timer = window.setTimeout(follow, 3 * POLL_MS, id);
  }
}

/** @param {Chain} chain */
function chainView(chain) {
  const { alarm } = chain;
  return html`<header class="report-head">
      <h2>${alarm.is_drill ? html`<span class="drill-mark">${gettext("DRILL")}</span> ` : nothing}${alarm.call_sign}</h2>
      <p class="dim">${dateAndTime(chain.stored_at)} · ${alarm.crew_names.map(inScript).join(", ") || gettext("crew unknown")}</p>
    </header>
    <p class="finding">${finding(chain)}</p>
    <table>
      <caption>${gettext("The chain")}</caption>
      <thead>
        <tr><th scope="col">${gettext("Step")}</th><th scope="col">${gettext("Time")}</th><th scope="col" class="number">${gettext("After")}</th><th scope="col">${gettext("By")}</th></tr>
      </thead>
      <tbody>
        ${row(gettext("Pressed"), chain.pressed_at, null, "")} ${row(gettext("Stored"), chain.stored_at, 0, "")}
        ${row(gettext("Shown by the last console"), null, chain.slowest_s, "")}
        ${chain.escalated_s === null ? nothing : row(gettext("Escalated to the commander"), alarm.escalated_at, chain.escalated_s, "")}
        ${row(gettext("Acknowledged"), alarm.acknowledged_at, chain.acknowledged_s, alarm.acknowledged_by?.name ?? "")}
        ${alarm.steps.map((step) => row(stepWords(step.step), step.at, seconds(chain.stored_at, step.at), step.by))}
        ${row(chain.withdrawn ? gettext("Taken back at once") : gettext("Resolved"), alarm.resolved_at, chain.resolved_s, chain.resolved_by ?? "")}
      </tbody>
    </table>
    ${chain.resolution ? html`<blockquote>${inScript(chain.resolution)}</blockquote>` : nothing}
    <table>
      <caption>${gettext("Consoles")}</caption>
      <thead>
        <tr><th scope="col">${gettext("Person")}</th><th scope="col">${gettext("Shown")}</th><th scope="col" class="number">${gettext("After")}</th></tr>
      </thead>
      <tbody>
        ${chain.consoles.map(
          (one) => html`<tr class=${one.shown_at ? "" : "silent"}>
            <th scope="row">${inScript(one.name)} <span class="faint mono">${one.page.slice(0, 4)}</span></th>
            <td>${consoleWords(one)}</td>
            <td class="number">${one.after_s === null ? "–" : after(one.after_s)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${chain.consoles.length === 0 ? html`<p class="message-box" role="alert">${gettext("No console was connected.")}</p>` : nothing}
    <p class="faint definition">
      ${gettext("After: by the server's clock, from when the alarm was stored until it heard of the step; for a console that includes the way back. A console counts when its socket was open as the alarm was stored.")}
    </p>`;
}

/** What the commander wants to know, in one sentence. @param {Chain} chain */
function finding(chain) {
  const connected = chain.consoles.filter((one) => one.was_connected).length;
  const values = { count: connected - chain.silent, all: connected, time: chain.slowest_s === null ? "–" : after(chain.slowest_s) };
  if (connected === 0 && chain.consoles.length === 0) return html`<b class="bad">✗ ${gettext("Nobody would have seen this alarm: no console was connected.")}</b>`;
  const words = fill(
    ngettext("%(count)s of %(all)s console has shown it, the last after %(time)s.", "%(count)s of %(all)s consoles have shown it, the last after %(time)s.", connected),
    values,
  );
  const isGood = chain.silent === 0 && (chain.slowest_s ?? Infinity) <= IN_TIME_S;
  return html`<b class=${isGood ? "good" : chain.silent > 0 ? "bad" : "slow"}>${isGood ? "✓" : chain.silent > 0 ? "✗" : "△"} ${words}</b>
    ${chain.resolved_s === null ? html` <span class="dim">${gettext("It is still open.")}</span>` : nothing}`;
}

/**
 * @param {string} name
 * @param {Iso | null} at
 * @param {number | null} afterS
 * @param {string} by
 */
function row(name, at, afterS, by) {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="mono">${at ? timeOfDay(at) : afterS === null ? gettext("not yet") : ""}</td>
    <td class="number">${afterS === null ? "–" : after(afterS)}</td>
    <td>${inScript(by)}</td>
  </tr>`;
}

/** @param {ConsoleOut} one */
function consoleWords(one) {
  if (!one.shown_at) return html`<b class="bad">✗ ${gettext("has not said that it showed it")}</b>`;
  return one.was_connected ? timeOfDay(one.shown_at) : fill(gettext("%(time)s, opened or came back later"), { time: timeOfDay(one.shown_at) });
}

/** @param {string} step */
function stepWords(step) {
  /** @type {Record<string, string>} */
  const words = {
    identified: gettext("officer identified"),
    no_answer: gettext("no answer"),
    backup: gettext("back-up"),
    commander: gettext("commander told"),
    search: gettext("search from the last known place"),
  };
  return words[step] ?? step;
}

/** @param {number} value */
const after = (value) => `${value < 10 ? value.toFixed(2) : Math.round(value)} s`;

/**
 * @param {Iso} from
 * @param {Iso} to
 */
const seconds = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;

async function list() {
  /** @type {(AlarmCard & {recorded_at: Iso})[]} */
  const alarms = await read("alarm-chains/");
  render(
    alarms.length
      ? html`<ul>
          ${alarms.map(
            (alarm) => html`<li>
              <a href="#${alarm.id}" aria-current=${alarm.id === shown.id ? "true" : "false"}>
                <span>${alarm.is_drill ? gettext("DRILL") : "★"} ${alarm.call_sign}</span>
                <span class="faint">${dateAndTime(alarm.raised_at)}${alarm.resolved_at ? "" : ` · ${gettext("open")}`}</span>
              </a>
            </li>`,
          )}
        </ul>`
      : html`<p class="dim">${gettext("None yet.")}</p>`,
    recent,
  );
}

function openFromAddress() {
  const id = Number(location.hash.slice(1));
  if (Number.isInteger(id) && id > 0) void follow(id).then(list);
}

article.replaceChildren();
render(html`<p class="dim empty">${gettext("Run a drill, or choose one from the list, to see how far it got and how fast.")}</p>`, article);
setTimeZone(/** @type {HTMLElement} */ (document.querySelector("main.drills")).dataset.timeZone ?? "UTC");
whenSignedOut(() => location.reload());
form.addEventListener("submit", drill);
window.addEventListener("hashchange", openFromAddress);
openFromAddress();
await list();
