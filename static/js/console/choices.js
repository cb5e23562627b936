/** What the fields of a place and of a kind offer while one types. */

import { compare, fill, fold, gettext } from "../i18n.js";
import { kinds, typeName } from "./kinds.js";
import { readAml } from "./aml.js";
import { placeAt, placeDetail, placeName, searchPlaces } from "./places.js";

/** @param {string} code */
export const kindName = (code) => typeName(kinds.get(code) ?? { code, name: code });

/**
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function findPlaces(text, signal) {
  const aml = readAml(text);
  if (aml !== undefined) return aml ? [await placeOfAml(aml)] : [];
  const found = await searchPlaces(text, signal);
  return found.map((entry) => ({ id: `${entry.id}`, text: placeName(entry), detail: placeDetail(entry), data: entry }));
}

/** Where the caller's phone says that it is, under the name of what is there. @param {{location: LonLat, radius_m: number}} aml */
async function placeOfAml({ location: [lon, lat], radius_m }) {
  const point = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  const near = await placeAt([lon, lat]).catch(() => null);
  const detail = fill(gettext("where the phone is, within %(metres)s m"), { metres: Math.round(radius_m) });
  const names = { name: near?.name ?? point, name_latin: near?.name_latin ?? point };
  const data = { id: null, kind: "aml", ...names, detail, lon, lat, score: 1 };
  return { id: "aml", text: placeName(data), detail, data };
}

/**
 * Kinds whose name holds all words typed, in either script; one that is called just so first, then those that begin so.
 * @param {string} text
 */
export async function findKinds(text) {
  const typed = fold(text).trim();
  const words = typed.split(/\s+/);
  const nearness = (/** @type {string} */ name) => (fold(name) === typed ? 0 : fold(name).startsWith(typed) ? 1 : 2);
  return [...kinds.values()]
    .map((kind) => ({ id: kind.code, text: typeName(kind), detail: String(kind.priority), data: kind }))
    .filter((option) => words.every((word) => fold(option.text).includes(word)))
    .sort((a, b) => nearness(a.text) - nearness(b.text) || a.data.priority - b.data.priority || compare(a.text, b.text));
}
