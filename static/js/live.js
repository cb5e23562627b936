/**
 * The board, live: a snapshot, then events over a socket in the order of their numbers.
 *
 * A gap is repaired by asking for what came after the last number; where that is too old, by a new snapshot. Heartbeats
 * carry the newest number, so a silent loss shows within seconds. While there is no socket, the log is polled. The state
 * says honestly how old the picture is.
 */

import { ApiError, pageName, read } from "./api.js";
import { changed } from "./bus.js";
import { learnServerTime, serverNow } from "./clock.js";
import { store } from "./store.js";

/** @typedef {"connecting" | "live" | "catching_up" | "polling" | "stale" | "signed_out" | "forbidden"} State */

const POLL_MS = 2000;
const SNAPSHOT_WHILE_POLLING_MS = 15_000;
const FIRST_PAUSE_MS = 500;
/** A console that was away must be right again within seconds, however long it was away. */
const LONGEST_PAUSE_MS = 2000;
/** A socket that does not open within this hangs in a network that was broken: another may get through at once. */
const OPENING_MS = 2500;
/** A question that hangs in a broken network must not keep the next one waiting. */
const POLL_TIMEOUT_MS = 2500;
const MISSED_HEARTBEATS = 2.5;
const SLEPT_MS = 10_000;

class Live {
  /** @type {State} */
  state = "connecting";
  /** When news last came, in the server's milliseconds. */
  freshAt = 0;
  #board = 0;
  /** @type {WebSocket | null} */
  #socket = null;
  #heardAt = 0;
  #heartbeatMs = 2000;
  #pauseMs = FIRST_PAUSE_MS;
  /** @type {Map<number, LiveEvent>} */
  #early = new Map();
  /** @type {Promise<void> | null} */
  #repair = null;
  /** Whether the last question had no answer. */
  #isAway = false;
  #snapshotAt = 0;
  #lastWatch = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reconnecting;
  /** @type {((event: LiveEvent) => void)[]} */
  #witnesses = [];

