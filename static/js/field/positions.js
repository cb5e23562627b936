/** Where the device is: watched while the unit is on a shift, kept on the disk, sent in batches. */

import { changed } from "../bus.js";
import { serverNow } from "../clock.js";
import { add, firstOf, remove } from "./database.js";
import { post } from "./sending.js";

const EVERY_MS = 5000;
const BATCH = 200;
const SEND_EVERY_MS = 10_000;

/** The last place, and whether the device tells it at all. @type {{here: LonLat | null, at: number, trouble: string}} */
export const place = { here: null, at: 0, trouble: "" };

/** @type {number | null} */
let watch = null;
let sentAt = 0;
let isSending = false;

/**
 * Watch for this person's unit; stop without one.
 * @param {Id | null} user
 * @param {Id | null} unit
 */
export function watchFor(user, unit) {
  if (watch !== null && (user === null || unit === null)) {
    navigator.geolocation.clearWatch(watch);
    watch = null;
  }
  if (user === null || unit === null) return;
  crew = { user, unit };
  if (watch !== null || !navigator.geolocation) return;
  watch = navigator.geolocation.watchPosition(seen, (error) => tell(error.message), {
    enableHighAccuracy: true,
    maximumAge: 0,
  });
}

let crew = { user: 0, unit: 0 };

/** @param {GeolocationPosition} found */
async function seen({ coords, timestamp }) {
  const { longitude: lon, latitude: lat, accuracy, heading, speed } = coords;
  const isFirst = place.here === null;
  place.here = [lon, lat];
  tell("");
  if (!isFirst && timestamp - place.at < EVERY_MS) return;
  place.at = timestamp;
  const at = new Date(timestamp + serverNow() - Date.now()).toISOString();
  const known = (/** @type {number | null} */ value) => (value !== null && Number.isFinite(value) ? value : null);
  await add("fixes", {
    user: crew.user,
    fix: { unit: crew.unit, lon, lat, at, accuracy_m: known(accuracy), heading_deg: known(heading), speed_mps: known(speed) },
  });
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
    }
  } finally {
    isSending = false;
  }
}
