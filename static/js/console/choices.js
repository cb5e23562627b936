/** What the fields of a place and of a kind offer while one types. */

import { compare, fold } from "../i18n.js";
import { kinds, typeName } from "./kinds.js";
import { placeDetail, placeName, searchPlaces } from "./places.js";

/** @param {string} code */
export const kindName = (code) => typeName(kinds.get(code) ?? { code, name: code });

/**
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function findPlaces(text, signal) {
  const found = await searchPlaces(text, signal);
  return found.map((entry) => ({ id: `${entry.id}`, text: placeName(entry), detail: placeDetail(entry), data: entry }));
}

/** Kinds whose name holds all words typed, in either script. @param {string} text */
export async function findKinds(text) {
  const words = fold(text).split(/\s+/);
  return [...kinds.values()]
    .map((kind) => ({ id: kind.code, text: typeName(kind), detail: String(kind.priority), data: kind }))
    .filter((option) => words.every((word) => fold(option.text).includes(word)))
    .sort((a, b) => a.data.priority - b.data.priority || compare(a.text, b.text));
}
