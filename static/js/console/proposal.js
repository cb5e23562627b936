/** Whom to send: the recommendation with its reasons, and those left out, each with why. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { changed } from "../bus.js";
import { duration } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { skillNames } from "../skills.js";
import { store } from "../store.js";
import { sendUnits } from "./actions.js";
import { desk } from "./desk.js";
import { signOf } from "./order.js";
import { may } from "./settings.js";
import { signIcon } from "./signs.js";
import { distance, patrolsNeeded, unitStatus } from "./words.js";

/** Reasons that the eye must not pass over. */
const WARNED = new Set(["pre_empts", "stale_fix", "leaves_sector", "other_area"]);
/** Reasons that others say better: what is broken off stands with its place, what nobody brings above all. */
const SAID_ELSEWHERE = new Set(["pre_empts", "skills"]);
/** Reasons that need no line of their own until somebody asks for all. */
const PLAIN = new Set(["farther", "on_this_incident"]);
const SHOWN_FREE = 5;
const SHOWN_CONDITIONAL = 2;
const SHOWN_LEFT_OUT = 3;

/** Whether all that were left out are shown, for as long as somebody wants it. */
let isAllShown = false;

/** The proposal, when it is for the selected incident and not of another time. */
function current() {
  return desk.proposal && desk.proposal.incident === desk.incident ? desk.proposal : null;
}

/** Units that are proposed for the selected incident and can still be sent, the first to arrive first. */
export function proposed() {
  const found = current();
  const going = found?.combination.units ?? [];
  return going.flatMap((id) => found?.units.filter((unit) => unit.unit === id && canStillGo(unit)) ?? []);
}

/** Whether it is still as it was when it was proposed: free, or on the job that it would break off. @param {Suggestion} offer */
function canStillGo(offer) {
  const job = store.activeOf(offer.unit);
  return job ? job.id === offer.breaks_off?.assignment : true;
}

/** What is offered for a unit on the selected incident, if anything. @param {Id} unit */
export function offerOf(unit) {
  return current()?.units.find((one) => one.unit === unit);
}

/** Send those proposed. */
export async function sendProposed() {
  const { card } = desk;
  const units = proposed().map((suggestion) => suggestion.unit);
  if (!card || !may("dispatch.assign")) return;
  if (units.length === 0) return desk.say("refused", gettext("Nobody is proposed for this incident."));
  await sendUnits(units, card.id);
}

/** @param {IncidentCard} card */
export function proposal(card) {
  if (!may("dispatch.assign")) return nothing;
  const found = current();
  const count = proposed().length;
  return html`<section class="part" aria-labelledby="proposal-title">
    <h3 class="part-head" id="proposal-title">
      ${gettext("Proposal")} <span class="spring"></span>
      ${count > 0
        ? html`<button class="plain" @click=${sendProposed}><kbd>D</kbd> ${count > 1 ? gettext("send them") : gettext("send it")}</button>`
        : nothing}
    </h3>
    ${body(card, found)}
  </section>`;
}

/**
 * @param {IncidentCard} card
 * @param {Recommendation | null} found
 */
function body(card, found) {
  if (!card.location) return html`<p class="empty">${gettext("No place, no proposal: set the place first.")}</p>`;
  if (!found) return html`<p class="empty">${gettext("Looking for the nearest patrols …")}</p>`;
  const best = found.units.filter((unit) => unit.recommended);
  const free = found.units.filter((unit) => !unit.recommended && !unit.conditional).slice(0, Math.max(2, SHOWN_FREE - best.length));
  const conditional = found.units.filter((unit) => !unit.recommended && unit.conditional).slice(0, SHOWN_CONDITIONAL);
  const last = found.combination.last_eta_s;
  return html`
    ${found.routing === "straight"
      ? html`<p class="hint warning">${gettext("Routing is down: times are estimated in a straight line.")}</p>`
      : nothing}
    ${found.units.length === 0 ? html`<p class="empty warning">${gettext("No patrol can be sent now.")}</p>` : nothing}
    ${shortfall(found)}
    <ul class="proposal">
      ${repeat([...best, ...free, ...conditional], (unit) => unit.unit, (unit) => suggestion(unit, last))}
    </ul>
    ${leftOut(found)}
  `;
}

/** What the best combination does not bring. @param {Recommendation} found */
function shortfall({ combination, units }) {
  const { lacking, missing_skills: skills } = combination;
  const words = [];
  if (lacking > 0 && units.length > 0) words.push(patrolsNeeded(lacking));
  if (skills.length > 0) words.push(fill(gettext("nobody brings: %(skills)s"), { skills: skillNames(skills) }));
  return words.length === 0 ? nothing : html`<p class="hint warning">${gettext("Not enough:")} ${words.join(" · ")}</p>`;
}

