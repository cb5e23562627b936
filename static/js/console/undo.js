/**
 * Taking back what was done last here, shortly after. What was done is kept in its order, also what cannot be taken back: an
 * earlier thing is never undone in the place of the last one. The server decides; it refuses where somebody has gone on.
 */

import { ApiError } from "../api.js";
import { changed } from "../bus.js";
import { serverNow, timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { desk } from "./desk.js";
import { settings } from "./settings.js";
import { jobStatus, timelineWords, unitStatus } from "./words.js";

const KEPT = 20;

/**
 * @typedef {object} Deed something done here
 * @property {string} what in words
 * @property {() => Promise<unknown>} [run] takes it back
 * @property {string} [why] why it cannot be taken back, where there is more to say than that
 * @property {string} [key] of things that are one when they follow each other, such as what is typed into one field
 */

/** Newest last. @type {(Deed & {at: number})[]} */
const deeds = [];

/** Keep in mind what was just done. @param {Deed} deed */
export function keepDeed(deed) {
  if (deed.key && deeds.at(-1)?.key === deed.key) deeds.pop();
  deeds.push({ ...deed, at: serverNow() });
  if (deeds.length > KEPT) deeds.shift();
  changed("desk");
}

/** What was done last here, if that is new enough to be taken back. */
export function lastDeed() {
  while (deeds.length > 0 && serverNow() - deeds[0].at > settings.undo_s * 1000) deeds.shift();
  return deeds.at(-1);
}

/** Whether a notice tells of what Z would take back. @param {string} text */
export function mayTakeBack(text) {
  const deed = lastDeed();
  return deed?.run !== undefined && deed.what === text;
}

/** What undoing would do, in words, and whether it can. */
export function undoing() {
  const deed = lastDeed();
  if (!deed) return { isPossible: false, say: gettext("nothing was done here in the last minutes that could be taken back") };
  const values = { what: deed.what };
  if (!deed.run) return { isPossible: false, say: [fill(gettext("“%(what)s” cannot be taken back"), values), deed.why].filter(Boolean).join("; ") };
  return { isPossible: true, say: fill(gettext("take back “%(what)s”"), values) };
}

/** Take back what was done last here. */
export async function undoLast() {
  const { isPossible, say } = undoing();
  const deed = lastDeed();
  if (!isPossible || !deed?.run) return desk.say("refused", say);
  deeds.pop();
  try {
    await deed.run();
    desk.say("done", fill(gettext("Taken back: %(what)s"), { what: deed.what }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 0) deeds.push(deed);
    desk.say("refused", [`${deed.what}: ${error.message}`, whatSince(error)].filter(Boolean).join(" "));
  } finally {
    void live.catchUp();
  }
  return undefined;
}

/** Who did what, and when, that stands in the way. @param {ApiError} error */
function whatSince({ code, state }) {
  if (code !== "somebody_went_on" || !state?.by) return "";
  const what = state.last_change ? timelineWords(state.last_change) : state.assignment || state.incident ? jobStatus(state.status) : unitStatus(state.status);
  return `(${inScript(state.by)}, ${timeOfDay(state.at)}: ${what})`;
}
