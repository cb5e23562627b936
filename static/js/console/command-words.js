/** The grammar of the command line: a text becomes a plan, said in words before it is done. Order and case are forgiven. */

import { duration } from "../clock.js";
import { compare, fill, fold, gettext, inScript } from "../i18n.js";
import { latinKey } from "../keys.js";
import { store } from "../store.js";
import * as actions from "./actions.js";
import { desk } from "./desk.js";
import { searchPlaces, placeName } from "./places.js";
import { proposed } from "./proposal.js";
import { GIVEN_STATUSES, jobStatus, stepsAfter, unitStatus } from "./words.js";

/** @typedef {{say: string, isReady: boolean, run?: () => unknown, completions?: string[]}} Plan */

/** @param {string} say @param {string[]} [completions] @returns {Plan} */
const notYet = (say, completions = []) => ({ say, isReady: false, completions });

/** @param {string} say @param {() => unknown} run @param {string[]} [completions] @returns {Plan} */
const ready = (say, run, completions = []) => ({ say, isReady: true, run, completions });

/** What the sheet says about the commands. @returns {[string, string][]} */
export function commandHelp() {
  return [
    ["d 203 209", gettext("send these patrols to the selected incident; without numbers, those proposed")],
    ["d 203 #41877", gettext("send a patrol to another incident")],
    [`s 203 ${unitStatus("meal")}`, gettext("report a status or a step of a patrol")],
    ["n …", gettext("add a note to the selected incident")],
    ["g …", gettext("go to a patrol, an incident or a place")],
    ["c …", gettext("take a call")],
    ["z", gettext("undo the last sending")],
  ];
}

/** @type {Record<string, (rest: string) => Plan>} */
const VERBS = { d: send, s: status, n: note, g: goTo, c: call, z: undo };

/**
 * What Enter would do.
 * @param {string} text
 * @returns {Plan}
 */
export function plan(text) {
  const trimmed = text.trimStart();
  if (!trimmed) return notYet("");
  const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(trimmed) ?? [];
  const verb = VERBS[latinKey(word)];
  if (verb) return verb(rest);
  if (store.unitCalled(word)) return rest ? status(trimmed) : goTo(trimmed);
  return notYet(gettext("d send · s status · n note · g go to · c new call"));
}

/** @param {string} rest */
function send(rest) {
  const words = rest.split(/[\s,]+/).filter(Boolean);
  const named = words.find((word) => word.startsWith("#"));
  const incident = named ? incidentNumbered(named.slice(1)) : desk.card;
  if (!incident) return notYet(named ? gettext("there is no such open incident") : gettext("no incident is selected"));
  const callSigns = words.filter((word) => !word.startsWith("#"));
  const completions = [...store.units.values()].filter((unit) => unit.on_duty).map((unit) => unit.call_sign).sort(compare);
  const unknown = callSigns.find((sign) => !store.unitCalled(sign));
  if (unknown) return notYet(fill(gettext("there is no patrol %(unit)s"), { unit: unknown }), completions);
  const units = callSigns.length
    ? callSigns.map((sign) => /** @type {UnitCard} */ (store.unitCalled(sign)).id)
    : named ? [] : proposed().map((offer) => offer.unit);
  if (units.length === 0) return notYet(gettext("which patrols?"), completions);
  const names = units.map((id) => store.units.get(id)?.call_sign ?? "").join(", ");
  const etas = units.map((id) => etaOf(id, incident.id)).filter(Boolean).join(", ");
  const say = fill(gettext("send %(units)s to %(incident)s"), { units: names, incident: incident.number });
  return ready(etas ? `${say} · ${etas}` : say, () => actions.sendUnits(units, incident.id), completions);
}

/**
 * @param {Id} unit
 * @param {Id} incident
 */
function etaOf(unit, incident) {
  const offer = desk.proposal?.incident === incident && desk.proposal.units.find((one) => one.unit === unit);
  return offer && offer.eta_s !== null ? duration(offer.eta_s) : "";
}

/** @param {string} rest */
function status(rest) {
  const [, callSign = "", wanted = ""] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const signs = [...store.units.values()].map((unit) => unit.call_sign).sort(compare);
  if (!callSign) return notYet(gettext("which patrol, and which status?"), signs);
  const unit = store.unitCalled(callSign);
  if (!unit) return notYet(fill(gettext("there is no patrol %(unit)s"), { unit: callSign }), signs);
  const job = store.activeOf(unit.id);
  const codes = job ? [...stepsAfter(job.status), "cancelled"] : GIVEN_STATUSES;
  const words = codes.map((code) => ({ code, word: job ? jobStatus(code) : unitStatus(code) }));
  const completions = words.map(({ word }) => word);
  const key = fold(wanted.trim());
  const hits = key ? words.filter(({ code, word }) => fold(word).startsWith(key) || code.replaceAll("_", " ").startsWith(key)) : [];
  const exact = hits.find(({ word }) => fold(word) === key);
  const hit = exact ?? (hits.length === 1 ? hits[0] : undefined);
  if (!hit) return notYet(`${unit.call_sign}: ${(hits.length ? hits : words).map(({ word }) => word).join(" · ")}`, completions);
  const say = fill(gettext("%(unit)s: %(status)s"), { unit: unit.call_sign, status: hit.word });
  return ready(say, () => (job ? actions.advance(job, hit.code) : actions.setUnitStatus(unit, hit.code)), completions);
}

/** @param {string} rest */
function note(rest) {
  const { card } = desk;
  if (!card) return notYet(gettext("no incident is selected"));
  if (!rest.trim()) return notYet(fill(gettext("a note for %(incident)s"), { incident: card.number }));
  return ready(fill(gettext("add to %(incident)s"), { incident: card.number }), () => actions.addNote(card.id, rest.trim()));
}

/** @param {string} rest */
function goTo(rest) {
  const wanted = rest.trim();
  if (!wanted) return notYet(gettext("a patrol, an incident or a place?"));
  const unit = store.unitCalled(wanted);
  if (unit)
    return ready(fill(gettext("show patrol %(unit)s"), { unit: unit.call_sign }), () => {
      desk.selectUnit(unit.id);
      document.querySelector("unit-map")?.goToUnit(unit.id);
    });
  const incident = incidentNumbered(wanted.replace(/^#/, ""));
  if (incident)
    return ready(fill(gettext("show %(incident)s"), { incident: incident.number }), () => desk.select(incident.id));
  return ready(fill(gettext("find “%(place)s” on the map"), { place: wanted }), () => showPlace(wanted));
}

/** @param {string} text */
async function showPlace(text) {
  const [first] = await searchPlaces(text).catch(() => []);
  if (!first) return desk.say("refused", fill(gettext("Nothing is called “%(place)s” here."), { place: text }));
  desk.point({ location: [first.lon, first.lat], name: placeName(first) });
  desk.say("news", `${placeName(first)}${first.detail ? `, ${inScript(first.detail)}` : ""}`);
  return document.querySelector("unit-map")?.goTo([first.lon, first.lat]);
}

/** @param {string} rest */
function call(rest) {
  return ready(gettext("take a call"), () => {
    desk.firstWords = rest.trim();
    desk.takeCall(true);
  });
}

/** Nothing follows it. */
function undo() {
  return ready(gettext("undo the last sending"), () => actions.undoSending());
}

/** The open incident whose number ends so. @param {string} digits */
function incidentNumbered(digits) {
  if (!/\d{2,}$/.test(digits)) return undefined;
  const hits = [...store.incidents.values()].filter((card) => card.number.toLowerCase().endsWith(digits.toLowerCase()));
  return hits.length === 1 ? hits[0] : undefined;
}
