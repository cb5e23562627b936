/** What the page knows: asked of the server every few seconds, kept on the device, shown with its age. */

import { changed } from "../bus.js";
import { learnServerTime, setTimeZone } from "../clock.js";
import { forget, keep, recall } from "./database.js";
import { notice } from "./attention.js";
import { contact, deviceKey } from "./device.js";
import { belongsTo, sendNow } from "./queue.js";

const EVERY_MS = 3000;
const SLOWEST_MS = 30_000;
const HIDDEN_MS = 20_000;
const TIMEOUT_MS = 10_000;
const KEY = "state";

/**
 * @typedef {{call_sign: string, unit: Id, status: string, eta_at: Iso | null, eta_source: string | null}} Colleague
 * @typedef {{id: Id, kind: string, place_detail: string, text: string, author: string, expires_at: Iso}} OpenedHazard
 * @typedef {{id: Id, type: {code: string, name: string}, priority: number, received_at: Iso, place_detail: string, status: string, disposition: string}} Earlier
 * @typedef {{id: Id, stage: string, due_at: Iso}} Welfare
 * @typedef {{id: Id, level: string, reason: string, status: string, requested_at: Iso, refusal: string | null}} Backup
 * @typedef {object} Job
 * @property {AssignmentCard} assignment
 * @property {IncidentCard} incident
 * @property {Call[]} calls
 * @property {OpenedHazard[]} hazards
 * @property {Earlier[]} earlier
 * @property {{disposition: string, text: string} | null} outcome
 * @property {TimelineEntry[]} notes
 * @property {Colleague[]} colleagues
 * @typedef {object} FieldState
 * @property {Iso} now
 * @property {Person} user
 * @property {Person | null} officer
 * @property {UnitCard | null} unit
 * @property {Id | null} shift
 * @property {Job | null} job
 * @property {MessageCard[]} messages
 * @property {Welfare | null} welfare
 * @property {Backup | null} backup
 */

/** @type {{state: FieldState | null, heardAt: number, link: "unknown" | "live" | "cut" | "signed_out" | "refused"}} */
export const known = { state: null, heardAt: 0, link: "unknown" };

let etag = "";
let failures = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Promise<void> | undefined} */
let asking;

/** Show what was kept, then ask. */
export async function openState() {
  const kept = await recall(KEY);
  if (kept) {
    known.state = { messages: [], welfare: null, backup: null, ...kept.state };
    known.heardAt = kept.heardAt;
    setTimeZone(kept.zone);
  }
  changed("field");
  addEventListener("online", () => void ask().then(sendNow)); // first who is signed in, and whether to erase
  addEventListener("offline", () => lost());
  document.addEventListener("visibilitychange", () => void ask());
  await ask();
}

/** Ask the server now, and go on asking. */
export async function ask() {
  clearTimeout(timer);
  asking ??= askOnce().finally(() => {
    asking = undefined;
  });
  await asking;
  clearTimeout(timer);
  const pause = document.hidden ? HIDDEN_MS : Math.min(EVERY_MS * 2 ** Math.min(failures, 4), SLOWEST_MS);
  timer = setTimeout(() => void ask(), pause);
}

async function askOnce() {
  /** @type {Response} */
  let response;
  try {
    response = await fetch("/api/v1/field/state/", {
      credentials: "same-origin",
      cache: "no-store",
      headers: { "X-Device": await deviceKey(), ...(etag ? { "If-None-Match": etag } : {}) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 200) await learn(await response.json(), response.headers.get("ETag") ?? "");
    else if (response.status === 304) await heard();
    else if (response.status === 401 || response.status === 403) {
      signedOut(response.status);
      await contact(eraseOf);
    }
    else lost();
  } catch {
    lost();
  }
  changed("field");
}

/** @param {FieldState} state @param {string} tag */
async function learn(state, tag) {
  learnServerTime(state.now);
  notice(known.state, state);
  known.state = state;
  etag = tag;
  await heard();
  belongsTo(state.user.id);
}

async function heard() {
  failures = 0;
  known.heardAt = Date.now();
  known.link = "live";
  const { state, heardAt } = known;
  if (state) await keep(KEY, { state, heardAt, zone: "Europe/Belgrade" });
}

function lost() {
  failures += 1;
  known.link = "cut";
  changed("field");
}

/** @param {number} status */
function signedOut(status) {
  failures += 1;
  known.link = status === 401 ? "signed_out" : "refused";
  etag = "";
  belongsTo(null);
}

/** What a command was answered with holds until the next state comes. @param {string} kind @param {any} answer */
export function learnAnswer(kind, answer) {
  const { state } = known;
  if (!state) return;
  const { job, unit } = state;
  if (kind === "on_view" && answer.assignment) {
    const nothing = { calls: [], hazards: [], earlier: [], outcome: null, notes: [], colleagues: [] };
    state.job = { assignment: answer.assignment, incident: answer.incident, ...nothing };
  }
  if (kind === "outcome" && job) job.outcome = { disposition: answer.data.disposition, text: answer.text };
  if (kind === "message") state.messages = [answer, ...state.messages.filter((one) => one.id !== answer.id)];
  if (kind === "receipt") state.messages = state.messages.map((one) => answer.find((/** @type {MessageCard} */ card) => card.id === one.id) ?? one);
  if (kind === "backup" || kind === "backup_withdrawal") state.backup = answer;
  if (kind === "welfare") state.welfare = answer.welfare;
  if (kind === "status" && unit?.id === answer.id) state.unit = answer;
  if (kind === "step" && job && job.assignment.id === answer.id) job.assignment.status = answer.status;
  if (kind === "note" && job && !job.notes.some((note) => note.id === answer.id)) job.notes.push(answer);
}

/** Erase what is known of the shift at once: the server has taken the sign-off. */
export async function eraseNow() {
  const nothing = { unit: null, shift: null, job: null, messages: [], welfare: null, backup: null };
  if (known.state) known.state = { ...known.state, ...nothing };
  etag = "";
  await forget(KEY);
  await forget("way");
  changed("field");
}

/** Erase what is known, if it is this person's: an administrator has ordered it. @param {Id} user */
async function eraseOf(user) {
  if (known.state && known.state.user.id !== user) return;
  known.state = null;
  known.heardAt = 0;
  await eraseNow();
}
