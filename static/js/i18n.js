/**
 * Languages: messages of Django's catalogue, names in the reader's script, sorting, numbers.
 *
 * Names are stored in Cyrillic where they are Serbian; a reader of any other language sees them in Latin.
 */

import { changed } from "./bus.js";

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

const LATIN = Object.fromEntries(
  "а a б b в v г g д d ђ đ е e ж ž з z и i ј j к k л l љ lj м m н n њ nj о o п p р r с s т t ћ ć у u ф f х h ц c ч č џ dž ш š"
    .split(" ")
    .reduce((/** @type {string[][]} */ pairs, part, index) => {
      if (index % 2 === 0) pairs.push([part]);
      else pairs[pairs.length - 1].push(part);
      return pairs;
    }, []),
);

/**
 * Serbian Cyrillic as Latin; everything else stays. „Љубићева" → „Ljubićeva", „ЉУБАВ" → „LJUBAV".
 * @param {string} text
 */
export function latin(text) {
  return text.replace(/[\u0400-\u04ff]/g, (letter, at) => {
    const lower = letter.toLowerCase();
    const found = LATIN[lower] ?? letter;
    if (letter === lower) return found;
    const next = text[at + 1] ?? "";
    const shouts = found.length > 1 && next !== next.toLowerCase();
    return shouts ? found.toUpperCase() : found[0].toUpperCase() + found.slice(1);
  });
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
 * Letters for searching: both scripts, cases and diacritics alike; đ and dj too.
 * @param {string} text
 */
export function fold(text) {
  return latin(text.toLowerCase())
    .replaceAll("đ", "dj")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}
