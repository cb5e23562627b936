/**
 * The grammar of the command line: words in any order become a sentence. Patrols, incidents and the verb may stand where
 * they like; free text is what follows them. Pure: what exists is told by a world, what happens is said elsewhere.
 */

import { fold, latinKey } from "../../letters.js";
import { EVERYBODY, FILLERS, JOINTS, STATUSES, VERBS, WITH_TEXT } from "./lexicon.js";

/** Verbs that are about an incident, so that numbers after them are not patrols. */
const OF_INCIDENTS = new Set(["merge", "reopen", "close", "cancel", "regrade", "handover", "split"]);

/** @typedef {import("./lexicon.js").Verb} Verb */
/** @typedef {{id: number, call_sign: string}} NamedUnit */
/** @typedef {{id: number, number: string}} NumberedIncident */

/**
 * @typedef {object} World what can be spoken of
 * @property {(words: readonly string[]) => [NamedUnit, number] | undefined} unit the one that some first words name, and how many
 * @property {(word: string) => NumberedIncident | undefined} incident
 */

/**
 * @typedef {object} Sentence
 * @property {Verb | null} verb as it was said
 * @property {NamedUnit[]} units
 * @property {NumberedIncident[]} incidents
 * @property {string[]} numbers of incidents that are not on the board, without the hash
 * @property {boolean} isToAll
 * @property {string} text what follows; for verbs without text, the words that are none of the above
 * @property {Verb[]} verbs that an abbreviation may mean, when it may mean several
 */

/**
 * A world of these units and incidents.
 * @param {Iterable<NamedUnit>} units
 * @param {Iterable<NumberedIncident>} incidents
 * @returns {World}
 */
export function worldOf(units, incidents) {
  const called = new Map([...units].map((unit) => [fold(unit.call_sign), unit]));
  const longest = Math.max(1, ...[...called.keys()].map((sign) => sign.split(" ").length));
  const numbered = [...incidents].map((incident) => ({ incident, number: fold(incident.number) }));
  return {
    unit(words) {
      for (let count = Math.min(longest, words.length); count > 0; count -= 1) {
        const found = called.get(fold(words.slice(0, count).join(" ")));
        if (found) return [found, count];
      }
      const [first = ""] = words;
      const short = /^\d+$/.test(first) ? only([...called], ([sign]) => new RegExp(`\\D0*${first}$`).test(sign)) : undefined;
      return short && [short[1], 1];
    },
    incident(word) {
      const wanted = fold(word);
      if (!/\d{2,}$/.test(wanted)) return undefined;
      const exact = numbered.find(({ number }) => number === wanted);
      return (exact ?? only(numbered, ({ number }) => number.endsWith(wanted)))?.incident;
    },
  };
}

/**
 * The one that fits, if it is the only one.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => boolean} fits
 */
function only(list, fits) {
  const found = list.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Read what was typed.
 * @param {string} typed
 * @param {World} world
 * @returns {Sentence}
 */
export function parse(typed, world) {
  const words = [...typed.matchAll(/[^\s,;]+/g)].map((match) => ({ word: match[0], at: match.index }));
  /** @type {Sentence} */
  const said = { verb: null, units: [], incidents: [], numbers: [], isToAll: false, text: "", verbs: [] };
  /** @type {string[]} */
  const others = [];
  let at = 0;
  while (at < words.length) {
    const { word } = words[at];
    const taken = named(word, words.slice(at).map((one) => one.word), said, world);
    if (taken > 0) at += taken;
    else if (!said.verb && (said.verb = verbOf(word, said, others))) at += 1;
    else if (takesText(said.verb)) break;
    else {
      if (!JOINTS.has(fold(word))) others.push(word);
      at += 1;
    }
  }
  const isJoining = ["send", "merge", "contact"].includes(said.verb ?? "");
  const kept = others.filter((word) => !isJoining || !FILLERS.has(fold(word)));
  said.text = at < words.length ? typed.slice(words[at].at).trim() : kept.join(" ");
  if (OF_INCIDENTS.has(said.verb ?? "")) takeMarked(said, world);
  return said;
}

/** An incident with its hash is meant wherever it stands: none may be closed in the place of another. @param {Sentence} said @param {World} world */
function takeMarked(said, world) {
  said.text = said.text
    .replace(/(?<!\S)#(\S+)/g, (_all, number) => {
      const incident = world.incident(number);
      if (incident) said.incidents.push(incident);
      else said.numbers.push(number);
      return "";
    })
    .trim();
}

/**
 * Take a patrol, an incident or everybody, where that stands first; returns how many words it was.
 * @param {string} word
 * @param {string[]} words from that word on
 * @param {Sentence} said
 * @param {World} world
 */
