/** The page of the shift plan. The address keeps what is shown. */

import { html, nothing, render } from "lit";

import { command, whenSignedOut } from "../api.js";
import { subscribe } from "../bus.js";
import { ask } from "../console/ask-dialog.js";
import { gettext, inScript } from "../i18n.js";
import { loadSkills } from "../skills.js";
import { copy, history, pattern, publish } from "./dialogs.js";
import { panel } from "./panel.js";
import { importFile } from "./reading.js";
import { attempt, change, last, load, onChange, period, say, set, shiftOf, state, undo } from "./state.js";
import { shiftForm } from "./shift-form.js";
import { absences, teams } from "./standing.js";
import { focusShift, neighbour, nextWrong, nudge, openViolations, place, summary, timeline } from "./timeline.js";
import { date } from "./words.js";
import { instant, monday, plusDays, wall } from "./zone.js";

const KEEP_AFTER_MS = 900;

const root = /** @type {HTMLElement} */ (document.getElementById("plan"));
/** @type {{id: number, name: string, zone: string}[]} */
const nodes = JSON.parse(document.getElementById("nodes")?.textContent ?? "[]");
let timer = 0;

function zone() {
  return nodes.find(({ id }) => id === state.node)?.zone ?? "Europe/Belgrade";
}

const actions = {
  open: (/** @type {PlanShift} */ shift) => {
    if (state.choices?.may_edit) shiftForm({ shift });
  },
  add: (/** @type {PlanUnit} */ unit, /** @type {number | undefined} */ at) => {
    const evening = instant(`${state.first}T19:00`, zone());
    shiftForm({ unit: unit.id, start: at ?? evening });
  },
  commit: () => void keepMove(),
  hold: () => clearTimeout(timer),
  cancel: async (/** @type {PlanShift} */ shift) => {
    const isPublic = shift.state === "published";
    const answer = await ask({
      title: isPublic ? gettext("Call off the shift") : gettext("Remove the draft"),
      fields: isPublic ? [{ name: "reason", label: gettext("Why the published plan changes (the crew reads it)"), required: true }] : [],
      yes: isPublic ? gettext("Call off") : gettext("Remove"),
    });
    if (!answer) return;
    await attempt(async () => {
      await command(`plan/shifts/${shift.id}/cancel/`, { version: shift.version, reason: answer.reason ?? "" }, { label: gettext("Call off") });
      await load();
      say(gettext("The shift is called off."));
    });
  },
  override: async (/** @type {PlanShift} */ shift) => {
    const answer = await ask({
      title: gettext("Let the rule be"),
      text: openViolations(shift).map(({ text }) => inScript(text)).join(" "),
      fields: [{ name: "reason", label: gettext("Why the rule may be broken"), required: true }],
      yes: gettext("Keep"),
    });
    if (!answer) return;
    await attempt(async () => {
      await command(`plan/shifts/${shift.id}/override/`, { version: shift.version, reason: answer.reason }, { label: gettext("Let the rule be") });
      await load();
      say(gettext("The reason is kept. It holds until something gets worse."));
    });
  },
  history: (/** @type {PlanShift} */ shift) => void history(shift),
};

/** Keep where a shift was dragged or nudged to; a published one with a reason. */
async function keepMove() {
  clearTimeout(timer);
  const { move } = state;
  const shift = shiftOf(move?.id ?? null);
  if (!move || !shift || state.isKeeping) return;
  /** @type {Record<string, unknown>} */
  const changes = {};
  if (move.unit !== shift.unit) changes.unit = move.unit;
  if (move.start !== Date.parse(shift.starts_at)) changes.starts_at = new Date(move.start).toISOString();
  if (move.end !== Date.parse(shift.ends_at)) changes.ends_at = new Date(move.end).toISOString();
  if (!Object.keys(changes).length) return set({ move: null, tried: null });
  /** @type {Record<string, string> | null} */
  let reasons = {};
  if (shift.state === "published") {
    const fields = [{ name: "reason", label: gettext("Why the published plan changes (the crew reads it)"), required: true }];
    if (state.tried?.some(({ reason }) => !reason)) fields.push({ name: "override_reason", label: gettext("Why the rule may be broken"), required: false });
    reasons = await ask({ title: gettext("Change the published plan"), text: state.tried?.map(({ text }) => inScript(text)).join(" "), fields, yes: gettext("Keep") });
  }
  if (!reasons) return set({ move: null, tried: null });
  const given = reasons;
  state.isKeeping = true;
  await attempt(async () => void (await change(shift, changes, given)));
  set({ move: null, tried: null, isKeeping: false });
  focusShift(shift.id);
}

