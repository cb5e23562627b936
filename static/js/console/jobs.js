/** Who is on the selected incident: each assignment with its next step. A digit goes to it, Enter does the step. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { gettext } from "../i18n.js";
import { store } from "../store.js";
import { advance } from "./actions.js";
import { desk } from "./desk.js";
import { signOf } from "./order.js";
import { may } from "./settings.js";
import { signIcon } from "./signs.js";
import { jobStatus, step, stepsAfter, usualStep } from "./words.js";

/** @param {IncidentCard} card */
export function jobs(card) {
  const active = store.activeOn(card.id);
  if (active.length === 0) return nothing;
  return html`<section class="part" aria-labelledby="jobs-title">
    <h3 class="part-head" id="jobs-title">${gettext("Patrols on it")}</h3>
    <ul class="jobs">
      ${repeat(
        active,
        (job) => job.id,
        (job, index) => row(job, index + 1),
      )}
    </ul>
  </section>`;
}

/**
 * Go to the nth assignment of the selected incident.
 * @param {number} n from 1
 */
export function focusJob(n) {
  const job = desk.incident === null ? undefined : store.activeOn(desk.incident)[n - 1];
  if (job) /** @type {HTMLElement | null} */ (document.querySelector(`#job-${job.id} button`))?.focus();
}

/**
 * @param {AssignmentCard} job
 * @param {number} n
 */
function row(job, n) {
  const unit = store.units.get(job.unit);
  const sign = unit?.call_sign ?? job.call_sign;
  return html`<li class="job" id="job-${job.id}" tabindex="-1" @keydown=${moveInRow}>
    <kbd>${n}</kbd>
    ${unit ? signIcon(signOf(unit)) : nothing}
    <span class="mono call-sign">${sign}</span>
    <span class="doing">${jobStatus(job.status)} <elapsed-time class="dim" from=${since(job) ?? nothing}></elapsed-time></span>
    <span class="eta">${arrival(job)}</span>
    ${may("dispatch.assign") ? buttons(job, sign) : nothing}
  </li>`;
}

/** @param {AssignmentCard} job */
function arrival(job) {
  if (job.on_scene_at || !job.eta_at) return nothing;
  return html`<span class="dim">${gettext("arrives in")}</span>
    <span class="mono">${job.eta_source === "straight" ? "~" : ""}<until-time due=${job.eta_at}></until-time></span>`;
}

/** When the present status began. @param {AssignmentCard} job */
function since(job) {
  return job.action_taken_at ?? job.on_scene_at ?? job.en_route_at ?? job.acknowledged_at ?? job.dispatched_at;
}

/**
 * The usual next step first, then the other ways on and the ways out.
 * @param {AssignmentCard} job
 * @param {string} sign
 */
function buttons(job, sign) {
  const usual = usualStep(job.status);
  const later = stepsAfter(job.status).filter((status) => status !== usual && status !== "acknowledged");
  /** @param {string} status @param {string} text @param {string} kind */
  const button = (status, text, kind) =>
    html`<button class=${kind} @click=${() => void advance(job, status)}>
      ${text}<span class="visually-hidden">, ${sign}</span>
    </button>`;
  return html`<span class="steps">
    ${usual ? button(usual, `→ ${step(usual)}`, "next") : nothing}
    <span class="more">
      ${later.map((status) => button(status, step(status), ""))} ${button("cancelled", gettext("call off"), "")}
    </span>
  </span>`;
}

/** Arrows go from step to step; Escape, as everywhere, back to the queue. @param {KeyboardEvent} event */
function moveInRow(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const list = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  const at = list.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  event.preventDefault();
  list[Math.min(list.length - 1, Math.max(0, at + step))]?.focus();
}

/** Whether a button of the mouse, a finger or a pen is down. */
let pressed = false;

/**
 * The row that holds the focus shows all its steps, the others the next one only. While something is pressed nothing
 * folds or unfolds: what lies below must stay under the pointer until it is let go.
 */
function unfold() {
  if (pressed) return;
  const own = document.activeElement?.closest(".job");
  for (const row of document.querySelectorAll(".job")) row.classList.toggle("unfolded", row === own);
}

/** @param {boolean} down */
const press = (down) => () => {
  pressed = down;
  if (!down) setTimeout(unfold); // the click comes first
};

addEventListener("pointerdown", press(true), true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, press(false), true);
addEventListener("keydown", () => (pressed = false), true); // a menu of the browser swallows the release
addEventListener("focusin", unfold);
addEventListener("focusout", (event) => {
  if (!event.relatedTarget) unfold(); // else what gets the focus says so, and must not be hidden before
});