function named(word, words, said, world) {
  if (["go", "find", "call", "log"].includes(said.verb ?? "")) return 0;
  if (said.verb === "regrade" && /^[1-4]$/.test(word)) return 0;
  if (word.startsWith("#")) {
    const incident = world.incident(word.slice(1));
    if (incident) said.incidents.push(incident);
    else said.numbers.push(word.slice(1));
    return 1;
  }
  if (said.verb === "timer" && isWhen(word) && !isWhen(words[1] ?? "")) return 0;
  const isOfIncident = OF_INCIDENTS.has(said.verb ?? "");
  const isNote = said.verb === "note";
  const unit = (isOfIncident && said.verb !== "cancel") || isNote ? undefined : world.unit(words);
  if (unit && !isLetterVerb(word, said)) {
    if (!said.units.includes(unit[0])) said.units.push(unit[0]);
    return unit[1];
  }
  if (!isNote && /\d{3,}$/.test(word)) {
    const incident = world.incident(word);
    if (incident) said.incidents.push(incident);
    else if (isOfIncident) said.numbers.push(word);
    if (incident || isOfIncident) return 1;
  }
  if (["message", "timer"].includes(said.verb ?? "") && EVERYBODY.has(fold(word).replace(/[:.]$/, ""))) {
    said.isToAll = true;
    return 1;
  }
  return 0;
}

/** Whether that is a number of minutes or a time of the day. @param {string} word */
const isWhen = (word) => /^(\d{1,4}|\d{1,2}:\d{2})$/.test(word);

/**
 * How many minutes it is until then: a number of minutes, or a time of the day, tomorrow's where it has passed.
 * @param {string} when
 * @param {string} now the time of the day, hh:mm
 */
export function minutesUntil(when, now) {
  if (/^\d{1,4}$/.test(when)) return Number(when) || null;
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(when) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  const [nowHour, nowMinute] = now.split(":").map(Number);
  const left = Number(hour) * 60 + Number(minute) - nowHour * 60 - nowMinute;
  return left > 0 ? left : left + 24 * 60;
}

/** A letter that is a verb stays one, even where a patrol is called so. @param {string} word @param {Sentence} said */
function isLetterVerb(word, said) {
  return !said.verb && /^\p{L}$/u.test(word) && letterVerb(word) !== null;
}

/** @param {string} word */
function letterVerb(word) {
  const letter = latinKey(word);
  return /** @type {Verb | undefined} */ (Object.keys(VERBS).find((verb) => VERBS[/** @type {Verb} */ (verb)].letter === letter)) ?? null;
}

/**
 * The verb that a word is: by its letter, whole, or so much of it that no other begins so. After a patrol, a status is
 * likelier than the beginning of a verb.
 * @param {string} word
 * @param {Sentence} said
 * @param {string[]} others words before it that are nothing known
 * @returns {Verb | null}
 */
function verbOf(word, said, others) {
  if (others.length > 0) return null;
  if ([...word].length === 1) return letterVerb(word);
  const wanted = fold(word);
  const all = /** @type {[Verb, {words: string[]}][]} */ (Object.entries(VERBS));
  const whole = all.find(([, { words }]) => words.includes(wanted));
  if (whole) return whole[0];
  if (wanted.length < 3 || (said.units.length > 0 && statusesBeginning(wanted).length > 0)) return null;
  const hits = all.filter(([, { words }]) => words.some((one) => one.startsWith(wanted))).map(([verb]) => verb);
  if (hits.length > 1) said.verbs = hits;
  return hits.length === 1 ? hits[0] : null;
}

/** @param {Verb | null} verb */
function takesText(verb) {
  return verb !== null && WITH_TEXT.has(verb);
}

/** @param {string} wanted folded */
function statusesBeginning(wanted) {
  return Object.keys(STATUSES).filter((code) => STATUSES[code].some((phrase) => phrase.startsWith(wanted)));
}

/**
 * Which of some codes a text begins with or begins: whole phrases first, then what could become one.
 * @param {string} text
 * @param {Record<string, string[]>} phrases by code
 * @returns {{codes: string[], rest: string}} `rest`: what follows a whole phrase
 */
export function choose(text, phrases) {
  const words = text.trim().split(/\s+/).filter(Boolean);
  for (let count = words.length; count > 0; count -= 1) {
    const wanted = words.slice(0, count).map(fold).join(" ");
    const codes = Object.keys(phrases).filter((code) => phrases[code].some((phrase) => fold(phrase) === wanted));
    if (codes.length > 0) return { codes, rest: words.slice(count).join(" ") };
  }
  const wanted = words.map(fold).join(" ");
  if (!wanted) return { codes: [], rest: "" };
  return { codes: Object.keys(phrases).filter((code) => phrases[code].some((phrase) => fold(phrase).startsWith(wanted))), rest: "" };
}

/**
 * What Tab makes of a text: the longest ending of it that begins some of the words is completed as far as they agree.
 * @param {string} text
 * @param {readonly string[]} completions
 */
export function complete(text, completions) {
  for (const { index } of text.matchAll(/(?<=^|[\s,;])[^\s,;]/gu)) {
    const tail = fold(text.slice(index));
    const hits = completions.filter((one) => fold(one).startsWith(tail));
    if (hits.length === 0) continue;
    const common = hits.reduce((one, other) => {
      let length = 0;
      while (length < one.length && one[length].toLowerCase() === other[length]?.toLowerCase()) length += 1;
      return one.slice(0, length);
    });
    return text.slice(0, index) + common + (hits.length === 1 ? " " : "");
  }
  return text;
}
