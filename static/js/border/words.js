/** Words of the border, in the reader's language. */

import { gettext } from "../i18n.js";

/** @typedef {[code: string, name: string][]} Words */

/** @returns {Words} */
export const kinds = () => [
  ["unauthorised_crossing", gettext("unauthorised crossing")],
  ["clandestine_entry", gettext("clandestine entry at a crossing point")],
  ["facilitation", gettext("facilitation")],
  ["illegal_stay", gettext("illegal stay")],
  ["refusal", gettext("refusal of entry")],
  ["false_document", gettext("false document")],
  ["smuggling", gettext("smuggling of goods")],
  ["stolen_vehicle", gettext("stolen vehicle")],
];

/** @returns {Words} */
export const means = () => [
  ["patrol", gettext("patrol")],
  ["camera", gettext("camera")],
  ["citizen", gettext("citizen")],
  ["joint_patrol", gettext("joint patrol")],
  ["border_check", gettext("border check")],
  ["other", gettext("otherwise")],
];

/** @returns {Words} */
export const directions = () => [
  ["entry", gettext("into the country")],
  ["exit", gettext("out of the country")],
  ["inland", gettext("inland")],
  ["unknown", gettext("not known")],
];

/** @returns {Words} */
export const impacts = () => [
  ["low", gettext("low")],
  ["medium", gettext("medium")],
  ["high", gettext("high")],
  ["critical", gettext("critical")],
  ["not_assessed", gettext("not assessed")],
];

/** @returns {Words} */
export const outcomes = () => [
  ["detected", gettext("persons detected")],
  ["apprehended", gettext("apprehended")],
  ["turned_back", gettext("turned back")],
  ["asylum", gettext("referred to asylum")],
];

/** @returns {Words} */
export const jointStates = () => [
  ["planned", gettext("planned")],
  ["under_way", gettext("under way")],
  ["ended", gettext("ended")],
  ["called_off", gettext("called off")],
];

/**
 * The name of a code, or the code where it has none.
 * @param {Words} words
 * @param {string} code
 */
export function named(words, code) {
  return words.find(([one]) => one === code)?.[1] ?? code;
}
