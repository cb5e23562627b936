/** Search in the lists. Whatever calls for help is always shown, and so is what one looks at. */

import { fold, inScript } from "../i18n.js";
import { skillName } from "../skills.js";
import { store } from "../store.js";
import { typeName } from "./kinds.js";
import { alarmOf, signOf } from "./order.js";

/** @typedef {{filter: string, incident: Id | null, unit: Id | null}} Look */

/**
 * @param {string} filter
 * @param {readonly (string | null | undefined)[]} texts
 */
function has(filter, texts) {
  const all = fold(texts.map((text) => inScript(text)).join(" "));
  return fold(filter).split(/\s+/).every((word) => all.includes(word));
}

/**
 * @param {IncidentCard} card
 * @param {Look} look
 */
export function isShown(card, { filter, incident }) {
  if (!filter || card.id === incident) return true;
  const units = store.activeOn(card.id).flatMap((job) => store.units.get(job.unit) ?? []);
  if (units.some((unit) => signOf(unit) === "emergency")) return true;
  const signs = units.map((unit) => unit.call_sign);
  return has(filter, [card.number, typeName(card.type), card.place, card.place_detail, card.summary, ...signs]);
}

/**
 * @param {UnitCard} card
 * @param {Look} look
 */
export function isUnitShown(card, { filter, unit }) {
  if (!filter || card.id === unit || signOf(card) === "emergency" || alarmOf(card.id)) return true;
  const job = store.activeOf(card.id);
  const place = job && store.incidents.get(job.incident)?.place;
  return has(filter, [card.call_sign, card.sector, card.station, place, ...card.crew_names, ...card.skills, ...card.skills.map(skillName)]);
}
