/** One request of a kept command: the same key and the same body each time, so that a repeat does nothing twice. */

import { cookie } from "../cookies.js";

const TIMEOUT_MS = 15_000;

/** @typedef {{status: number, body: any}} Answer `status` 0 where there was none */

/** A random version 4 UUID; `crypto.randomUUID` is missing on plain http in a local network. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/**
 * @param {string} address
 * @param {unknown} body
 * @param {{key?: string, person?: Id}} [marks] `person`: refused if somebody else is signed in by now
 * @returns {Promise<Answer>}
 */
export async function post(address, body, { key, person } = {}) {
  try {
    const response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": cookie("patrulja_csrf"),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(person ? { "X-Person": String(person) } : {}),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: await response.json().catch(() => ({})) };
  } catch {
    return { status: 0, body: {} };
  }
}

/** Whether the same request may do better later: no answer, nobody signed in, too many at once, a server in trouble. @param {number} status */
export const isForLater = (status) => status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
