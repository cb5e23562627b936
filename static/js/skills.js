/** Skills: rows, units and kinds hold their codes; here is what a code is called in the reader's language. */

import { ApiError, read } from "./api.js";
import { changed } from "./bus.js";
import { fold, inLanguage, inScript } from "./i18n.js";

/** @typedef {{code: string, name: string, names: Record<string, string>}} Skill */

/** @type {Map<string, Skill>} */
const skills = new Map();

/** Read what skills are called, and draw anew what shows them. Without it codes are shown as they are. */
export async function loadSkills() {
  try {
    /** @type {Skill[]} */
    const found = await read("skills/");
    for (const skill of found) skills.set(skill.code, skill);
    changed("skills");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @param {string} code */
export function skillName(code) {
  const skill = skills.get(code);
  return skill ? inLanguage(skill.names, skill.name) : inScript(code.replaceAll("_", " "));
}

/** @param {readonly string[]} codes */
export const skillNames = (codes) => codes.map(skillName).join(", ");

/**
 * The code of what somebody wrote: a name in any script, or a code; what is not known is taken as it is.
 * @param {string} written
 * @param {readonly string[]} [held] codes that stood there, perhaps without a name
 */
export function skillCode(written, held = []) {
  const wanted = fold(written);
  return [...held, ...skills.keys()].find((code) => [code, skillName(code)].some((word) => fold(word) === wanted)) ?? written;
}

/** To choose one from, none first; `held` is among them even if it has no name. @param {string} held */
export function skillChoices(held) {
  const codes = new Set([...skills.keys(), ...(held ? [held] : [])]);
  return [{ value: "", text: "–" }, ...[...codes].map((code) => ({ value: code, text: skillName(code) }))];
}
