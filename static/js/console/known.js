/** What is known of the address: hazards, set apart by tone, each with its author and expiry; and what happened there before. */

import { html, nothing } from "lit";

import { ApiError, read } from "../api.js";
import { changed } from "../bus.js";
import { dateAndTime } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { desk } from "./desk.js";
import { typeName } from "./kinds.js";
import { hazardKind } from "./words.js";

/** What opened hazards say. Opening one leaves a trace, so it is done only when asked for. @type {Map<Id, string>} */
const opened = new Map();

export function known() {
  const { hazards = [], incidents = [] } = desk.known ?? {};
  return html`${hazards.map(hazard)} ${incidents.length ? earlier(incidents) : nothing}`;
}

/** Open the hazards of the selected incident's address. */
export async function openHazards() {
  for (const { id } of desk.known?.hazards ?? []) await open(id);
}

/** @param {Id} id */
async function open(id) {
  try {
    opened.set(id, (await read(`hazards/${id}/`)).text);
    changed("detail");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
  }
}

/** @param {Hazard} found */
function hazard(found) {
  const text = opened.get(found.id);
  return html`<section class="box hazard" aria-label=${gettext("Hazard at the address")}>
    <p>
      <b>${gettext("Hazard at the address")}: ${hazardKind(found.kind)}</b>${found.place_detail
        ? html`, ${inScript(found.place_detail)}`
        : nothing}
    </p>
    ${text ? html`<p>${inScript(text)}</p>` : nothing}
    <p class="line by">
      <span
        >${fill(gettext("Entered by %(author)s, valid until %(date)s"), {
          author: inScript(found.author),
          date: dateAndTime(found.expires_at),
        })}</span
      ><span class="spring"></span>
      ${text
        ? nothing
        : html`<button class="plain" @click=${() => void open(found.id)}><kbd>H</kbd> ${gettext("open")}</button>`}
    </p>
  </section>`;
}

/** @param {IncidentCard[]} incidents the newest first */
function earlier(incidents) {
  const [last] = incidents;
  const count = incidents.length;
  return html`<p class="earlier dim">
    ${fill(ngettext("%(count)s earlier incident here", "%(count)s earlier incidents here", count), { count })}:
    ${typeName(last.type)}, ${dateAndTime(last.received_at)}
  </p>`;
}
