/**
 * Where the device is: watched while the unit is on a shift, kept on the disk, sent in batches. What waits is bounded:
 * beyond it every second one of the older positions is given up. Nothing that an officer entered is among them.
 */

import { changed } from "../bus.js";
import { serverNow } from "../clock.js";
import { add, countOf, firstOf, remove, thin } from "./database.js";
import { post } from "./sending.js";

const EVERY_MS = 5000;
const BATCH = 200;
const SEND_EVERY_MS = 10_000;
const MOST_KEPT = 6000;
const ASK_AFTER_MS = 15_000;
/** @type {PositionOptions} */
const OPTIONS = { enableHighAccuracy: true, maximumAge: 0 };

/**
 * The last place, whether the device tells it at all, and how many positions are not sent.
 * @type {{here: LonLat | null, accuracy_m: number | null, at: number, trouble: string, waiting: number}}
 */
export const place = { here: null, accuracy_m: null, at: 0, trouble: "", waiting: 0 };

/** @type {{id: number, asking: number} | null} */
let watch = null;
let keptAt = 0;
let sentAt = 0;
let isSending = false;

/**
 * Watch for this person's unit; stop without one.
 * @param {Id | null} user
 * @param {Id | null} unit
 */
export function watchFor(user, unit) {
  if (watch !== null && (user === null || unit === null)) {
    navigator.geolocation.clearWatch(watch.id);
    window.clearInterval(watch.asking);
    watch = null;
  }
  if (user === null || unit === null) return;
  if (crew.user !== user) void countOf("fixes", user).then((count) => (place.waiting = count));
  crew = { user, unit };
  if (watch !== null || !navigator.geolocation) return;
  watch = {
    id: navigator.geolocation.watchPosition(seen, failed, OPTIONS),
    asking: window.setInterval(askWhenSilent, ASK_AFTER_MS),
  };
}

/** A device that stands still may tell nothing for minutes; the dispatcher would take its place for an old one. */
function askWhenSilent() {
  if (serverNow() - place.at < ASK_AFTER_MS) return;
  navigator.geolocation.getCurrentPosition(seen, failed, { ...OPTIONS, timeout: ASK_AFTER_MS });
}

/** @param {GeolocationPositionError} error */
function failed(error) {
  tell(error.message);
}

let crew = { user: 0, unit: 0 };

/**
 * A fix is taken now (`maximumAge` 0): the corrected clock says when. Receivers are known to bear times of another age.
 * @param {GeolocationPosition} found
 */
async function seen({ coords }) {
  const { longitude: lon, latitude: lat, accuracy, heading, speed } = coords;
  const now = serverNow();
  place.here = [lon, lat];
  place.accuracy_m = Number.isFinite(accuracy) ? accuracy : null;
  place.at = now;
  tell("");
  if (Math.abs(now - keptAt) < EVERY_MS) return;
  keptAt = now;
  const at = new Date(now).toISOString();
  const known = (/** @type {number | null} */ value) => (value !== null && Number.isFinite(value) ? value : null);
  const { user, unit } = crew;
  await add("fixes", {
    user,
    fix: { unit, lon, lat, at, accuracy_m: known(accuracy), heading_deg: known(heading), speed_mps: known(speed) },
  });
  place.waiting = await countOf("fixes", user);
  if (place.waiting > MOST_KEPT) await thin("fixes", user, MOST_KEPT / 2);
}

/** @param {string} trouble */
function tell(trouble) {
  place.trouble = trouble;
  changed("field");
}

/** Send what is kept of this person, who has just been seen to be signed in. @param {Id} user */
export async function sendFixes(user) {
  if (isSending || Date.now() - sentAt < SEND_EVERY_MS) return;
  isSending = true;
  sentAt = Date.now();
  try {
    for (;;) {
      const rows = await firstOf("fixes", user, BATCH);
      if (!rows.length) return;
      const answer = await post("/gps/fixes/", { fixes: rows.map((row) => row.fix) });
      if (answer.status !== 200 && answer.status !== 400) return;
      await remove("fixes", rows.map((row) => row.id));
      place.waiting = await countOf("fixes", user);
    }
  } finally {
    isSending = false;
  }
}
