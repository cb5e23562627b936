/** Two incidents beside each other, before they become one: what differs is set apart, how far and how long apart they are is said. */

import { html, nothing } from "lit";

import { timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { typeName } from "./kinds.js";
import { metresBetween } from "./metres.js";
import { callers, distance, incidentStatus, minutes } from "./words.js";

/**
 * @param {IncidentCard} from
 * @param {IncidentCard} into the one that stays
 */
export function sideBySide(from, into) {
  const apart = (Date.parse(into.received_at) - Date.parse(from.received_at)) / 1000;
  const metres = from.location && into.location ? metresBetween(at(from.location), at(into.location)) : null;
  return html`<p class="dim">
      ${metres === null ? gettext("distance not known") : fill(gettext("%(distance)s apart"), { distance: distance(metres) })} ·
      ${fill(gettext("calls %(time)s apart"), { time: minutes(Math.abs(apart)) })}
    </p>
    <div class="side-by-side">${one(from, into, gettext("goes up in the other"))} ${one(into, from, gettext("stays"))}</div>`;
}

/** @param {LonLat} point */
const at = ([lon, lat]) => ({ lon, lat });

/**
 * @param {IncidentCard} card
 * @param {IncidentCard} other
 * @param {string} fate
 */
function one(card, other, fate) {
  const units = store.activeOn(card.id).map((job) => job.call_sign);
  /** @type {[string, string][]} */
  const lines = [
    [typeName(card.type), typeName(other.type)],
    [inScript(card.place), inScript(other.place)],
    [inScript(card.place_detail), inScript(other.place_detail)],
    [inScript(card.summary), inScript(other.summary)],
  ];
  return html`<section class=${fate === gettext("stays") ? "stays" : ""} aria-label=${card.number}>
    <h3><span class="priority p${card.priority}">${card.priority}</span> <span class="mono">${card.number}</span></h3>
    <p class="dim">${fate}</p>
    ${lines.map(([text, theirs]) => (text ? html`<p class=${text === theirs ? "" : "differs"}>${text}</p>` : nothing))}
    <p class="dim">${incidentStatus(card.status)} · ${gettext("received")} ${timeOfDay(card.received_at)} · ${callers(card.callers)}</p>
    ${units.length ? html`<p class="mono">${units.join(", ")}</p>` : nothing}
  </section>`;
}
