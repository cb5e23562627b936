/**
 * Languages: messages of Django's catalogue, names in the reader's script, sorting, numbers.
 *
 * Names are stored in Cyrillic where they are Serbian; a reader of any other language sees them in Latin.
 */

import { changed } from "./bus.js";
import { latin } from "./letters.js";

export { fold, latin } from "./letters.js";

const CATALOGUE = "/jsi18n/";

let current = document.documentElement.lang || "en";
let collator = new Intl.Collator(current, { numeric: true });

/** The code of the language that is shown, such as `sr-latn`. */
export function language() {
  return current;
}

/**
 * @param {string} text
 * @returns {string}
 */
export function gettext(text) {
  return globalThis.django?.gettext?.(text) ?? text;
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @returns {string}
 */
export function ngettext(one, many, count) {
  return globalThis.django?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);
}

/**
 * @param {string} context
 * @param {string} text
 * @returns {string}
 */
export function pgettext(context, text) {
  return globalThis.django?.pgettext?.(context, text) ?? text;
}

/**
 * Put values in the place of `%(name)s`.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (all, name) => (name in values ? String(values[name]) : all));
}

/**
 * Compare two texts as the language sorts them, numbers by value.
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  return collator.compare(a, b);
}

/**
 * Load another language's messages and tell all views. The page stays as it is.
 * @param {string} code
 */
export async function useLanguage(code) {
  await new Promise((resolve, reject) => {
    globalThis.django = undefined;
    const script = document.createElement("script");
    script.src = `${CATALOGUE}?${code}`;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  current = code;
  collator = new Intl.Collator(code, { numeric: true });
  document.documentElement.lang = code;
  changed("language");
}

/**
 * A stored name or text in the script of the reader.
 * @param {string | null | undefined} text
 */
export function inScript(text) {
  if (!text) return "";
  return current === "sr" ? text : latin(text);
}

/**
 * Words that are rows, in the reader's language and script.
 * @param {Record<string, string>} names by language
 * @param {string} english
 */
export function inLanguage(names, english) {
  const own = names[language()];
  if (own) return own;
  return language() === "sr-latn" && names.sr ? latin(names.sr) : inScript(english);
}
