/** Kinds of incidents, by code, named in the reader's language. */

import { ApiError, read } from "../api.js";
import { changed } from "../bus.js";
import { latin, language } from "../i18n.js";
import { dispositions } from "./words.js";

/** @type {Map<string, IncidentType>} */
export const kinds = new Map();

/** Read the kinds. Without them, cards still carry names, in English. */
export async function loadKinds() {
  try {
    const found = await read("incident-types/");
    for (const kind of found) kinds.set(kind.code, kind);
    for (const row of await read("dispositions/")) dispositions.set(row.code, { ...row, words: () => inLanguage(row.names, row.name) });
    changed("incidents", "desk");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @param {{code: string, name: string}} type */
export function typeName(type) {
  return inLanguage(kinds.get(type.code)?.names ?? {}, type.name);
}

/**
 * Words that are rows, in the reader's language and script.
 * @param {Record<string, string>} names by language
 * @param {string} english
 */
export function inLanguage(names, english) {
  const own = names[language()];
  if (own) return own;
  return language() === "sr-latn" && names.sr ? latin(names.sr) : english;
}
