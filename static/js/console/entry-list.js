/** Calls that are being taken, above the queue: by whom, since when. A click goes into one: two may take one call. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { fill, gettext, inScript } from "../i18n.js";
import { desk } from "./desk.js";
import { entries } from "./entering.js";
import { kinds, typeName } from "./kinds.js";
import { may } from "./settings.js";

export function entryList() {
  const list = entries();
  if (list.length === 0) return nothing;
  return html`<ul class="entries" aria-label=${gettext("Calls being taken")}>
    ${repeat(list, (card) => card.id, row)}
  </ul>`;
}

/** @param {EntryCard} card */
function row(card) {
  const kind = kinds.get(card.type);
  const what = [kind ? typeName(kind) : "", inScript(card.place)].filter(Boolean).join(", ");
  const words = fill(gettext("being entered by %(name)s"), { name: inScript(card.begun_by.name) });
  const other = card.changed_by && card.changed_by.id !== card.begun_by.id ? inScript(card.changed_by.name) : "";
  return html`<li>
    <button class="plain" ?disabled=${!may("incident.edit")} @click=${() => desk.openEntry(card.id)}>
      <span class="words">${words}${other ? `, ${other}` : ""}</span>
      <elapsed-time from=${card.begun_at}></elapsed-time>
      ${what ? html`<span class="what">${what}</span>` : nothing}
    </button>
  </li>`;
}