/** Those who are left out, each with why; the plain ones only when somebody asks. @param {Recommendation} found */
function leftOut({ left_out: all }) {
  const telling = all.filter((unit) => unit.reasons.some(({ code }) => !PLAIN.has(code)));
  const shown = isAllShown ? all : telling.slice(0, SHOWN_LEFT_OUT);
  const hidden = all.length - shown.length;
  return html`<ul class="proposal">
      ${repeat(shown, (unit) => unit.unit, left)}
    </ul>
    ${hidden > 0 || isAllShown
      ? html`<button class="plain all-left-out" aria-expanded=${isAllShown} @click=${toggleLeftOut}>
          ${isAllShown
            ? gettext("show fewer")
            : fill(ngettext("%(count)s more left out, with why", "%(count)s more left out, with why", hidden), { count: hidden })}
        </button>`
      : nothing}`;
}

function toggleLeftOut() {
  isAllShown = !isAllShown;
  changed("detail");
}

/**
 * @param {Suggestion} offer
 * @param {number | null} last when the last of the best combination is there, in seconds
 */
function suggestion(offer, last) {
  const unit = store.units.get(offer.unit);
  const plain = [unit ? unitStatus(unit.status) : "", inScript(unit?.sector)].filter(Boolean).join(" · ");
  const later = !offer.recommended && last !== null && offer.eta_s !== null ? offer.eta_s - last : 0;
  return html`<li
    class="offer ${offer.recommended ? "recommended" : ""} ${desk.unit === offer.unit ? "selected" : ""}"
    @click=${() => desk.selectUnit(offer.unit)}
  >
    ${unit ? signIcon(signOf(unit)) : nothing}
    <span class="mono call-sign">${offer.call_sign}</span>
    <span class="why">${plain}</span>
    <span class="eta mono" title=${offer.distance_m === null ? nothing : distance(offer.distance_m)}
      >${offer.eta_source === "straight" ? "~" : ""}${offer.eta_s === null ? "–" : duration(offer.eta_s)}</span
    >
    ${offer.recommended
      ? nothing
      : html`<button class="plain" @click=${(/** @type {Event} */ event) => sendOffer(event, offer.unit)}>
          ${gettext("send")}<span class="visually-hidden"> ${offer.call_sign}</span>
        </button>`}
    ${why(offer, later)}
  </li>`;
}

/**
 * What the dispatcher should know of it, on a line of its own.
 * @param {Suggestion} offer
 * @param {number} later than the last of the best combination, in seconds
 */
function why(offer, later) {
  const parts = offer.reasons
    .filter(({ code }) => !SAID_ELSEWHERE.has(code))
    .map(({ code, text }) => html`<span class=${WARNED.has(code) ? "warning" : ""}>${inScript(text)}</span>`);
  if (offer.breaks_off) parts.unshift(html`<span class="warning">${breaksOff(offer.breaks_off)}</span>`);
  if (later > 0) parts.push(html`<span>${fill(gettext("%(time)s later"), { time: duration(later) })}</span>`);
  return parts.length === 0 ? nothing : html`<span class="why reasons">${parts}</span>`;
}

/**
 * @param {Event} event
 * @param {Id} unit
 */
function sendOffer(event, unit) {
  event.stopPropagation();
  if (desk.incident !== null) void sendUnits([unit], desk.incident);
}

/** What it would break off, named. @param {NonNullable<Suggestion["breaks_off"]>} job */
function breaksOff(job) {
  const values = { number: job.number ?? gettext("another job"), priority: job.priority, place: inScript(job.place) };
  const words = job.place
    ? gettext("breaks off %(number)s, priority %(priority)s, %(place)s")
    : gettext("breaks off %(number)s, priority %(priority)s");
  return fill(words, values);
}

/** @param {LeftOut} out */
function left(out) {
  const unit = store.units.get(out.unit);
  return html`<li class="offer left-out">
    ${unit ? signIcon(signOf(unit)) : nothing}
    <span class="mono call-sign">${out.call_sign}</span>
    <span class="why">${gettext("left out:")} ${out.reasons.map((reason) => inScript(reason.text)).join(", ")}</span>
    <span class="eta mono">${out.eta_s === null ? "" : `${out.eta_source === "straight" ? "~" : ""}${duration(out.eta_s)}`}</span>
  </li>`;
}
