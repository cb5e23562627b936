/** Who wants to know of what: topics change, subscribers hear of it once, after all changes of the moment are in. */

/** @typedef {() => void} Listener */

/** @type {Map<Topic, Set<Listener>>} */
const listeners = new Map();
/** @type {Set<Listener>} */
const waiting = new Set();

/**
 * Call `listener` after each change of any of `topics`. Returns how to leave.
 * @param {readonly Topic[]} topics
 * @param {Listener} listener
 * @returns {() => void}
 */
export function subscribe(topics, listener) {
  for (const topic of topics) {
    const heard = listeners.get(topic) ?? new Set();
    heard.add(listener);
    listeners.set(topic, heard);
  }
  return () => {
    for (const topic of topics) listeners.get(topic)?.delete(listener);
  };
}

/**
 * Say that `topics` have changed.
 * @param {...Topic} topics
 */
export function changed(...topics) {
  if (waiting.size === 0) queueMicrotask(tell);
  for (const topic of topics) for (const listener of listeners.get(topic) ?? []) waiting.add(listener);
}

function tell() {
  const now = [...waiting];
  waiting.clear();
  for (const listener of now) listener();
}
