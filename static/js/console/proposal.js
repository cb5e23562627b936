/** Whom to send: the recommendation with its reasons, and those left out, each with why. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { duration } from "../clock.js";
import { gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { sendUnits } from "./actions.js";
import { desk } from "./desk.js";
import { signOf } from "./order.js";
import { may } from "./settings.js";
import { signIcon } from "./signs.js";
import { distance, unitStatus } from "./words.js";

/** Reasons that the eye must not pass over. */
const WARNED = new Set(["pre_empts", "stale_fix"]);
/** Reasons that need no line of their own. */
const PLAIN = new Set(["farther", "on_this_incident"]);
const SHOWN_FREE = 5;
const SHOWN_CONDITIONAL = 2;
const SHOWN_LEFT_OUT = 4;

/** The proposal, when it is for the selected incident and not of another time. */
function current() {
  return desk.proposal && desk.proposal.incident === desk.incident ? desk.proposal : null;
}

/** Units that are proposed for the selected incident and can still be sent. */
export function proposed() {
  return (current()?.units ?? []).filter((unit) => unit.recommended && !store.activeOf(unit.unit));
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
  const free = found.units.filter((unit) => unit.recommended || !unit.conditional).slice(0, SHOWN_FREE);
  const conditional = found.units.filter((unit) => !free.includes(unit) && unit.conditional).slice(0, SHOWN_CONDITIONAL);
  const leftOut = found.left_out.filter((unit) => unit.reasons.some(({ code }) => !PLAIN.has(code)));
  return html`
    ${found.routing === "straight"
      ? html`<p class="hint warning">${gettext("Routing is down: times are estimated in a straight line.")}</p>`
      : nothing}
    ${found.units.length === 0 ? html`<p class="empty warning">${gettext("No patrol can be sent now.")}</p>` : nothing}
    <ul class="proposal">
      ${repeat([...free, ...conditional], (unit) => unit.unit, suggestion)}
      ${repeat(leftOut.slice(0, SHOWN_LEFT_OUT), (unit) => unit.unit, left)}
    </ul>
  `;
}

/** @param {Suggestion} offer */
function suggestion(offer) {
  const unit = store.units.get(offer.unit);
  const plain = [unit ? unitStatus(unit.status) : "", inScript(unit?.sector)].filter(Boolean).join(" · ");
  return html`<li class="offer ${offer.recommended ? "recommended" : ""}">
    ${unit ? signIcon(signOf(unit)) : nothing}
    <span class="mono call-sign">${offer.call_sign}</span>
    <span class="why"
      >${plain}${offer.reasons.map(
        ({ code, text }) => html` · <span class=${WARNED.has(code) ? "warning" : ""}>${inScript(text)}</span>`,
      )}</span
    >
    <span class="eta mono" title=${offer.distance_m === null ? nothing : distance(offer.distance_m)}
      >${offer.eta_source === "straight" ? "~" : ""}${offer.eta_s === null ? "–" : duration(offer.eta_s)}</span
    >
    ${offer.recommended
      ? nothing
      : html`<button class="plain" @click=${() => desk.incident !== null && sendUnits([offer.unit], desk.incident)}>
          ${gettext("send")}<span class="visually-hidden"> ${offer.call_sign}</span>
        </button>`}
  </li>`;
}

/** @param {LeftOut} out */
function left(out) {
  const unit = store.units.get(out.unit);
  return html`<li class="offer left-out">
    ${unit ? signIcon(signOf(unit)) : nothing}
    <span class="mono call-sign">${out.call_sign}</span>
    <span class="why">${gettext("left out:")} ${out.reasons.map((reason) => inScript(reason.text)).join(", ")}</span>
    <span class="eta mono">${out.eta_s === null ? "" : duration(out.eta_s)}</span>
  </li>`;
}
