/** Says that a list is narrowed, to what, and how to see all of it again. */

import { html, nothing } from "lit";

import { fill, gettext } from "../i18n.js";
import { desk } from "./desk.js";

/**
 * @param {number} shown
 * @param {number} all
 */
export function filterNote(shown, all) {
  if (!desk.filter) return nothing;
  const values = { text: desk.filter, shown, all };
  return html`<p class="filter-note">
    <span>${fill(gettext("“%(text)s”: %(shown)s of %(all)s"), values)}</span><span class="spring"></span>
    <button class="plain" @click=${() => desk.find("")}><kbd>Esc</kbd> ${gettext("show all")}</button>
  </p>`;
}
