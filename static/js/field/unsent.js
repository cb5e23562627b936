/** What is not sent: what waits, with its age; what was refused, with the reason and the choice. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { serverNow, timeOfDay } from "../clock.js";
import { fill, gettext, ngettext } from "../i18n.js";
import { place } from "./positions.js";
import { drop, retry } from "./queue.js";
import { mine } from "./standing.js";
import { ago } from "./words.js";

/** @typedef {import("./queue.js").Item} Item */

/** What the server refused: shown until the officer has chosen. */
export function refusals() {
  const refused = mine().filter((item) => item.state === "refused");
  return repeat(
    refused,
    (item) => item.id,
    (item) => html`<section class="box refused" role="alert">
      <h2>${gettext("Not accepted")}: ${item.label}</h2>
      <p>${item.reason} <span class="dim">${gettext("pressed")} ${timeOfDay(item.at)}</span></p>
      ${item.kind === "note" ? html`<p class="quoted">${String(item.body.text)}</p>` : nothing}
      ${item.kind === "message" ? html`<p class="quoted">${String(item.body.text)}</p>` : nothing}
      <p class="choices">
        ${item.kind === "on_view" && item.body.attend
          ? html`<button @click=${() => void retry(item, { attend: false })}>${gettext("Leave it to the centre")}</button>`
          : nothing}
        <button @click=${() => void retry(item)}>${gettext("Send again")}</button>
        <button @click=${() => void drop(item)}>${gettext("Let it go")}</button>
      </p>
    </section>`,
  );
}

/** The list behind the count. */
export function waitingList() {
  const items = mine().filter((item) => item.state === "waiting");
  return html`<section class="part" aria-labelledby="unsent-title">
    <h1 id="unsent-title">${gettext("Not sent yet")}</h1>
    ${items.length
      ? html`<ol class="notes">
          ${repeat(items, (item) => item.id, line)}
        </ol>`
      : html`<p class="dim">${gettext("Everything that you entered has been sent.")}</p>`}
    ${place.waiting ? html`<p class="dim positions">${positions(place.waiting)}</p>` : nothing}
  </section>`;
}

/** Positions are told apart: they are not what the officer entered. @param {number} count */
const positions = (count) =>
  fill(
    ngettext("Besides, %(count)s position waits to be sent.", "Besides, %(count)s positions wait to be sent.", count),
    { count },
  );

/** @param {Item} item */
function line(item) {
  const age = (serverNow() - Date.parse(item.at)) / 1000;
  return html`<li>
    <time datetime=${item.at}>${timeOfDay(item.at)}</time>
    <span>${item.label} <span class="dim">${ago(age)}</span></span>
  </li>`;
}
