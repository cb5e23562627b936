/**
 * The emergency button: pressed for a second, taken back within three. It waits for nothing else: it is kept on the
 * disk and sent every second, past the queue, until the server has answered.
 */

import { html, nothing } from "lit";

import { changed } from "../bus.js";
import { onTick, serverNow, timeOfDay } from "../clock.js";
import { fill, gettext } from "../i18n.js";
import { forget, keep, recall } from "./database.js";
import { place } from "./positions.js";
import { isForLater, newKey, post } from "./sending.js";
import { ask, known } from "./state.js";

const HOLD_MS = 1000;
const UNDO_MS = 3000;
const AGAIN_MS = 1000;

/**
 * @typedef {{key: string, undoKey: string, user: Id, body: Record<string, unknown>, at: number, alarm: Id | null, isUndone: boolean, fault: string}} Call
 */

/** @type {Call | null} */
let call = null;
let isSending = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let holding;

const name = () => `emergency-${known.state?.user.id}`;

/** Go on with a call for help that was not answered before the page was closed. */
export async function openEmergency() {
  call = (await recall(name())) ?? null;
  if (call) void sendCall();
  onTick(() => {
    if (call) changed("field");
  });
}

function hold() {
  clearTimeout(holding);
  holding = setTimeout(() => void raise(), HOLD_MS);
}

const release = () => clearTimeout(holding);

async function raise() {
  const { state } = known;
  if (!state?.unit) return;
  navigator.vibrate?.(60);
  const now = serverNow();
  const at = new Date(now).toISOString();
  const position = place.here ? { lon: place.here[0], lat: place.here[1], at: new Date(place.at).toISOString() } : null;
  const body = { unit: state.unit.id, kind: "emergency", occurred_at: at, position };
  call = { key: newKey(), undoKey: newKey(), user: state.user.id, body, at: now, alarm: null, isUndone: false, fault: "" };
  changed("field");
  void sendCall();
  await keep(name(), call);
}

async function undo() {
  if (!call) return;
  call.isUndone = true;
  changed("field");
  await sendCall();
}

/** Until there is an answer: the call, then, where it was taken back, the withdrawal. */
async function sendCall() {
  if (isSending || !call) return;
  isSending = true;
  try {
    while (call && (call.alarm === null || call.isUndone)) {
      if (!(await sendOnce(call))) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  } finally {
    isSending = false;
    changed("field");
  }
}

/** Whether the server has answered. @param {Call} sent */
async function sendOnce(sent) {
  const { user: person } = sent;
  if (sent.alarm === null) {
    const answer = await post("/api/v1/alarms/", sent.body, { key: sent.key, person });
    if (isForLater(answer.status)) return false;
    if (answer.status >= 300) return end(answer.body.message);
    sent.alarm = answer.body.id;
    await keep(name(), sent);
    void ask();
    return true;
  }
  const answer = await post(`/api/v1/alarms/${sent.alarm}/withdraw/`, {}, { key: sent.undoKey, person });
  if (isForLater(answer.status)) return false;
  sent.isUndone = false;
  if (answer.status >= 300) sent.fault = answer.body.message;
  else await end("");
  void ask();
  return true;
}

/** @param {string} fault */
async function end(fault) {
  call = fault && call ? { ...call, alarm: 0, fault } : null;
  await forget(name());
  changed("field");
  return true;
}

/** The button in its corner. */
export function emergencyButton() {
  return html`<button
    class="emergency-button"
    aria-label=${gettext("Emergency: hold for one second")}
    @pointerdown=${hold}
    @pointerup=${release}
    @pointerleave=${release}
    @pointercancel=${release}
    @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
    @keydown=${(/** @type {KeyboardEvent} */ event) => (event.key === "Enter" || event.key === " ") && !event.repeat && hold()}
    @keyup=${release}
  >
    ★
  </button>`;
}

/** What has become of the call for help. */
export function emergencyNotice() {
  const raised = known.state?.unit?.status === "emergency";
  if (call?.alarm && !raised && serverNow() - call.at > 4 * UNDO_MS) void end("");
  if (!call) return raised ? html`<p class="box refused">${gettext("Your emergency stands until the centre has resolved it.")}</p>` : nothing;
  const values = { time: timeOfDay(call.at) };
  const words =
    call.alarm === null ? gettext("Emergency of %(time)s: not sent yet, trying every second") : gettext("Emergency of %(time)s: sent");
  const left = UNDO_MS - (serverNow() - call.at);
  return html`<section class="box refused called" aria-live="off">
    <h2>${call.fault || fill(words, values)}</h2>
    ${left > 0 && !call.isUndone
      ? html`<p class="choices"><button class="big" @click=${() => void undo()}>${gettext("Take it back")}</button></p>`
      : nothing}
  </section>`;
}
