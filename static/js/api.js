/**
 * Requests to the server. A command carries a key that makes a repeat harmless: where the network fails, the same command
 * is sent again under the same key until an answer comes. Nothing is shown as done before that answer; the wait is shown.
 */

import { changed } from "./bus.js";
import { cookie } from "./cookies.js";
import { gettext } from "./i18n.js";

const ROOT = "/api/v1/";
const TIMEOUT_MS = 10_000;
const PAUSES_MS = [400, 800, 1600, 3200, 5000, 5000, 5000, 5000];
const TRANSIENT = new Set([502, 503, 504]);

/** A refusal, or no answer at all (`status` 0). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, message?: string, field?: string | null, state?: any, errors?: any[]}} body
   */
  constructor(status, body) {
    super(body.message || gettext("The server gave no answer."));
    this.status = status;
    this.code = body.code ?? "unknown";
    this.field = body.field ?? null;
    this.state = body.state ?? null;
    this.errors = body.errors ?? [];
  }
}

/** @typedef {{label: string, since: number, tries: number, isQuiet: boolean}} Pending */

/** Commands that wait for their answer, by key. @type {Map<string, Pending>} */
export const pending = new Map();

/** Called when the server says that nobody is signed in. */
let onSignedOut = () => {};

/** @param {() => void} callback */
export function whenSignedOut(callback) {
  onSignedOut = callback;
}

/**
 * Read something. Not repeated: whoever asks, knows when to ask again.
 * @param {string} path below /api/v1/
 * @param {{query?: Record<string, string | number | null | undefined>, signal?: AbortSignal, timeoutMs?: number}} [options]
 * @returns {Promise<any>}
 */
export async function read(path, { query = {}, signal, timeoutMs = TIMEOUT_MS } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await request(`${path}${given.length ? `?${search}` : ""}`, {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  return answer(response);
}

/**
 * Send a command until it is answered.
 * @param {string} path below /api/v1/
 * @param {unknown} body
 * @param {{label: string, method?: "POST" | "PUT" | "PATCH" | "DELETE", isQuiet?: boolean}} options `label` says in words
 *   what waits; `isQuiet`: only once the wait is long
 * @returns {Promise<any>}
 */
export async function command(path, body, { label, method = "POST", isQuiet = false }) {
  const key = newKey();
  const entry = { label, since: Date.now(), tries: 1, isQuiet };
  pending.set(key, entry);
  changed("commands");
  try {
    return await untilAnswered(() => send(path, body, method, key), entry);
  } finally {
    pending.delete(key);
    changed("commands");
  }
}

/**
 * Tell the server something that nobody waits for, until it is answered.
 * @param {string} path below /api/v1/
 * @param {unknown} body
 */
export async function tell(path, body) {
  const key = newKey();
  return untilAnswered(() => send(path, body, "POST", key), { label: "", since: Date.now(), tries: 1, isQuiet: true });
}

/**
 * @param {() => Promise<any>} attempt
 * @param {Pending} entry
 */
async function untilAnswered(attempt, entry) {
  for (const pause of PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.status === 0 || TRANSIENT.has(error.status))) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    entry.tries += 1;
    changed("commands");
  }
  return attempt();
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {string} method
 * @param {string} key
 */
async function send(path, body, method, key) {
  const response = await request(path, {
    method,
    body: JSON.stringify(body),
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      "X-CSRFToken": cookie("patrulja_csrf"),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return answer(response);
}

/**
 * @param {string} path
 * @param {RequestInit} options
 */
async function request(path, options) {
  try {
    return await fetch(ROOT + path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, { code: "no_answer" });
  }
}

/** @param {Response} response */
async function answer(response) {
  if (response.status === 204) return null;
  const body = await response.json().catch((/** @type {unknown} */ error) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    if (response.ok) throw new ApiError(0, { code: "no_answer" }); // it broke off on the way: nothing is known
    return {};
  });
  if (response.ok) return body;
  const error = new ApiError(response.status, body);
  if (response.status === 401 || error.code === "not_authenticated") onSignedOut();
  throw error;
}

/** What this page calls itself, for as long as it is open. */
export const pageName = newKey();

/** A random version 4 UUID; `crypto.randomUUID` is missing on plain http in a local network. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
