/** Says to the server which alarms this page has shown, once each: so that a commander can prove that alarms arrive. */

import { ApiError, pageName, tell } from "../api.js";
import { serverNow } from "../clock.js";

/** @type {Set<Id>} */
const told = new Set();

/**
 * These alarms are on the screen now.
 * @param {readonly AlarmCard[]} alarms
 */
export function shown(alarms) {
  for (const alarm of alarms) {
    if (told.has(alarm.id)) continue;
    told.add(alarm.id);
    tell(`alarms/${alarm.id}/shown/`, { page: pageName, at: new Date(serverNow()).toISOString() }).catch((error) => {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 0) told.delete(alarm.id); // no answer at all: again with the next drawing
    });
  }
}
