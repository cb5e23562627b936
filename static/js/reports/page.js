/** The page of reports: asks, follows the computing, shows the result. The address keeps which report is open. */

import { html, render } from "lit";

import { ApiError, command, read, whenSignedOut } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { listSchedules, offerSchedule } from "./schedules.js";
import { reportView } from "./view.js";
import { moment, percent, period, stateName } from "./words.js";

/** @typedef {import("./view.js").Report} Report */

const POLL_MS = 700;
const UNFINISHED = new Set(["queued", "running"]);

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const failure = /** @type {HTMLElement} */ (document.getElementById("ask-error"));
const article = /** @type {HTMLElement} */ (document.getElementById("report"));
const recent = /** @type {HTMLElement} */ (document.getElementById("recent"));
const from = field("from");
const to = field("to");
const choice = field("period");

/** The report that is shown, and the watch that follows it. @type {{id: number | null, timer: number}} */
const shown = { id: null, timer: 0 };

/** @param {string} name @returns {HTMLInputElement} */
function field(name) {
  return /** @type {HTMLInputElement} */ (document.getElementById(name));
}

/** @param {Date} at */
function iso(at) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Put the chosen period into the two dates. */
function applyPeriod() {
  const today = new Date();
  const at = (/** @type {number} */ months, /** @type {number} */ days) =>
    iso(new Date(today.getFullYear(), today.getMonth() + months, days));
  const back = (/** @type {number} */ days) => at(0, today.getDate() - days + 1);
  const dates = /** @type {Record<string, [string, string]>} */ ({
    7: [back(7), iso(today)],
    30: [back(30), iso(today)],
    month: [at(-1, 1), at(0, 0)],
    year: [`${today.getFullYear()}-01-01`, iso(today)],
    all: ["", ""],
  });
  const chosen = dates[choice.value];
  if (chosen) [from.value, to.value] = chosen;
}

/** The local days to compare with. @returns {{compare_from?: string, compare_to?: string}} */
function compareWith() {
  const how = field("compare").value;
  if (how === "own") return { compare_from: field("compare-from").value, compare_to: field("compare-to").value };
  if (!how || !from.value || !to.value) return {};
  const [first, last] = [from.value, to.value].map((value) => new Date(`${value}T12:00:00`));
  if (how === "year") {
    const back = (/** @type {Date} */ at) => {
      const day = at.getMonth() === 1 && at.getDate() === 29 ? 28 : at.getDate();
      return iso(new Date(at.getFullYear() - 1, at.getMonth(), day));
    };
    return { compare_from: back(first), compare_to: back(last) };
  }
  const days = Math.round((last.getTime() - first.getTime()) / 86_400_000) + 1;
  const isMonth = first.getDate() === 1 && new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1).getDate() === 1;
  const months = (last.getFullYear() - first.getFullYear()) * 12 + last.getMonth() - first.getMonth() + 1;
  const start = isMonth
    ? new Date(first.getFullYear(), first.getMonth() - months, 1)
    : new Date(first.getFullYear(), first.getMonth(), first.getDate() - days);
  return { compare_from: iso(start), compare_to: iso(new Date(first.getFullYear(), first.getMonth(), first.getDate() - 1)) };
}

/** The shifts of the node that is chosen, and the one that `chosen` names. @param {string} [chosen] */
function offerShifts(chosen = field("shift").value) {
  const node = /** @type {HTMLSelectElement} */ (document.getElementById("organisation")).selectedOptions[0];
  const shifts = (node?.dataset.shifts ?? "").split(" ").filter(Boolean);
  if (chosen && !shifts.includes(chosen)) shifts.push(chosen);
  const select = /** @type {HTMLSelectElement} */ (document.getElementById("shift"));
  select.replaceChildren(select.options[0], ...shifts.map((shift) => new Option(shift.replace("-", "–"), shift)));
  select.value = chosen;
  oneDay();
}

/** A single shift is one of one day. */
function oneDay() {
  const isShift = Boolean(field("shift").value);
  to.disabled = isShift;
  if (!isShift) return;
  from.value ||= iso(new Date());
  to.value = from.value;
  choice.value = "own";
}

function offerCompareDates() {
  /** @type {HTMLElement} */ (document.getElementById("compare-dates")).hidden = field("compare").value !== "own";
}

/** Put what a report was asked into the form, to ask it anew or otherwise. @param {Report} report */
function askAgain({ organisation, params }) {
  field("organisation").value = String(organisation);
  choice.value = "own";
  [from.value, to.value] = [params.from ?? "", params.to ?? ""];
  field("by").value = params.by ?? "";
  field("then").value = params.then ?? "";
  field("min-cases").value = String(params.min_cases ?? 5);
  field("compare").value = params.compare_from ? "own" : "";
  [field("compare-from").value, field("compare-to").value] = [params.compare_from ?? "", params.compare_to ?? ""];
  offerShifts(params.shift ?? "");
  offerCompareDates();
  field("compare").focus();
}

