/** Kinds of incidents, by code, named in the reader's language. */

import { ApiError, read } from "../api.js";
import { changed } from "../bus.js";
import { inLanguage } from "../i18n.js";
import { dispositions } from "./words.js";

/** @type {Map<string, IncidentType>} */
export const kinds = new Map();

/** Read the kinds. Without them, cards still carry names, in English. */
export async function loadKinds() {
  try {
    const found = await read("incident-types/");
    for (const kind of found) kinds.set(kind.code, kind);
    knowDispositions(await read("dispositions/"));
    changed("incidents", "desk");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** From now on these are the ways in which incidents end, in this order. @param {Disposition[]} rows */
export function knowDispositions(rows) {
  dispositions.clear();
  for (const row of rows) dispositions.set(row.code, { ...row, words: () => inLanguage(row.names, row.name) });
}

/** The ways in which incidents end, as rows that can be kept. @returns {Disposition[]} */
export const dispositionRows = () => [...dispositions.values()].map(({ code, name, names, types }) => ({ code, name, names, types }));

/** @param {{code: string, name: string}} type */
export function typeName(type) {
  return inLanguage(kinds.get(type.code)?.names ?? {}, type.name);
}
