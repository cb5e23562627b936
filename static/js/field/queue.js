/**
 * What was pressed and is not at the server yet. It is written to the disk before it is shown; it belongs to the person
 * who pressed it and is sent only while that person is signed in, one after the other, in the order of the presses.
 * What the server refuses stays, with the reason, until the person has chosen what becomes of it.
 */

import { changed } from "../bus.js";
import { serverNow } from "../clock.js";
import { add, all, put, remove } from "./database.js";
import { isForLater, newKey, post } from "./sending.js";

const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];

/**
 * @typedef {object} Item
 * @property {number} id grows with each press
 * @property {Id} user
 * @property {string} key
 * @property {string} path below /api/v1/
 * @property {Record<string, unknown>} body
 * @property {"step" | "status" | "note" | "sign_off" | "on_view"} kind
 * @property {string} label what was pressed, in words
 * @property {Iso} at when it was pressed
 * @property {Id | null} assignment
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
  addEventListener("online", sendNow);
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

/**
 * Keep a command; it is on the disk when this resolves.
 * @param {Pick<Item, "user" | "path" | "body" | "kind" | "label"> & {assignment?: Id | null, at?: Iso}} pressed
 */
export async function press(pressed) {
  const at = pressed.at ?? new Date(serverNow()).toISOString();
  /** @type {Omit<Item, "id">} */
  const row = { assignment: null, ...pressed, key: newKey(), at, state: "waiting" };
  if (row.kind !== "sign_off") row.body = { ...row.body, [row.kind === "on_view" ? "received_at" : "occurred_at"]: at };
  const id = await add("queue", row);
  items = [...items, { ...row, id }];
  changed("field");
  sendNow();
}

/** Try a refused command once more, as a new one: with the time at which it was pressed. @param {Item} item */
export async function retry(item) {
  Object.assign(item, { state: "waiting", key: newKey(), reason: undefined, code: undefined });
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
    const answer = await post(`/api/v1/${item.path}`, item.body, { key: item.key, person: item.user });
    if (isForLater(answer.status)) {
      later();
      break;
    }
    tries = 0;
    count += 1;
    if (answer.status < 300) {
      await onSent(item, answer.body);
      await forgetItem(item);
    } else {
      Object.assign(item, { state: "refused", reason: answer.body.message, code: answer.body.code });
      await put("queue", { ...item });
      changed("field");
    }
  }
  return count;
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