  /**
   * Show a board, from now on.
   * @param {Id} board
   */
  start(board) {
    this.#board = board;
    setInterval(() => this.#watch(), 1000);
    setInterval(() => this.#poll(), POLL_MS);
    addEventListener("online", () => this.#connect());
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#watch());
    void this.#begin();
  }

  /**
   * Be told of each event after it was applied.
   * @param {(event: LiveEvent) => void} witness
   */
  witness(witness) {
    this.#witnesses.push(witness);
  }

  /** Ask for what may have been missed, such as after a command while the socket is down. */
  async catchUp() {
    if (this.#socket?.readyState !== WebSocket.OPEN) await this.#fetchMissed();
  }

  /** Stop for good: the session or the right is gone, and with it the picture. @param {"signed_out" | "forbidden"} why */
  end(why) {
    this.#become(why);
    clearTimeout(this.#reconnecting);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    store.clear();
  }

  get #ended() {
    return this.state === "signed_out" || this.state === "forbidden";
  }

  /** Without a snapshot nothing is true yet: ask until there is one, and only then listen. */
  async #begin() {
    for (let pause = FIRST_PAUSE_MS; !store.board && !this.#ended; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      await this.#snapshot();
      if (!store.board) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#connect();
  }

  // --- the socket ---

  #connect() {
    if (this.#ended || !store.board || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    clearTimeout(this.#reconnecting);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/boards/${this.#board}/?after=${store.seq}&page=${pageName}`);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#hear(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket === this.#socket) this.#lost(code);
    });
  }

  /** @param {number} code */
  #lost(code) {
    this.#socket = null;
    if (this.#ended) return;
    if (code === 4401) return this.end("signed_out");
    if (code === 4403 || code === 4404) return this.end("forbidden");
    this.#become("stale");
    const pause = this.#pauseMs * (0.75 + Math.random() / 2);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    this.#reconnecting = setTimeout(() => this.#connect(), pause);
    void this.#poll();
  }

  /** @param {SocketMessage} message */
  #hear(message) {
    this.#heardAt = Date.now();
    switch (message.type) {
      case "hello":
        this.#pauseMs = FIRST_PAUSE_MS;
        this.#heartbeatMs = message.heartbeat_s * 1000;
        learnServerTime(message.now);
        this.#fresh(message.head, "live");
        break;
      case "event":
        this.#accept(message);
        break;
      case "positions":
        learnServerTime(message.now);
        store.move(message.positions);
        break;
      case "heartbeat":
        learnServerTime(message.now);
        this.#fresh(message.head, message.news);
        break;
      case "resync":
        void this.#snapshot().then(() => this.#socket?.send(JSON.stringify({ type: "resume", after: store.seq })));
        break;
      case "bye":
      case "pong":
        break;
    }
  }

  /**
   * News came: the board's newest event is `head`. Behind it, say so, and repair what did not come by itself. With "none"
   * the server itself cannot look at the rows: it is there, and what it tells may be old.
   * @param {number} head
   * @param {"live" | "polling" | "none"} news
   */
  #fresh(head, news) {
    if (news === "none") return this.#become("stale");
    this.freshAt = serverNow();
    if (head <= store.seq) return this.#become(news);
    this.#become("catching_up");
    const before = store.seq;
    setTimeout(() => store.seq === before && store.seq < head && void this.#fetchMissed(), 300);
  }

  /** @param {LiveEvent} event */
  #accept(event) {
    if (event.seq <= store.seq) return;
    this.#early.set(event.seq, event);
    for (let next; (next = this.#early.get(store.seq + 1)); ) this.#apply(next);
    if (this.#early.size > 0) void this.#fetchMissed();
    else if (this.state === "catching_up") this.#become("live");
  }

  /** @param {LiveEvent} event */
  #apply(event) {
    store.apply(event);
    this.freshAt = serverNow();
    for (const seq of this.#early.keys()) if (seq <= event.seq) this.#early.delete(seq);
    for (const witness of this.#witnesses) witness(event);
  }

  // --- repair over HTTP ---

  #fetchMissed() {
    this.#repair ??= this.#missed().finally(() => (this.#repair = null));
    return this.#repair;
  }

  async #missed() {
    try {
      for (let complete = false; !complete; ) {
        /** @type {EventPage} */
        const page = await read(`boards/${this.#board}/events/`, {
          query: { after: store.seq },
          timeoutMs: POLL_TIMEOUT_MS,
        });
        for (const event of page.events) if (event.seq === store.seq + 1) this.#apply(event);
        complete = page.complete || page.events.length === 0;
      }
      this.freshAt = serverNow();
      this.#become(this.#socket?.readyState === WebSocket.OPEN ? "live" : "polling");
      this.#reached();
    } catch (error) {
      if (error instanceof ApiError && error.status === 410) return this.#snapshot();
      this.#failed(error);
    }
  }

  /** The network is back: no pause has to be waited for. Where it was there all along, pauses hold. */
  #reached() {
    const wasAway = this.#isAway;
    this.#isAway = false;
    if (!wasAway) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#connect();
  }

  async #snapshot() {
    try {
      /** @type {Snapshot} */
      const snapshot = await read(`boards/${this.#board}/snapshot/`);
      learnServerTime(snapshot.now);
      this.#snapshotAt = Date.now();
      this.#early.clear();
      store.load(snapshot);
      this.freshAt = serverNow();
      this.#reached();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return this.end("forbidden");
    this.#isAway = true;
    if (!this.#ended && this.#socket?.readyState !== WebSocket.OPEN) this.#become("stale");
  }

  async #poll() {
    if (this.#ended || !store.board || this.#socket?.readyState === WebSocket.OPEN || this.#repair) return;
    if (Date.now() - this.#snapshotAt > SNAPSHOT_WHILE_POLLING_MS) {
      await this.#snapshot();
      if (Date.now() - this.#snapshotAt < POLL_MS && !this.#ended) this.#become("polling");
      return;
    }
    await this.#fetchMissed();
  }

  // --- the watchdog ---

  #watch() {
    const slept = Date.now() - this.#lastWatch > SLEPT_MS;
    this.#lastWatch = Date.now();
    if (this.#ended) return;
    if (!this.#socket) {
      if (slept) this.#connect();
      return;
    }
    const patienceMs = this.#socket.readyState === WebSocket.CONNECTING ? OPENING_MS : MISSED_HEARTBEATS * this.#heartbeatMs;
    if (Date.now() - this.#heardAt <= patienceMs && !slept) return;
    const socket = this.#socket;
    this.#lost(0);
    socket.close();
  }

  /** @param {State} state */
  #become(state) {
    if (this.#ended || this.state === state) return;
    this.state = state;
    changed("live");
  }
}

export const live = new Live();
