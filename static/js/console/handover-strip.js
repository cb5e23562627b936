/** Offers from other centres, and own ones that came back: below the top bar until they are answered; nothing hides them. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { fill, gettext, inScript } from "../i18n.js";
import { chime } from "./alarm-sound.js";
import { accept, isIncoming, noteReturn, refuse, waitingHandovers } from "./handover.js";
import { typeName } from "./kinds.js";
import { may } from "./settings.js";
import { View } from "./view.js";

const REMIND_MS = 10_000;

class HandoverStrip extends View {
  static topics = /** @type {const} */ (["handovers", "incidents"]);

  /** Those that have been heard. @type {Set<string>} */
  #heard = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #reminding;

  connectedCallback() {
    super.connectedCallback();
    this.#reminding = setInterval(() => waitingHandovers().some(isIncoming) && chime(), REMIND_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#reminding);
  }

  updated() {
    const now = new Set(waitingHandovers().map((card) => `${card.id} ${card.status}`));
    if ([...now].some((one) => !this.#heard.has(one))) chime();
    this.#heard = now;
  }

  render() {
    return repeat(
      waitingHandovers(),
      (card) => card.id,
      (card, index) => (isIncoming(card) ? incoming(card, index === 0) : returned(card, index === 0)),
    );
  }
}

/**
 * @param {HandoverCard} card
 * @param {boolean} isFirst
 */
function incoming(card, isFirst) {
  const words = fill(gettext("%(centre)s offers %(incident)s"), { centre: inScript(card.from_board.name), incident: card.number });
  return html`<section class="handover-row" role="alert" aria-label=${words}>
    <span class="priority p${card.priority}">${card.priority}</span>
    <b>${words}</b>
    <span class="what"
      >${typeName(card.type)}, ${inScript(card.place)}${card.place_detail ? `, ${inScript(card.place_detail)}` : ""}${card.summary
        ? ` · ${inScript(card.summary)}`
        : ""}</span
    >
    ${card.text ? html`<span class="what">„${inScript(card.text)}“</span>` : nothing}
    <span class="dim">${gettext("call")} <elapsed-time from=${card.received_at}></elapsed-time></span>
    <span>${gettext("answer within")} <until-time class="mono" due=${card.expires_at}></until-time></span>
    <span class="spring"></span>
    ${may("dispatch.assign")
      ? html`<button class="primary" @click=${() => void accept(card)}>${isFirst ? html`<kbd>F4</kbd> ` : nothing}${gettext("accept")}</button>
          <button @click=${() => void refuse(card)}>${gettext("refuse")}…</button>`
      : nothing}
  </section>`;
}

/**
 * @param {HandoverCard} card
 * @param {boolean} isFirst
 */
function returned(card, isFirst) {
  const values = { centre: inScript(card.to_board.name), incident: card.number, reason: inScript(card.reason) };
  const words =
    card.status === "refused"
      ? fill(gettext("%(centre)s refused %(incident)s: %(reason)s"), values)
      : fill(gettext("%(centre)s did not answer for %(incident)s: it is still here"), values);
  return html`<section class="handover-row back" role="alert" aria-label=${words}>
    <span class="priority p${card.priority}">${card.priority}</span>
    <b>${words}</b>
    <span class="what">${typeName(card.type)}, ${inScript(card.place)}</span>
    <span class="spring"></span>
    ${may("incident.edit")
      ? html`<button @click=${() => void noteReturn(card)}>${isFirst ? html`<kbd>F4</kbd> ` : nothing}${gettext("noted, open it")}</button>`
      : nothing}
  </section>`;
}

customElements.define("handover-strip", HandoverStrip);
