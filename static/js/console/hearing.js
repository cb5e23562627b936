/** Which news is heard: what is new since the picture was last whole, never what was there already. */

import { subscribe } from "../bus.js";
import { live } from "../live.js";
import { store } from "../store.js";
import { settings } from "./settings.js";
import { sound } from "./sounds.js";

/** @typedef {import("./sounds.js").SoundName} SoundName */

/** Older news, such as what comes after a tunnel, is shown and not heard. */
const FRESH_MS = 60_000;

/** Kinds of events that are heard once; what calls until somebody answers is in `alarm-sound.js`. @type {Record<string, SoundName>} */
const HEARD = {
  WatchAlarmRaised: "watch",
};

/** Urgent incidents that were there before, or were heard. @type {Set<Id>} */
const urgent = new Set();

/** @param {IncidentCard} card */
const isUrgent = (card) => card.priority === 1;

function remember() {
  for (const card of store.incidents.values()) if (isUrgent(card)) urgent.add(card.id);
}

/** @param {LiveEvent} event @returns {SoundName | undefined} */
function soundOf(event) {
  const isNew = event.upserts.incidents?.some((card) => isUrgent(card) && !urgent.has(card.id));
  if (isNew && event.by?.id !== settings.user.id) return "urgent";
  return HEARD[event.kind];
}

/** Begin to hear. */
export function startHearing() {
  subscribe(["incidents"], remember); // heard of after the events of the moment have been witnessed
  live.witness((event) => {
    const heard = soundOf(event);
    if (heard && Date.now() - Date.parse(event.recorded_at) < FRESH_MS) sound(heard);
  });
}
