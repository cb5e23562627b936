/** Carrying patrols to incidents and incidents to patrols. To drop one on the other is to send, with the same questions. */

import { store } from "../store.js";
import { sendUnits } from "./actions.js";
import { may } from "./settings.js";

/** @typedef {{unit: Id} | {incident: Id}} Carried */

/** What is being carried on this page. @type {Carried | null} */
let carried = null;

/** What is being carried, if anything. */
export const inHand = () => carried;

/**
 * Whether one may be dropped on the other: one of them is a patrol, the other an incident.
 * @param {Carried} one
 * @param {Carried} other
 */
export function belong(one, other) {
  return "unit" in one !== "unit" in other;
}

/**
 * Send the patrol of the two to the incident of the two.
 * @param {Carried} one
 * @param {Carried} other
 */
export function bring(one, other) {
  const [from, to] = "unit" in one ? [one, other] : [other, one];
  if ("unit" in from && "incident" in to && store.incidents.has(to.incident)) void sendUnits([from.unit], to.incident);
}

/**
 * For the element of a patrol or an incident: it may be carried.
 * @param {Carried} self
 */
export const onDragStart = (self) => (/** @type {DragEvent} */ event) => {
  if (!may("dispatch.assign") || !event.dataTransfer) return event.preventDefault();
  carried = self;
  event.dataTransfer.effectAllowed = "link";
  const name = "unit" in self ? store.units.get(self.unit)?.call_sign : store.incidents.get(self.incident)?.number;
  event.dataTransfer.setData("text/plain", name ?? "");
};

/**
 * For the element of a patrol or an incident: what belongs to it may be dropped here.
 * @param {Carried} self
 */
export const onDragOver = (self) => (/** @type {DragEvent} */ event) => {
  if (!carried || !belong(carried, self)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = "link";
  /** @type {HTMLElement} */ (event.currentTarget).classList.add("drop-here");
};

/** @param {DragEvent} event */
export function onDragLeave(event) {
  /** @type {HTMLElement} */ (event.currentTarget).classList.remove("drop-here");
}

/** @param {Carried} self */
export const onDrop = (self) => (/** @type {DragEvent} */ event) => {
  onDragLeave(event);
  if (!carried || !belong(carried, self)) return;
  event.preventDefault();
  bring(carried, self);
};

addEventListener("dragend", () => (carried = null));
