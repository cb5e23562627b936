/** What it is and what to do: the selected incident. While a call is taken, the form of the call stands here instead. */

import { html, nothing } from "lit";

import { duration } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { offer as handOver, handoverOf, withdraw } from "./handover.js";
import * as incidentActions from "./incident-actions.js";
import { desk } from "./desk.js";
import { typeName } from "./kinds.js";
import { known } from "./known.js";
import { needsUnits, startedAt, stoppedAt } from "./order.js";
import { proposal } from "./proposal.js";
import "./incident-fields.js";
import { jobs } from "./jobs.js";
import { questions } from "./questions.js";
import { split } from "./split.js";
import { may } from "./settings.js";
import { timeline } from "./timeline.js";
import { View } from "./view.js";
import { incidentStatus } from "./words.js";

class IncidentPanel extends View {
  static topics = /** @type {const} */ (["incidents", "assignments", "units", "handovers", "desk", "detail", "skills"]);

  render() {
    if (desk.isTakingCall) return html`<call-form></call-form>`;
    const { card } = desk;
    if (!card) return html`<p class="empty">${gettext("Choose an incident, or take a call with C.")}</p>`;
    return html`<article class="scroll" aria-labelledby="incident-title">
      ${head(card)} ${desk.isEditing && may("incident.edit") ? html`<incident-fields></incident-fields>` : nothing} ${known()} ${callsOf()} ${questions(card)} ${desk.trouble ? html`<p class="notice refused">${desk.trouble}</p>` : nothing}
      ${jobs(card)} ${needsUnits(card) || store.activeOn(card.id).length === 0 ? proposal(card) : nothing} ${timeline(desk.timeline)}
    </article>`;
  }
}

/** @param {IncidentCard} card */
function head(card) {
  const { target } = card;
  return html`<header class="incident-head">
    <p class="line">
      <span class="mono dim number">${card.number}</span>
      <span class="dim">${incidentStatus(card.status)}</span>
      <span class="spring"></span>
      <span class="mono ${target ? "" : "dim"}"
        ><elapsed-time from=${startedAt(card)} until=${stoppedAt(card) ?? nothing} due=${target?.due_at ?? nothing}></elapsed-time
        >${target ? html`<span class="dim"> / ${duration(target.seconds)}</span>` : nothing}</span
      >
    </p>
    <h2 id="incident-title"><span class="priority p${card.priority}">${card.priority}</span> ${typeName(card.type)}</h2>
    <p>
      ${inScript(card.place) || html`<span class="warning">${gettext("place not known")}</span>`}${card.place_detail
        ? html`, ${inScript(card.place_detail)}`
        : nothing}
    </p>
    ${card.summary ? html`<p class="dim summary">${inScript(card.summary)}</p>` : nothing}
    ${offered(card)} ${may("incident.edit") ? tools(card) : nothing}
  </header>`;
}

/** It is offered to another centre: to whom, how long yet, and the way back. @param {IncidentCard} card */
function offered(card) {
  const offer = handoverOf(card.id);
  if (!offer) return nothing;
  return html`<p class="offered">
    <span>${fill(gettext("offered to %(centre)s"), { centre: inScript(offer.to_board.name) })}</span>
    <until-time class="mono" due=${offer.expires_at}></until-time>
    ${may("incident.edit") ? html`<button class="plain" @click=${() => void withdraw(offer)}>${gettext("withdraw")}</button>` : nothing}
  </p>`;
}

/** @param {IncidentCard} card */
function tools(card) {
  /** @type {[string, string, () => void][]} */
  const list = [
    ["E", gettext("change"), () => desk.edit(true)],
    ["N", gettext("note"), () => document.querySelector("command-line")?.begin("n ")],
    ["R", gettext("regrade"), () => void incidentActions.regrade(card)],
    ["X", gettext("close"), () => void incidentActions.close(card)],
    ["Q", gettext("cancel"), () => void incidentActions.cancel(card)],
  ];
  if (!handoverOf(card.id)) list.push(["P", gettext("hand over"), () => void handOver(card)]);
  list.push(["", gettext("merge"), () => document.querySelector("command-line")?.begin("merge #")]);
  return html`<p class="tools">
    ${list.map(([key, name, run]) => html`<button class="plain" @click=${run}>${key ? html`<kbd>${key}</kbd> ` : nothing}${name}</button>`)}
  </p>`;
}

function callsOf() {
  const calls = desk.detail?.calls ?? [];
  if (calls.length === 0) return nothing;
  return html`<section class="part" aria-labelledby="calls-title">
    <h3 class="part-head" id="calls-title">${gettext("Callers")}</h3>
    <ul class="calls">
      ${calls.map(
        (call) => html`<li>
          <span>${inScript(call.caller_name) || gettext("unnamed")}</span>
          <span class="mono dim">${call.phone}</span>
          ${calls.length > 1 && may("incident.edit")
            ? html`<button class="plain" @click=${() => desk.card && void split(desk.card, call)}>${gettext("split off")}…</button>`
            : nothing}
          ${call.text && call.text !== desk.card?.summary ? html`<span class="dim">${inScript(call.text)}</span>` : nothing}
        </li>`,
      )}
    </ul>
  </section>`;
}

customElements.define("incident-panel", IncidentPanel);
