/** How somebody likes the lists: kept in this browser, the same in all its windows. */

import { changed } from "../bus.js";

/** @typedef {"priority" | "age" | "target"} QueueOrder */
/** @typedef {import("./order.js").Grouping} Grouping */

const ORDERS = ["priority", "age", "target"];
const GROUPINGS = ["sector", "station", "status"];
const QUEUE_ORDER = "patrulja.queue-order";
const GROUPING = "patrulja.grouping";

/**
 * @template {string} Value
 * @param {string} key
 * @param {readonly string[]} values the first one where nothing is kept
 * @returns {Value}
 */
function kept(key, values) {
  const found = localStorage.getItem(key) ?? "";
  return /** @type {Value} */ (values.includes(found) ? found : values[0]);
}

/** @returns {QueueOrder} */
export const queueOrder = () => kept(QUEUE_ORDER, ORDERS);

/** @returns {Grouping} */
export const grouping = () => kept(GROUPING, GROUPINGS);

/** @param {string} order */
export function orderQueue(order) {
  localStorage.setItem(QUEUE_ORDER, order);
  changed("desk");
}

/** @param {string} by */
export function groupUnits(by) {
  localStorage.setItem(GROUPING, by);
  changed("desk");
}

addEventListener("storage", ({ key }) => {
  if (key === QUEUE_ORDER || key === GROUPING) changed("desk");
});
