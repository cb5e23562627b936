/**
 * Several windows of one dispatcher are one console: what is looked at in one is looked at in all, a place that is clicked
 * on the map of one is the place of the call that is taken in another. Nothing of it leaves the browser.
 */

import { subscribe } from "../bus.js";
import { live } from "../live.js";
import { desk } from "./desk.js";
import { hidePanel, isHere, onlyPanel } from "./layout.js";
import { settings } from "./settings.js";

const ANSWER_MS = 400;
const channel = new BroadcastChannel(`patrulja.desk.${settings.board}.${settings.user.id}`);

/** @typedef {import("./desk.js").Look} Look */
/** @typedef {{hello: true} | {look: Look, isTakingCall: boolean} | {go: import("./desk.js").Goal} | {place: LonLat} | {call: string} | {opened: string} | {closed: string} | {ended: "signed_out" | "forbidden"}} Message */

/** What the others know of this window. */
let told = "";
/** Until another window has said what is looked at, or nobody is there to say it. */
let isNew = true;
/** Whether a goal came from another window and need not go back. */
let isRelayed = false;

/** @param {Message} message */
const post = (message) => channel.postMessage(message);

/** @returns {Look} */
const look = () => ({ incident: desk.incident, unit: desk.unit, spot: desk.spot, filter: desk.filter });

function tell() {
  const isTakingCall = desk.isTakingCall && isHere("incident");
  const now = JSON.stringify([look(), isTakingCall]);
  if (isNew || now === told) return;
  told = now;
  post({ look: look(), isTakingCall });
}

/** @param {Message} message */
function hear(message) {
  if ("hello" in message && !isNew) post({ look: look(), isTakingCall: desk.isTakingCall });
  if ("look" in message) {
    isNew = false;
    told = JSON.stringify([message.look, desk.isTakingCall && isHere("incident")]);
    desk.isCallElsewhere = message.isTakingCall;
    desk.follow(message.look);
  }
  if ("go" in message) {
    isRelayed = true;
    desk.goTo(message.go);
    isRelayed = false;
  }
  if ("place" in message) document.querySelector("call-form")?.setPlace(message.place);
  if ("call" in message && isHere("incident")) {
    desk.firstWords = message.call;
    desk.takeCall(true);
  }
  if ("opened" in message && !onlyPanel) hidePanel(message.opened, true);
  if ("ended" in message) live.end(message.ended);
  if ("closed" in message && !onlyPanel) hidePanel(message.closed, false);
}

/** What has ended here has ended in all windows: none goes on calling until the server has closed its socket, too. */
function tellEnd() {
  if (live.state === "signed_out" || live.state === "forbidden") post({ ended: live.state });
}

/** Somebody signs out: every window falls silent at once. */
export function signOut() {
  sessionStorage.clear();
  live.end("signed_out");
}

/** Join the other windows. */
export function startSession() {
  subscribe(["live"], tellEnd);
  channel.addEventListener("message", ({ data }) => hear(data));
  subscribe(["desk"], tell);
  addEventListener("console-go", (event) => {
    if (!isRelayed) post({ go: /** @type {CustomEvent} */ (event).detail });
  });
  post({ hello: true });
  setTimeout(() => (isNew = false), ANSWER_MS);
  if (!onlyPanel) return;
  post({ opened: onlyPanel });
  addEventListener("pagehide", () => post({ closed: onlyPanel }));
}

/** The place of the call that is taken in another window. @param {LonLat} place */
export const tellPlace = (place) => post({ place });

/** Take a call, here or in the window where its form is. @param {string} [words] */
export function takeCall(words = "") {
  if (!isHere("incident")) return post({ call: words });
  desk.firstWords = words;
  return desk.takeCall(true);
}

/** Open a panel in a window of its own; here it makes room. @param {string} name */
export function openWindow(name) {
  const opened = open(`/console/?board=${settings.board}&panel=${name}`, `patrulja-${name}`, "popup,width=1000,height=800");
  if (opened) hidePanel(name, true);
}