/** @param {number} by days or weeks */
function turn(by) {
  go({ first: plusDays(state.first, by * (state.view === "week" ? 7 : 1)) });
}

/** @param {Partial<import("./state.js").State>} values */
function go(values) {
  Object.assign(state, values);
  if (values.node) state.choices = null;
  if (state.view === "week") state.first = monday(state.first);
  state.undo.length = 0;
  const address = new URLSearchParams({ organisation: String(state.node), view: state.view, by: state.by, first: state.first });
  window.history.replaceState(null, "", `?${address}`);
  set({ data: null, move: null, message: "", isError: false });
  void attempt(load);
}

function today() {
  return wall(Date.now(), zone()).slice(0, 10);
}

/** @param {string} form */
function exported(form) {
  const { organisation, first, last: until } = period();
  return `/api/v1/plan/${form}/?organisation=${organisation}&first=${first}&last=${until}`;
}

function title() {
  const at = (/** @type {string} */ day) => Date.parse(`${day}T12:00Z`);
  const full = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "numeric", month: "long", year: "numeric" });
  if (state.view === "day") return date(at(state.first), "UTC", { weekday: "long", ...full });
  return `${date(at(state.first), "UTC", { day: "numeric", month: "long" })} – ${date(at(last()), "UTC", full)}`;
}

function bar() {
  const may = state.choices?.may_edit;
  const choice = (/** @type {"view" | "by"} */ name, /** @type {string} */ value, /** @type {string} */ text) =>
    html`<button type="button" aria-pressed=${state[name] === value} @click=${() => go({ [name]: value })}>${text}</button>`;
  return html`<header class="plan-bar">
    <h1 class="visually-hidden">${gettext("Shift plan")}</h1>
    <label class="visually-hidden" for="node">${gettext("Organisational unit")}</label>
    <select id="node" @change=${(/** @type {Event} */ event) => go({ node: Number(/** @type {HTMLSelectElement} */ (event.target).value) })}>
      ${nodes.map(({ id, name }) => html`<option value=${id} ?selected=${id === state.node}>${name}</option>`)}
    </select>
    <div class="group" role="group" aria-label=${gettext("Period")}>${choice("view", "day", gettext("Day"))}${choice("view", "week", gettext("Week"))}</div>
    <div class="group" role="group" aria-label=${gettext("Rows")}>${choice("by", "unit", gettext("By unit"))}${choice("by", "team", gettext("By team"))}</div>
    <div class="group" role="group" aria-label=${gettext("Turn the page")}>
      <button type="button" @click=${() => turn(-1)} aria-label=${gettext("Earlier")}>‹</button>
      <button type="button" @click=${() => go({ first: today() })}>${gettext("Today")} <kbd>T</kbd></button>
      <button type="button" @click=${() => turn(1)} aria-label=${gettext("Later")}>›</button>
    </div>
    <h2 class="plan-title">${title()}</h2>
    <span class="spring"></span>
    ${may
      ? html`<button type="button" @click=${pattern}>${gettext("Pattern")} <kbd>P</kbd></button>
          <button type="button" @click=${copy}>${state.view === "week" ? gettext("Copy week") : gettext("Copy day")} <kbd>C</kbd></button>
          <button type="button" @click=${undo} ?disabled=${!state.undo.length}>${gettext("Undo")} <kbd>Z</kbd></button>
          <button type="button" class="primary" @click=${publish}>${gettext("Publish")} <kbd>U</kbd></button>`
      : nothing}
    <details class="plan-files" @click=${closeMenu}><summary class="button">${gettext("People, files")}</summary>
      <div><button type="button" class="plain" @click=${absences}>${gettext("Absences…")}</button><button type="button" class="plain" @click=${teams}>${gettext("Teams…")}</button><hr /><a href=${exported("orders")}>${gettext("Patrol orders (PDF)")}</a><a href=${exported("csv")}>CSV</a><a href=${exported("calendar")}>iCalendar</a>${may ? html`<button type="button" class="plain" @click=${importFile}>${gettext("Read a file (CSV, iCalendar)…")}</button>` : nothing}</div>
    </details>
  </header>`;
}

