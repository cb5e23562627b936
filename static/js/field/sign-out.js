/** Leaving the device to somebody else: what is kept of the job is erased, what is not sent stays. */

import { html } from "lit";

import { cookie } from "../cookies.js";
import { gettext } from "../i18n.js";
import { eraseNow } from "./state.js";

export function signOutForm() {
  return html`<form class="part" method="post" action="/sign-out/" @submit=${leave}>
    <input type="hidden" name="csrfmiddlewaretoken" />
    <button class="big">${gettext("Sign out")}</button>
  </form>`;
}

/** @param {SubmitEvent} event */
async function leave(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  await eraseNow();
  const token = form.elements.namedItem("csrfmiddlewaretoken");
  if (token instanceof HTMLInputElement) token.value = cookie("patrulja_csrf");
  form.submit();
}
