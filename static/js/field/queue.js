/**
 * What was pressed and is not at the server yet. What follows an incident that was entered here, and that the server does
 * not know yet, refers to it by `@ref` until it has its number. It is written to the disk before it is shown; it belongs to the person
 * who pressed it and is sent only while that person is signed in, one after the other, in the order of the presses.
 * What the server refuses stays, with the reason, until the person has chosen what becomes of it.
 */

import { changed } from "../bus.js";
import { serverNow } from "../clock.js";
import { gettext } from "../i18n.js";
import { add, all, put, remove, removeOf } from "./database.js";
import { isForLater, newKey, post } from "./sending.js";

const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];

/**
 * @typedef {"step" | "status" | "note" | "outcome" | "sign_off" | "on_view" | "message" | "receipt" | "backup" | "backup_withdrawal" | "welfare"} Kind
 * @typedef {object} Item
 * @property {number} id grows with each press
 * @property {Id} user
 * @property {string} key
 * @property {string} path below /api/v1/
 * @property {Record<string, unknown>} body
 * @property {Kind} kind
 * @property {string} label what was pressed, in words
 * @property {Iso} at when it was pressed
 * @property {string} ref by which what follows refers to it
 * @property {Id | string | null} assignment
 * @property {"waiting" | "refused"} state
 * @property {string} [reason] why it was refused, in words
 * @property {string} [code]
 */

/** @type {Item[]} of all people, in order */
let items = [];
/** @type {Id | null} who is signed in, as far as the server has said */
let owner = null;
let isSending = false;
let isWanted = false;
let tries = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {(item: Item, answer: any) => unknown} */
let onSent = () => {};
/** @type {() => unknown} */
let onAnswered = () => {};

export async function openQueue() {
  items = await all("queue");
  document.addEventListener("visibilitychange", sendNow);
  changed("field");
}

/** @param {(item: Item, answer: any) => unknown} sent @param {() => unknown} answered after some were */
export function whenSent(sent, answered) {
  onSent = sent;
  onAnswered = answered;
}

/** The server has said who is signed in; null: nobody. @param {Id | null} user */
export function belongsTo(user) {
  const isNew = owner !== user;
  owner = user;
  if (isNew) sendNow();
}

/** What of one person is not sent. @param {Id} user */
export const unsent = (user) => items.filter((item) => item.user === user);

/** How many items of others wait on this device. @param {Id | undefined} user */
export const ofOthers = (user) => items.filter((item) => item.user !== user).length;

/** Erase what of one person is not sent. @param {Id} user */
export async function forgetUnsent(user) {
  await removeOf("queue", user);
  items = items.filter((item) => item.user !== user);
  changed("field");
}

/**
 * Keep a command; it is on the disk when this resolves.
 * @param {Pick<Item, "user" | "path" | "body" | "kind" | "label"> & {assignment?: Id | string | null, at?: Iso}} pressed
 */
export async function press(pressed) {
  const at = pressed.at ?? new Date(serverNow()).toISOString();
  /** @type {Omit<Item, "id">} */
  const row = { assignment: null, ...pressed, key: newKey(), ref: newKey(), at, state: "waiting" };
  if (row.kind !== "sign_off") row.body = { ...row.body, occurred_at: at };
  const id = await add("queue", row);
  items = [...items, { ...row, id }];
  changed("field");
  sendNow();
}

/**
 * Try a refused command once more, as a new one: with the time at which it was pressed.
 * @param {Item} item
 * @param {Record<string, unknown>} [otherwise] what to say differently
 */
export async function retry(item, otherwise = {}) {
  const body = { ...item.body, ...otherwise };
  Object.assign(item, { body, state: "waiting", key: newKey(), reason: undefined, code: undefined });
  await put("queue", { ...item });
  changed("field");
  sendNow();
}

/** Let a refused command go. @param {Item} item */
export async function drop(item) {
  await forgetItem(item);
  sendNow();
}

/** @param {Item} item */
async function forgetItem(item) {
  await remove("queue", [item.id]);
  items = items.filter((one) => one.id !== item.id);
  changed("field");
}

export function sendNow() {
  clearTimeout(timer);
  tries = 0;
  void sendAll();
}

/** Send what waits, in order; stop where there is no answer. Two pages of one browser take turns. */
async function sendAll() {
  isWanted = true;
  if (isSending) return;
  isSending = true;
  let count = 0;
  try {
    while (isWanted) {
      isWanted = false;
      count += navigator.locks ? await navigator.locks.request("patrulja-field-queue", sendInTurn) : await sendInTurn();
    }
  } finally {
    isSending = false;
  }
  if (count) await onAnswered();
}

/** Returns how many were answered. */
async function sendInTurn() {
  let count = 0;
  items = await all("queue");
  changed("field");
  for (let item = next(); item; item = next()) {
    if (item.path.includes("@")) {
      await refuse(item, { message: gettext("The incident that it belongs to has not been accepted."), code: "no_incident" });
      continue;
    }
    const answer = await post(`/api/v1/${item.path}`, item.body, { key: item.key, person: item.user });
    if (isForLater(answer.status)) {
      later();
      break;
    }
    tries = 0;
    count += 1;
    if (answer.status < 300) {
      if (item.kind === "on_view") await nameWhatFollows(item.ref, answer.body);
      await onSent(item, answer.body);
      await forgetItem(item);
    } else if (item.kind === "receipt") await forgetItem(item);
    else await refuse(item, answer.body);
  }
  return count;
}

/** @param {Item} item @param {{message?: string, code?: string}} why */
async function refuse(item, why) {
  Object.assign(item, { state: "refused", reason: why.message, code: why.code });
  await put("queue", { ...item });
  changed("field");
}

/**
 * The incident entered here has its number now: what follows it may be sent. The incident itself is forgotten only after
 * this; a page closed between finds it again, sends it again under the same key, and comes here again.
 * @param {string} ref
 * @param {{incident: IncidentCard, assignment: AssignmentCard | null}} answer
 */
async function nameWhatFollows(ref, { incident, assignment }) {
  const names = { [`incidents/@${ref}/`]: `incidents/${incident.id}/`, [`assignments/@${ref}/`]: assignment && `assignments/${assignment.id}/` };
  for (const item of items) {
    const [from] = item.path.match(/^\w+\/@[^/]+\//) ?? [""];
    if (!names[from]) continue;
    item.path = item.path.replace(from, names[from]);
    if (item.assignment === `@${ref}`) item.assignment = assignment?.id ?? null;
    await put("queue", { ...item });
  }
}

/** What is to be sent next. A sign-off waits until nothing else of the person is left. */
function next() {
  const own = items.filter((item) => item.user === owner);
  const first = own.find((item) => item.state === "waiting");
  return first?.kind === "sign_off" && own.some((item) => item.id < first.id) ? undefined : first;
}

function later() {
  timer = setTimeout(() => void sendAll(), PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
  tries += 1;
}
