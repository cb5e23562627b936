/** What Enter would do: a sentence of the command line becomes a plan, said in words before it is done. */

import { duration } from "../../clock.js";
import { compare, fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import * as actions from "../actions.js";
import { desk } from "../desk.js";
import { proposed } from "../proposal.js";
import { may } from "../settings.js";
import { undoing } from "../undo.js";
import { parse, worldOf } from "./grammar.js";
import { STATUSES, VERBS } from "./lexicon.js";
import { plansOfIncidents } from "./plans-of-incidents.js";
import { plansOfPlaces } from "./plans-of-places.js";
import { notYet, ready } from "./plan.js";
import { messagePlan } from "./plans-of-messages.js";
import { contactPlan } from "./plans-of-contact.js";
import { reminderPlan } from "./plans-of-reminders.js";
import { statusPlan } from "./plans-of-statuses.js";

/** @typedef {import("./grammar.js").Sentence} Sentence */
/** @typedef {import("./lexicon.js").Verb} Verb */
/** @typedef {import("./plan.js").Plan} Plan */

/** What one may do with a verb; those that are not here are for everybody. @type {Partial<Record<Verb, string[]>>} */
const RIGHTS = {
  send: ["dispatch.assign"],
  undo: ["dispatch.assign", "incident.edit", "unit.status"],
  status: ["unit.status", "dispatch.assign"],
  message: ["unit.status"],
  contact: ["unit.status"],
  note: ["incident.edit"],
  timer: ["incident.edit"],
  call: ["incident.edit"],
  close: ["incident.edit"],
  cancel: ["incident.edit"],
  regrade: ["incident.edit"],
  merge: ["incident.edit"],
  handover: ["incident.edit"],
  split: ["incident.edit"],
  reopen: ["incident.edit"],
};

/** @type {Partial<Record<Verb, (said: Sentence) => Plan>>} */
const PLANS = {
  send,
  status: statusPlan,
  message: messagePlan,
  contact: contactPlan,
  ...plansOfIncidents,
  ...plansOfPlaces,
  timer: reminderPlan,
  undo: undoPlan,
};

/** @returns {Plan} */
function undoPlan() {
  const { isPossible, say } = undoing();
  return isPossible ? ready(say, () => actions.undo()) : notYet(say);
}

/** Call signs of those on duty, as the language sorts them. */
export function callSigns() {
  return [...store.units.values()].filter((unit) => unit.on_duty).map((unit) => unit.call_sign).sort(compare);
}

/**
 * What Enter would do.
 * @param {string} text
 * @returns {Plan}
 */
export function plan(text) {
  if (!text.trim()) return notYet("");
  const said = parse(text, worldOf(store.units.values(), store.incidents.values()));
  const verb = said.verb ?? impliedVerb(said);
  if (!verb) return unclear(said);
  const needed = RIGHTS[verb];
  if (needed && !needed.some(may)) return notYet(gettext("you do not have the right to do this"));
  const found = PLANS[verb]?.(said) ?? notYet(gettext("this is not possible here"));
  return { ...found, completions: found.completions ?? callSigns() };
}

/**
 * What is meant without a verb: a patrol and an incident are brought together, words after a patrol are its status, and
 * what stands alone is gone to.
 * @param {Sentence} said
 * @returns {Verb | null}
 */
function impliedVerb({ units, incidents, numbers, text }) {
  if (units.length > 0 && text) return "status";
  if (units.length > 0 && incidents.length + numbers.length > 0) return "send";
  if (!text && units.length + incidents.length === 1) return "go";
  return null;
}

/** @param {Sentence} said @returns {Plan} */
function unclear(said) {
  const completions = [...Object.values(VERBS).map(({ words }) => words[0]), ...callSigns(), ...Object.values(STATUSES).flat()];
  if (said.verbs.length > 0) return notYet(`${said.verbs.map((verb) => VERBS[verb].words[0]).join(" · ")}?`, completions);
  return notYet(gettext("d send · s status · n note · g go to · c new call · ? all"), completions);
}

/** @param {Sentence} said @returns {Plan} */
function send(said) {
  const { units, incidents, numbers, text } = said;
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  if (text) return notYet(fill(gettext("there is no patrol %(unit)s"), { unit: text }));
  if (incidents.length > 1) return notYet(gettext("one incident at a time"));
  const incident = incidents[0] ? store.incidents.get(incidents[0].id) : desk.card;
  if (!incident) return notYet(gettext("no incident is selected"));
  const isProposal = units.length === 0 && incident.id === desk.incident;
  const ids = isProposal ? proposed().map((offer) => offer.unit) : units.map((unit) => unit.id);
  if (ids.length === 0) return notYet(gettext("which patrols?"));
  const names = ids.map((id) => store.units.get(id)?.call_sign ?? "").join(", ");
  const etas = ids.map((id) => etaOf(id, incident.id)).filter(Boolean).join(", ");
  const say = fill(gettext("send %(units)s to %(incident)s"), { units: names, incident: incident.number });
  return ready([say, ...busy(ids, incident.id), etas].filter(Boolean).join(" · "), () => actions.sendUnits(ids, incident.id));
}

/**
 * @param {Id} unit
 * @param {Id} incident
 */
function etaOf(unit, incident) {
  const offer = desk.proposal?.incident === incident && desk.proposal.units.find((one) => one.unit === unit);
  return offer && offer.eta_s !== null ? duration(offer.eta_s) : "";
}

/**
 * What those would have to break off; it is asked again before it is done.
 * @param {Id[]} units
 * @param {Id} incident
 */
function busy(units, incident) {
  return units.flatMap((id) => {
    const job = store.activeOf(id);
    if (!job) return [];
    const unit = store.units.get(id)?.call_sign ?? "";
    if (job.incident === incident) return [fill(gettext("%(unit)s is on it already"), { unit })];
    return [fill(gettext("%(unit)s is on %(incident)s"), { unit, incident: store.incidents.get(job.incident)?.number ?? "…" })];
  });
}