/** Whatever was chosen, the menu closes. @param {Event} event */
function closeMenu(event) {
  const { currentTarget, target } = event;
  if (target instanceof Element && target.closest("a, button") && currentTarget instanceof HTMLDetailsElement) currentTarget.open = false;
}

function draw() {
  render(
    html`${bar()}
      <p class="plan-summary"><span class=${(state.data?.shifts ?? []).some((shift) => openViolations(shift).length) ? "warning" : "dim"}>${state.data ? summary() : nothing}</span> <span role="status" class=${state.isError ? "overdue" : ""}>${state.message}</span></p>
      ${state.data && !state.data.shifts.length && state.choices?.units.length ? empty() : nothing}
      <div class="plan-body"><div class="plan-scroll">${timeline(actions)}</div><aside class="plan-side" aria-label=${gettext("The selected shift")}>${panel(actions)}</aside></div>`,
    root,
  );
  place(root);
}

function empty() {
  return html`<p class="plan-empty">${state.choices?.may_edit ? gettext("Nothing is planned in this period yet. Apply the pattern of your teams (P), copy another week (C), or plan a single shift with + in its row.") : gettext("Nothing is planned in this period yet.")}</p>`;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (document.querySelector("dialog[open]") || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName)) return;
  const shift = shiftOf(state.selected);
  if (shift && target.classList.contains("tl-bar") && onBarKey(event, shift)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, (() => void) | undefined>} */
  const keys = {
    KeyT: () => go({ first: today() }),
    KeyZ: () => void undo(),
    KeyV: () => focusShift(nextWrong()?.id ?? null),
    PageUp: () => turn(-1),
    PageDown: () => turn(1),
    ...(state.choices?.may_edit ? { KeyP: () => void pattern(), KeyC: () => void copy(), KeyU: () => void publish(), KeyN: () => shiftForm({ unit: shift?.unit, start: shift ? Date.parse(shift.ends_at) : instant(`${state.first}T19:00`, zone()) }) } : {}),
  };
  const found = keys[event.code];
  if (!found) return;
  event.preventDefault();
  found();
}

/** @param {KeyboardEvent} event @param {PlanShift} shift */
function onBarKey(event, shift) {
  if (nudge(event, shift)) {
    clearTimeout(timer);
    timer = window.setTimeout(() => void keepMove(), KEEP_AFTER_MS);
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key.startsWith("Arrow")) {
    focusShift(neighbour(event.key, shift)?.id ?? null);
    return true;
  }
  const may = state.choices?.may_edit;
  if (event.key === "Escape" && state.move) {
    clearTimeout(timer);
    set({ move: null, tried: null });
  } else if (event.key === "Enter") state.move ? void keepMove() : actions.open(shift);
  else if (event.key === "Delete" && may) void actions.cancel(shift);
  else if (event.code === "KeyG" && may && openViolations(shift).length) void actions.override(shift);
  else if (event.code === "KeyH" && shift.published_at) actions.history(shift);
  else return false;
  return true;
}

const given = new URLSearchParams(location.search);
state.node = Number(given.get("organisation")) || (nodes[0]?.id ?? 0);
state.view = given.get("view") === "day" ? "day" : "week";
state.by = given.get("by") === "team" ? "team" : "unit";
root.replaceChildren();
onChange(draw);
whenSignedOut(() => location.assign("/sign-in/"));
document.addEventListener("keydown", onKey);
const asked = given.get("first") ?? "";
subscribe(["skills"], draw);
void loadSkills();
go({ first: /^\d{4}-\d\d-\d\d$/.test(asked) ? asked : today() });
