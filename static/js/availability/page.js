/** The page of availability: past, now and next. The address keeps what is shown; a period with now in it stays fresh. */

import { html, nothing, render } from "lit";

import { ApiError, read, whenSignedOut } from "../api.js";
import { subscribe } from "../bus.js";
import { gettext, inScript } from "../i18n.js";
import { place } from "../plan/timeline.js";
import { plusDays, wall } from "../plan/zone.js";
import { day } from "../reports/words.js";
import { loadSkills } from "../skills.js";
import { minimums } from "./minimums.js";
import { byHour, byUnit, gaps, now, planAndFact, timeSplit } from "./view.js";

const FRESH_MS = 30_000;

const root = /** @type {HTMLElement} */ (document.getElementById("availability"));
/** @type {{id: number, name: string, zone: string}[]} */
const nodes = JSON.parse(document.getElementById("nodes")?.textContent ?? "[]");
const given = new URLSearchParams(location.search);

const state = {
  node: Number(given.get("organisation")) || (nodes[0]?.id ?? 0),
  first: given.get("first") ?? "",
  last: given.get("last") ?? "",
  drafts: given.get("drafts") === "true",
  by: "hour",
  data: /** @type {AvailabilityData | null} */ (null),
  facts: /** @type {PlanAndFact | null} */ (null),
  split: /** @type {TimeSplit | null} */ (null),
  error: "",
};
let asked = 0;
let timer = 0;

function today() {
  return wall(Date.now(), nodes.find(({ id }) => id === state.node)?.zone ?? "Europe/Belgrade").slice(0, 10);
}

async function load() {
  const mine = ++asked;
  clearTimeout(timer);
  const question = { organisation: state.node, first: state.first, last: state.last };
  const isPast = state.first <= today();
  try {
    const [data, facts, split] = await Promise.all([
      read("availability/", { query: { ...question, drafts: state.drafts ? "true" : null } }),
      isPast ? read("availability/plan-and-fact/", { query: question }) : null,
      isPast ? read("availability/time-split/", { query: { ...question, by: state.by } }) : null,
    ]);
    if (mine !== asked) return;
    Object.assign(state, { data, facts, split, error: "" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine !== asked) return;
    state.error = error.message;
  }
  draw();
  if (state.first <= today() && today() <= state.last) timer = window.setTimeout(() => void load(), FRESH_MS);
}

/** @param {Partial<typeof state>} values */
function go(values) {
  Object.assign(state, values);
  if (state.last < state.first) state.last = state.first;
  const query = new URLSearchParams({ organisation: String(state.node), first: state.first, last: state.last, ...(state.drafts ? { drafts: "true" } : {}) });
  window.history.replaceState(null, "", `?${query}`);
  draw();
  void load();
}

function ask() {
  const dates = (/** @type {number} */ from, /** @type {number} */ to) => () => go({ first: plusDays(today(), from), last: plusDays(today(), to) });
  const value = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).value;
  return html`<header class="availability-bar">
    <h1>${gettext("Availability")}</h1>
    <div><label for="node">${gettext("Organisational unit")}</label>
      <select id="node" @change=${(/** @type {Event} */ event) => go({ node: Number(value(event)), data: null })}>${nodes.map(({ id, name }) => html`<option value=${id} ?selected=${id === state.node}>${name}</option>`)}</select></div>
    <div><label for="first">${gettext("First day")}</label><input id="first" type="date" .value=${state.first} @change=${(/** @type {Event} */ event) => value(event) && go({ first: value(event) })} /></div>
    <div><label for="last">${gettext("Last day")}</label><input id="last" type="date" .value=${state.last} @change=${(/** @type {Event} */ event) => value(event) && go({ last: value(event) })} /></div>
    <div class="periods">
      <button type="button" @click=${dates(-7, -1)}>${gettext("Last 7 days")}</button>
      <button type="button" @click=${dates(0, 0)}>${gettext("Today")}</button>
      <button type="button" @click=${dates(0, 1)}>${gettext("Today and tomorrow")}</button>
      <button type="button" @click=${dates(0, 6)}>${gettext("Next 7 days")}</button>
    </div>
    <label class="check"><input type="checkbox" .checked=${state.drafts} @change=${(/** @type {Event} */ event) => go({ drafts: /** @type {HTMLInputElement} */ (event.target).checked })} /> ${gettext("Count drafts as planned")}</label>
    <button type="button" @click=${() => void minimums(state.node, today(), () => void load())}>${gettext("What is needed…")}</button>
  </header>`;
}

function draw() {
  const { data } = state;
  const node = nodes.find(({ id }) => id === state.node);
  render(
    html`${ask()}
      ${state.error ? html`<p class="message-box" role="alert">${state.error}</p>` : nothing}
      <article class="report" aria-busy=${!data}>
        <header class="report-head"><h2>${inScript(node?.name.trim())}</h2><p>${state.first === state.last ? day(state.first) : `${day(state.first)} – ${day(state.last)}`}</p></header>
        ${data ? html`${now(data)} ${gaps(data)} ${byHour(data)} ${byUnit(data)} ${planAndFact(state.facts)} ${timeSplit(state.split, (by) => go({ by }))}` : html`<p class="dim empty">${gettext("Availability is being read…")}</p>`}
      </article>`,
    root,
  );
  place(root);
}

whenSignedOut(() => location.assign("/sign-in/"));
root.replaceChildren();
subscribe(["skills"], draw);
void loadSkills();
const isDay = (/** @type {string} */ text) => /^\d{4}-\d\d-\d\d$/.test(text);
go({ first: isDay(state.first) ? state.first : today(), last: isDay(state.last) ? state.last : isDay(state.first) ? state.first : plusDays(today(), 1) });
