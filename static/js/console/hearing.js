/** Which news is heard: what is new since the picture was last whole, never what was there already. */

import { live } from "../live.js";
import { sound } from "./sounds.js";

/** @typedef {import("./sounds.js").SoundName} SoundName */

/** Older news, such as what comes after a tunnel, is shown and not heard. */
const FRESH_MS = 60_000;

/** Kinds of events that are heard once; what calls until somebody answers is in `alarm-sound.js`. @type {Record<string, SoundName>} */
const HEARD = {
  WatchAlarmRaised: "watch",
};

/** @type {Set<Id>} */
const urgentHeard = new Set();

/** @param {LiveEvent} event @returns {SoundName | undefined} */
function soundOf(event) {
  const urgent = event.upserts.incidents?.find((card) => card.priority === 1 && !urgentHeard.has(card.id));
  if (urgent) {
    urgentHeard.add(urgent.id);
    return "urgent";
  }
  return HEARD[event.kind];
}

/** Begin to hear. */
export function startHearing() {
  live.witness((event) => {
    const heard = soundOf(event);
    if (heard && Date.now() - Date.parse(event.recorded_at) < FRESH_MS) sound(heard);
  });
}
