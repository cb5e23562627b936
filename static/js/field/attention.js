/** Draws the officer's attention: to a new job, what comes in, and being asked whether all is well. */

import { chime } from "../console/alarm-sound.js";

/** @typedef {import("./state.js").FieldState} FieldState */

const SHAKE_MS = [200, 100, 200];

/** The welfare timer for which attention was drawn. */
let asked = 0;

/**
 * Sound and shake when the new state holds something that the old one did not.
 * @param {FieldState | null} before
 * @param {FieldState} now
 */
export function notice(before, now) {
  if (!before || before.user.id !== now.user.id) return;
  const known = new Set(before.messages.map((one) => one.id));
  const isNewJob = now.job !== null && now.job.assignment.id !== before.job?.assignment.id;
  const isNewNote = now.job !== null && !isNewJob && now.job.notes.length > (before.job?.notes.length ?? 0);
  const isNewMessage = now.messages.some((one) => one.from_unit === null && !known.has(one.id));
  if (isNewJob || isNewNote || isNewMessage) draw();
}

/** The officer is asked whether all is well: once for each timer. @param {Id} timer */
export function askedFor(timer) {
  if (asked === timer) return;
  asked = timer;
  draw();
}

function draw() {
  navigator.vibrate?.(SHAKE_MS);
  chime();
}
