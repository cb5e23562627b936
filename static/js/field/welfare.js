/** "Are you all right?": asked when the server's timer is due, also without a network; answered with one press. */

import { html, nothing } from "lit";

import { onTick, serverNow, timeOfDay } from "../clock.js";
import { changed } from "../bus.js";
import { fill, gettext } from "../i18n.js";
import { askedFor } from "./attention.js";
import { press } from "./queue.js";
import { waitingOf } from "./standing.js";
import { known } from "./state.js";

/** The timer that asks now and has no answer yet. */
function due() {
  const welfare = known.state?.unit ? known.state.welfare : null;
  if (!welfare || (welfare.stage === "running" && Date.parse(welfare.due_at) > serverNow())) return null;
  const isAnswered = waitingOf("welfare").some((item) => item.path === pathOf(welfare.id));
  return isAnswered ? null : welfare;
}

/** @param {Id} timer */
const pathOf = (timer) => `welfare/${timer}/answer/`;

let wasDue = false;

/** Look every second whether it is time. */
export function watchWelfare() {
  onTick(() => {
    const welfare = due();
    if (welfare) askedFor(welfare.id);
    if (Boolean(welfare) !== wasDue) changed("field");
    wasDue = Boolean(welfare);
  });
}

export function welfarePrompt() {
  const welfare = due();
  if (!welfare) return nothing;
  return html`<section class="box notice welfare" role="alert">
    <h2>${gettext("Are you all right?")}</h2>
    <p>${fill(gettext("Asked at %(time)s. Without an answer the centre will look for you."), { time: timeOfDay(welfare.due_at) })}</p>
    <button class="big primary wide" @click=${() => void answer(welfare.id)}>${gettext("I am all right")}</button>
  </section>`;
}

/** @param {Id} timer */
async function answer(timer) {
  const user = known.state?.user.id ?? 0;
  await press({ user, path: pathOf(timer), body: {}, kind: "welfare", label: gettext("I am all right") });
}
