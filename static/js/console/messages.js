/**
 * Messages with the patrols, as this console knows them: read once, then kept right by the events, which carry them whole.
 * What a patrol wrote is unread until somebody of the centre has read it.
 */

import { ApiError, command, read } from "../api.js";
import { changed, subscribe } from "../bus.js";
import { fill, gettext } from "../i18n.js";
import { live } from "../live.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { may, settings } from "./settings.js";
import { sound } from "./sounds.js";

const SHOWN = 100;
const REMIND_MS = 20_000;
const KINDS = new Set(["MessageSent", "MessageReceived"]);

/** The newest messages of the board, by id. @type {Map<Id, MessageCard>} */
const known = new Map();
/** The number of the newest event of the board that the messages are true of. */
let seq = 0;
let isReading = false;

/** Begin; call it once. */
export function startMessages() {
  live.witness((event) => {
    const isNext = event.seq === seq + 1;
    seq = event.seq;
    if (KINDS.has(event.kind)) take(/** @type {MessageCard} */ (event.data.card), event.kind === "MessageSent");
    if (!isNext) void load();
  });
  subscribe(["live"], () => {
    if (hasEnded()) return forget();
    if (store.seq !== seq && live.state !== "stale") void load();
    return undefined;
  });
  setInterval(() => unread().length > 0 && sound("message"), REMIND_MS);
}

const hasEnded = () => live.state === "signed_out" || live.state === "forbidden";

/** The session or the right is gone: nothing is shown any more, and nothing calls. */
function forget() {
  known.clear();
  changed("messages");
}

/** Read the newest anew: at the beginning, and after a gap that a snapshot has closed. */
async function load() {
  if (isReading || !may("unit.view")) return;
  isReading = true;
  try {
    seq = store.seq;
    const page = await read("messages/", { query: { board: settings.board, limit: SHOWN } });
    if (hasEnded()) return;
    for (const card of page.results) known.set(card.id, card);
    changed("messages");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  } finally {
    isReading = false;
  }
}

/** @param {MessageCard} card @param {boolean} isNew */
function take(card, isNew) {
  known.set(card.id, card);
  if (known.size > 2 * SHOWN) for (const id of [...known.keys()].sort((a, b) => a - b).slice(0, SHOWN)) known.delete(id);
  changed("messages");
  if (isNew && card.from_unit !== null) sound("message");
}

/** The messages known here, the newest first. */
export const messages = () => [...known.values()].sort((a, b) => b.id - a.id);

/** What patrols wrote and nobody of the centre has read, the oldest first. */
export const unread = () =>
  [...known.values()].filter((card) => card.from_unit !== null && !card.receipts.some((one) => one.read_at)).sort((a, b) => a.id - b.id);

/** Say that these were read here, by this person. @param {readonly MessageCard[]} cards */
export async function markRead(cards) {
  if (!cards.length || !may("unit.status")) return;
  await sending(() => command("messages/receipts/", { read: cards.map((card) => card.id) }, { label: gettext("reading") }));
}

/**
 * Send a text to patrols. True when it was sent.
 * @param {readonly Id[]} units
 * @param {string} text
 */
export function sendMessage(units, text) {
  const names = units.map((id) => store.units.get(id)?.call_sign ?? String(id)).join(", ");
  return send({ units, text }, names);
}

/** Send a text to all patrols on an incident. @param {Id} incident @param {string} text */
export function sendToIncident(incident, text) {
  return send({ incident, text }, store.incidents.get(incident)?.number ?? String(incident));
}

/** Send a text to all patrols of the board. @param {string} text */
export function sendToAll(text) {
  return send({ board: settings.board, text }, gettext("all patrols"));
}

/** @param {Record<string, unknown>} body @param {string} to */
function send(body, to) {
  const label = fill(gettext("message to %(units)s"), { units: to });
  return sending(async () => {
    const card = await command("messages/", body, { label });
    known.set(card.id, card);
    desk.say("done", fill(gettext("Message sent to %(units)s"), { units: to }));
    changed("messages");
  });
}

/** @param {() => Promise<unknown>} work */
async function sending(work) {
  try {
    await work();
    void live.catchUp();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
    return false;
  }
}
