/** An officer's own shifts: what is new or other and not read yet, then all that is published. For a phone, too. */

import { html, nothing, render } from "lit";

import { ApiError, command, read, whenSignedOut } from "../api.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { differences } from "./differences.js";
import { date, lasting, moment, span, taskNames } from "./words.js";

/** @typedef {{id: number, at: string, revision: PlanRevision}} Notice */

const root = /** @type {HTMLElement} */ (document.getElementById("own"));
const zone = root.dataset.zone || "Europe/Belgrade";
const state = { shifts: /** @type {PlanShift[]} */ ([]), notices: /** @type {Notice[]} */ ([]), error: "" };

async function load() {
  try {
    Object.assign(state, await read("plan/own/"), { error: "" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.error = error.message;
  }
  draw();
}

async function seen() {
  try {
    await command("plan/own/", { notices: state.notices.map(({ id }) => id) }, { label: gettext("I have read it") });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.error = error.message;
  }
  await load();
}

/** @param {Notice} notice */
function noticeView({ revision }) {
  const { after, before, kind, reason, by_name: by } = revision;
  const start = Date.parse(after.starts_at);
  const what = { published: gettext("New shift"), changed: gettext("Changed shift"), cancelled: gettext("Shift called off") }[kind];
  return html`<li>
    <p><b>${what}</b>, <span class="mono">${inScript(after.call_sign)}</span>, ${moment(start, zone)}</p>
    ${reason ? html`<p>${inScript(reason)} <span class="dim">${inScript(by)}</span></p>` : nothing}
    ${before && kind === "changed" ? differences(before, after, zone) : nothing}
  </li>`;
}

/** @param {PlanShift} shift */
function shiftView(shift) {
  const [start, end] = [Date.parse(shift.starts_at), Date.parse(shift.ends_at)];
  return html`<li class=${end < Date.now() ? "faint" : ""}>
    <h3>${date(start, zone, { weekday: "long", day: "numeric", month: "long" })}, <span class="mono">${span(start, end, zone)}</span> <span class="dim">${lasting(end - start)}</span></h3>
    <p><b class="mono">${inScript(shift.call_sign)}</b> ${[shift.vehicle?.plate, shift.sector?.name].filter(Boolean).map((text) => inScript(text)).join(", ")}</p>
    <p class="dim">${shift.crew.map(({ name }) => inScript(name)).join(", ")}</p>
    ${shift.tasks.map((task) => html`<p>${taskNames()[task.kind]}, ${inScript(task.area?.name ?? task.place)} <span class="mono dim">${span(Date.parse(task.starts_at), Date.parse(task.ends_at), zone)}</span> ${inScript(task.text)}</p>`)}
    ${shift.note ? html`<p>${inScript(shift.note)}</p>` : nothing}
    <a href="/api/v1/plan/shifts/${shift.id}/order/">${gettext("Patrol order")}</a>
  </li>`;
}

function draw() {
  const { notices, shifts, error } = state;
  render(
    html`<h1>${gettext("My shifts")}</h1>
      ${error ? html`<p class="message-box" role="alert">${error}</p>` : nothing}
      ${notices.length
        ? html`<section class="own-news" aria-labelledby="news-title">
            <h2 id="news-title">${fill(ngettext("%(n)s thing that you have not read", "%(n)s things that you have not read", notices.length), { n: notices.length })}</h2>
            <ul class="plan-history plan-form">${notices.map(noticeView)}</ul>
            <button type="button" class="primary" @click=${seen}>${gettext("I have read it")}</button>
          </section>`
        : nothing}
      <section aria-labelledby="shifts-title">
        <h2 id="shifts-title">${gettext("Published shifts")}</h2>
        ${shifts.length ? html`<ul class="own-shifts">${shifts.map(shiftView)}</ul><p><a href="/api/v1/plan/own/calendar/">${gettext("Take them into a calendar")}</a></p>` : html`<p class="dim">${gettext("No shift is published for you.")}</p>`}
      </section>`,
    root,
  );
}

whenSignedOut(() => location.assign("/sign-in/"));
root.replaceChildren();
void load();
