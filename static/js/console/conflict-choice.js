/** Two people wrote one field: what the other wrote, when, and the choice between the two. */

import { html } from "lit";

import { timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";

/**
 * @param {{by: string, at: Iso}} written by whom the other value is, and since when
 * @param {{theirs: string, mine: string}} values in words
 * @param {{take: () => void, keep: () => void}} choose
 */
export function conflictChoice({ by, at }, { theirs, mine }, { take, keep }) {
  const values = { name: inScript(by), time: timeOfDay(at), value: theirs };
  return html`<div class="field-conflict" role="alert">
    <p>${fill(gettext("%(name)s wrote “%(value)s” at %(time)s."), values)}</p>
    <p class="choices">
      <button type="button" @click=${take}>${gettext("take it")}</button>
      <button type="button" @click=${keep}>${fill(gettext("keep mine: “%(value)s”"), { value: mine })}</button>
    </p>
  </div>`;
}