/** @param {Event} event */
async function ask(event) {
  event.preventDefault();
  failure.hidden = true;
  const body = {
    organisation: Number(field("organisation").value),
    from: from.value || null,
    to: to.value || null,
    by: field("by").value || null,
    then: field("then").value || null,
    shift: field("shift").value || null,
    min_cases: Number(field("min-cases").value),
    ...compareWith(),
  };
  try {
    const report = await command("reports/response-times/", body, { label: gettext("Report") });
    open(report.id);
    await list();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure.textContent = error.message;
    failure.hidden = false;
  }
}

/** @param {number} id */
async function cancel(id) {
  try {
    await command(`reports/${id}/cancel/`, {}, { label: gettext("Cancel the report") });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  await follow(id);
  await list();
}

/** Show a report, and keep its address. @param {number} id */
function open(id) {
  history.pushState(null, "", `#${id}`);
  void follow(id);
}

/** Show a report until it is finished. @param {number} id */
async function follow(id) {
  window.clearTimeout(shown.timer);
  shown.id = id;
  /** @type {Report} */
  let report;
  try {
    report = await read(`reports/${id}/`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    render(html`<p class="message-box" role="alert">${error.message}</p>`, article);
    if (error.status === 0) shown.timer = window.setTimeout(follow, 3 * POLL_MS, id);
    return;
  }
  if (shown.id !== id) return;
  render(report.state === "done" ? reportView(report, () => askAgain(report)) : progressView(report), article);
  article.setAttribute("aria-busy", String(UNFINISHED.has(report.state)));
  if (UNFINISHED.has(report.state)) shown.timer = window.setTimeout(follow, POLL_MS, id);
  else await list();
}

/** @param {Report} report */
function progressView(report) {
  return html`<header class="report-head">
      <h2>${inScript(report.organisation_name)}</h2>
      <p class="dim">${period(report.params)}</p>
    </header>
    ${UNFINISHED.has(report.state)
      ? html`<div class="progress">
          <label for="progress">${stateName(report.state)}</label>
          <progress id="progress" max="1" value=${report.progress}>${percent(report.progress)}</progress>
          <button type="button" @click=${() => cancel(report.id)}>${gettext("Cancel the report")}</button>
        </div>`
      : html`<p class="message-box">${fill(gettext("This report is %(state)s."), { state: stateName(report.state) })}
          ${report.state === "failed" ? failureText(report.error) : ""}</p>`}`;
}

/** @param {string} error */
function failureText(error) {
  if (error === "worker_lost") return gettext("The worker stopped twice while computing it. Ask for it again later.");
  if (error === "internal") return gettext("Something went wrong in the program; it is noted in its log.");
  return error;
}

async function list() {
  /** @type {Report[]} */
  const reports = await read("reports/");
  render(
    reports.length
      ? html`<ul>
          ${reports.slice(0, 15).map(
            (report) => html`<li>
              <a href="#${report.id}" aria-current=${report.id === shown.id ? "true" : "false"}>
                <span>${report.unread ? html`<strong class="new">${gettext("new")}</strong> ` : ""}${inScript(report.organisation_name)}</span>
                <span class="dim">${period(report.params)}</span>
                <span class="faint">${report.state === "done" ? "" : `${stateName(report.state)} · `}${moment(report.requested_at)}${report.requested_by ? ` · ${inScript(report.requested_by)}` : ""}</span>
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

whenSignedOut(() => location.reload());
form.addEventListener("submit", ask);
document.getElementById("new-schedule")?.addEventListener("click", () => {
  void offerSchedule(Number(field("organisation").value), field("by").value, field("compare").value);
});
choice.addEventListener("change", () => {
  field("shift").value = "";
  oneDay();
  applyPeriod();
});
field("organisation").addEventListener("change", () => offerShifts());
field("shift").addEventListener("change", oneDay);
from.addEventListener("input", oneDay);
field("compare").addEventListener("change", offerCompareDates);
for (const input of [from, to]) input.addEventListener("input", () => (choice.value = "own"));
window.addEventListener("hashchange", openFromAddress);
window.addEventListener("popstate", openFromAddress);
applyPeriod();
offerShifts("");
article.replaceChildren();
render(html`<p class="dim">${gettext("Choose what the report is about, and have it computed.")}</p>`, article);
openFromAddress();
await list();
await listSchedules();
