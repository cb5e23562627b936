/** Messages with the operations centre: what came in, read by being opened; what was written here, with who has read it. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { press } from "./queue.js";
import { post } from "./sending.js";
import { readHere, waitingOf } from "./standing.js";
import { known } from "./state.js";

/** Messages that the server was told have come. @type {Set<Id>} */
const delivered = new Set();

let isReading = false;

const user = () => known.state?.user.id ?? 0;

/** @param {MessageCard} card */
const isRead = (card) => card.by.id === user() || card.receipts.some((one) => one.user === user() && one.read_at);

/** What came in and was not opened by this person. */
export function unreadMessages() {
  const here = readHere();
  return (known.state?.messages ?? []).filter((card) => card.from_unit === null && !isRead(card) && !here.has(card.id));
}

/** Say what has come to this device; best effort, for opening it says so too. */
export async function tellDelivered() {
  const { state, link } = known;
  if (!state || link !== "live") return;
  const own = (/** @type {MessageCard} */ card) => card.receipts.some((one) => one.user === state.user.id);
  const fresh = state.messages.filter((card) => card.from_unit === null && !own(card) && !delivered.has(card.id)).map((card) => card.id);
  if (!fresh.length) return;
  for (const id of fresh) delivered.add(id);
  const answer = await post("/api/v1/messages/receipts/", { delivered: fresh }, { person: state.user.id });
  if (answer.status !== 200) for (const id of fresh) delivered.delete(id);
}

/** They are before the officer's eyes now. */
export async function readAll() {
  const read = unreadMessages().map((card) => card.id);
  if (!read.length || isReading) return;
  isReading = true;
  await press({ user: user(), path: "messages/receipts/", body: { read }, kind: "receipt", label: gettext("Messages read") });
  isReading = false;
}

/** The list, the newest first, below the form. */
export function messagesView() {
  const own = waitingOf("message").toReversed();
  const cards = [...(known.state?.messages ?? [])].sort((a, b) => b.id - a.id);
  return html`<section class="part" aria-labelledby="messages-title">
    <h1 id="messages-title">${gettext("Messages")}</h1>
    <form class="note" @submit=${write}>
      <label for="message">${gettext("To the operations centre")}</label>
      <textarea id="message" name="text" rows="2" maxlength="1000" required></textarea>
      <button class="big primary">${gettext("Send")}</button>
    </form>
    ${own.length || cards.length ? nothing : html`<p class="dim">${gettext("No messages in this shift yet.")}</p>`}
    <ol class="notes messages">
      ${repeat(
        own,
        (item) => item.key,
        (item) => html`<li><time>${timeOfDay(item.at)}</time> <span>${String(item.body.text)} <span class="pending">${gettext("not sent yet")}</span></span></li>`,
      )}
      ${repeat(cards, (card) => card.id, line)}
    </ol>
  </section>`;
}

/** @param {MessageCard} card */
function line(card) {
  const isOwn = card.from_unit !== null;
  const reader = card.receipts.find((one) => one.read_at && one.call_sign === null);
  return html`<li class=${isOwn ? "own" : "from-centre"}>
    <time datetime=${card.at}>${timeOfDay(card.at)}</time>
    <span>
      <b>${isOwn ? card.call_sign : gettext("Centre")}</b> <span class="dim">${inScript(card.by.name)}</span><br />
      ${inScript(card.text)}
      ${isOwn
        ? html`<br /><span class="dim"
              >${reader
                ? fill(gettext("read by %(name)s, %(time)s"), { name: inScript(reader.name), time: timeOfDay(reader.read_at ?? "") })
                : gettext("sent; nobody has read it yet")}</span
            >`
        : nothing}
    </span>
  </li>`;
}

/** @param {SubmitEvent} event */
async function write(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const text = String(new FormData(form).get("text")).trim();
  const unit = known.state?.unit?.id;
  if (!text || !unit) return;
  await press({ user: user(), path: "messages/", body: { text, unit }, kind: "message", label: gettext("Message to the centre") });
  form.reset();
}
