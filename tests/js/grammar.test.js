/** What is typed on the command line, in four languages, and what it means. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { choose, complete, minutesUntil, parse, worldOf } from "../../static/js/console/command/grammar.js";
import { DISPOSITIONS, STATUSES, VERBS } from "../../static/js/console/command/lexicon.js";
import { fold, latinKey } from "../../static/js/letters.js";

const world = worldOf(
  ["203", "209", "НС-214", "Šabac 12", "D"].map((call_sign, id) => ({ id, call_sign })),
  ["НС-2026-041877", "НС-2026-041878", "НС-2026-000041"].map((number, id) => ({ id, number })),
);

/** A sentence as one line: verb, patrols, incidents, what is not on the board, text. @param {string} typed */
function read(typed) {
  const { verb, units, incidents, numbers, text, isToAll } = parse(typed, world);
  const parts = [verb ?? "–", ...units.map((unit) => unit.call_sign), ...incidents.map(({ number }) => `#${number.slice(-5)}`)];
  return [...parts, ...numbers.map((number) => `?${number}`), ...(isToAll ? ["all"] : []), ...(text ? [`“${text}”`] : [])].join(" ");
}

/** @type {[string, string][]} what is typed, what it means */
const TABLE = [
  // sending: any order, any case, commas, both scripts, four languages
  ["d 203 209", "send 203 209"],
  ["203 209 d", "send 203 209"],
  ["D 209,203", "send 209 203"],
  ["203 D 209", "send 203 209"],
  ["д 203 209", "send 203 209"],
  ["203 Д", "send 203"],
  ["send 203", "send 203"],
  ["DISPATCH 203;209", "send 203 209"],
  ["pošalji 203 209", "send 203 209"],
  ["posalji 203", "send 203"],
  ["пошаљи 203", "send 203"],
  ["203 ПОШАЉИ", "send 203"],
  ["šalji 203", "send 203"],
  ["uputi 203 na #41877", "send 203 #41877"],
  ["упути 203 на #41877", "send 203 #41877"],
  ["pošlji 203 in 209", "send 203 209"],
  ["napoti 203", "send 203"],
  ["poš 203", "send 203"],
  ["napot 203", "send 203"],
  ["napo 203", "– 203 “napo”"],
  ["d 203 203", "send 203"],
  ["d", "send"],
  ["d 777", "send “777”"],
  ["d 203 and 209 to #41877", "send 203 209 #41877"],
  ["d #41877 203", "send 203 #41877"],
  ["41877 d 203", "send 203 #41877"],
  ["d ns-214", "send НС-214"],
  ["d нс-214", "send НС-214"],
  ["d 214", "send НС-214"],
  ["d sabac 12", "send Šabac 12"],
  ["d Шабац 12 203", "send Šabac 12 203"],
  ["203 #41877", "– 203 #41877"],
  // statuses
  ["s 203 meal", "status 203 “meal”"],
  ["203 meal", "– 203 “meal”"],
  ["meal 203", "– 203 “meal”"],
  ["203 209 pauza", "– 203 209 “pauza”"],
  ["203 на путу", "– 203 “на путу”"],
  ["s 203 na putu", "status 203 “na putu”"],
  ["203 kontrola saobraćaja", "– 203 “kontrola saobraćaja”"],
  ["203 kon", "– 203 “kon”"],
  ["stanje 203 odmor", "status 203 “odmor”"],
  // free text stays as it was typed
  ["n Vrata su otvorena, 2 lica", "note “Vrata su otvorena, 2 lica”"],
  ["n 203 je otišla, 041877", "note “203 je otišla, 041877”"],
  ["n #41878 d 203", "note #41878 “d 203”"],
  ["белешка Виче и ломи", "note “Виче и ломи”"],
  ["opomba na kraju", "note “na kraju”"],
  ["m 203 209 Vratite se", "message 203 209 “Vratite se”"],
  ["203 m come back", "message 203 “come back”"],
  ["poruka svi: pazite", "message all “pazite”"],
  ["м свима пазите", "message all “пазите”"],
  ["sporoči vsem pazite", "message all “pazite”"],
  ["g 203", "go “203”"],
  ["g Futoška 46", "go “Futoška 46”"],
  ["иди Футошка 46", "go “Футошка 46”"],
  ["f 203", "find “203”"],
  ["c Futoška 46", "call “Futoška 46”"],
  ["log", "log"],
  ["log 203 na mestu, nestanak struje 02:10", "log “203 na mestu, nestanak struje 02:10”"],
  ["дневник Нестанак струје", "log “Нестанак струје”"],
  // incidents
  ["x", "close"],
  ["x arrest", "close “arrest”"],
  ["x #41877 arrest two men", "close #41877 “arrest two men”"],
  ["zatvori 41877 lišenje slobode", "close #41877 “lišenje slobode”"],
  ["затвори", "close"],
  ["zapri #41877 odvzem prostosti", "close #41877 “odvzem prostosti”"],
  ["x arrest #41877", "close #41877 “arrest”"],
  ["x arrest two men #99999", "close ?99999 “arrest two men”"],
  ["q 203 not needed", "cancel 203 “not needed”"],
  ["q false alarm", "cancel “false alarm”"],
  ["r 1 knife", "regrade “1 knife”"],
  ["prednost 2 mirno", "regrade “2 mirno”"],
  ["приоритет #41877 1 нож", "regrade #41877 “1 нож”"],
  ["merge #41877 #41878", "merge #41877 #41878"],
  ["spoji 41877 u 41878", "merge #41877 #41878"],
  ["споји #41877", "merge #41877"],
  ["združi 41877", "merge #41877"],
  ["reopen #40001 came back", "reopen ?40001 “came back”"],
  ["otvori 40001 vratio se", "reopen ?40001 “vratio se”"],
  // the rest
  // reminders: the first number is the time, unless another follows it
  ["t 10 call the hospital", "timer “10 call the hospital”"],
  ["t 203 10 where are they", "timer 203 “10 where are they”"],
  ["203 t 22:30 meal", "timer 203 “22:30 meal”"],
  ["t #41877 5 door", "timer #41877 “5 door”"],
  ["podseti 203 10 pozovi bolnicu", "timer 203 “10 pozovi bolnicu”"],
  ["подсети све 10 позови болницу", "timer all “10 позови болницу”"],
  ["opomni vse 10 pokliči bolnišnico", "timer all “10 pokliči bolnišnico”"],
  ["t 203 call", "timer “203 call”"],
  ["z", "undo"],
  ["опозови", "undo"],
  ["razveljavi", "undo"],
  ["?", "help"],
  ["помоћ", "help"],
  ["k 203", "contact 203"],
  ["203 javila", "contact 203"],
  ["t 203 10", "timer 203 “10”"],
  ["", "–"],
  ["   ", "–"],
  ["#", "– ?"],
  ["203", "– 203"],
];

