/**
 * Single keys without modifiers, when no field has focus. Cyrillic letters stand for the Latin key in the same place, so
 * that nobody has to switch the layout.
 */

import { latinKey } from "./letters.js";

export { latinKey } from "./letters.js";

/**
 * @typedef {object} Binding
 * @property {string} key as `KeyboardEvent.key`, lower case
 * @property {() => string} label what it does, for the sheet
 * @property {() => void} run
 * @property {() => boolean} [when] whether it holds now
 * @property {boolean} [everywhere] whether it holds in fields and questions too
 */

/** @type {Map<string, Binding>} */
const bindings = new Map();

/**
 * Bind keys. Throws where one is bound already: it would do something else than its sheet says.
 * @param {readonly Binding[]} list
 */
export function bindKeys(list) {
  for (const binding of list) {
    const { key } = binding;
    if (bindings.has(key)) throw new Error(`the key ${key} is bound twice`);
    if (latinKey(key) !== key) throw new Error(`the key ${key} is typed as ${latinKey(key)}`);
    bindings.set(key, binding);
  }
}

/** All keys, in the order in which they were bound. */
export function boundKeys() {
  return [...bindings.values()];
}

/**
 * Whether what is typed there is meant for it. In a form that is filled in, this holds for every field: a letter typed on
 * a choice or a button there is a slip, and must not send anybody anywhere.
 * @param {EventTarget | null} target
 */
function takesText(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[data-own-keys]")) return true;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return;
  const binding = bindings.get(latinKey(event.key));
  if (!binding?.everywhere && (takesText(event.target) || document.querySelector("dialog[open]"))) return;
  if (!binding || (binding.when && !binding.when())) return;
  event.preventDefault();
  binding.run();
});