for (const [typed, meaning] of TABLE) test(`“${typed}” is ${meaning}`, () => assert.equal(read(typed), meaning));

test("a time is a number of minutes, or one of the day, tomorrow's where it has passed", () => {
  const found = ["10", "22:30", "0:10", "21:00", "24:00", "0", "soon"].map((when) => minutesUntil(when, "21:45"));
  assert.deepEqual(found, [10, 45, 145, 1395, null, null, null]);
});

test("every word of every verb is understood, in both scripts", () => {
  for (const [verb, { words }] of Object.entries(VERBS))
    for (const word of words) assert.equal(parse(word.toUpperCase(), world).verb, verb, word);
});

test("what may begin two verbs names both", () => {
  assert.deepEqual(parse("napo 203", world).verbs, ["send", "note"]);
});

test("no word stands for two verbs, and no letter either", () => {
  const words = Object.values(VERBS).flatMap((verb) => [...verb.words, ...(verb.letter ? [verb.letter] : [])]);
  assert.deepEqual(words.filter((word, at) => words.indexOf(word) !== at), []);
});

test("no phrase stands for two statuses or two dispositions", () => {
  for (const table of [STATUSES, DISPOSITIONS]) {
    const phrases = Object.values(table).flat();
    assert.deepEqual(phrases.filter((phrase, at) => phrases.indexOf(phrase) !== at), []);
    for (const phrase of phrases) assert.equal(fold(phrase), phrase);
  }
});

/** @type {[string, string[], string][]} */
const CHOICES = [
  ["meal", ["meal"], ""],
  ["пауза", ["meal"], ""],
  ["Malica", ["meal"], ""],
  ["na putu", ["en_route"], ""],
  ["na licu mesta", ["on_scene"], ""],
  ["opozvana nije potrebna", ["cancelled"], "nije potrebna"],
  ["na", ["on_patrol", "at_station", "en_route", "on_scene", "court"], ""],
  ["nonsense", [], ""],
  ["", [], ""],
];
for (const [text, codes, rest] of CHOICES)
  test(`“${text}” chooses ${codes.join(", ") || "nothing"}`, () => assert.deepEqual(choose(text, STATUSES), { codes, rest }));

/** @type {[string, string[], string][]} */
const COMPLETIONS = [
  ["d 20", ["203", "209", "221"], "d 20"],
  ["d 203 22", ["203", "209", "221"], "d 203 221 "],
  ["s 203 traffic st", ["traffic stop", "transport"], "s 203 traffic stop "],
  ["s 203 tra", ["traffic stop", "transport"], "s 203 tra"],
  ["s 203 pau", ["пауза"], "s 203 пауза "],
  ["xyz", ["203"], "xyz"],
  ["", ["203"], ""],
];
for (const [text, words, completed] of COMPLETIONS)
  test(`Tab makes “${completed}” of “${text}”`, () => assert.equal(complete(text, words), completed));

test("a Cyrillic key is the Latin one in its place", () => {
  assert.deepEqual([..."дДсљњџ?"].map(latinKey), ["d", "d", "s", "q", "w", "x", "?"]);
});
