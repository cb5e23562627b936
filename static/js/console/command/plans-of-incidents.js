/** What is done to incidents by the command line; what a sentence does not say is asked for. */

import { fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import * as actions from "../actions.js";
import { desk } from "../desk.js";
import { offer } from "../handover.js";
import * as incidentActions from "../incident-actions.js";
import { split } from "../split.js";
import { disposition, dispositionCodes } from "../words.js";
import { choose } from "./grammar.js";
import { DISPOSITIONS } from "./lexicon.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./grammar.js").Sentence} Sentence */
/** @typedef {import("./plan.js").Plan} Plan */

/**
 * The incident that is spoken of, else the selected one; or why there is none.
 * @param {Sentence} said
 * @returns {IncidentCard | Plan}
 */
function subject({ incidents, numbers }) {
  if (incidents.length > 1) return notYet(gettext("one incident at a time"));
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  const card = incidents[0] ? store.incidents.get(incidents[0].id) : desk.card;
  return card ?? notYet(gettext("no incident is selected"));
}

/**
 * A plan for the incident that is spoken of.
 * @param {(card: IncidentCard, said: Sentence) => Plan} make
 * @returns {(said: Sentence) => Plan}
 */
const on = (make) => (said) => {
  const card = subject(said);
  return "isReady" in card ? card : make(card, said);
};

const note = on((card, { text }) => {
  if (!text) return notYet(fill(gettext("a note for %(incident)s"), { incident: card.number }));
  return ready(fill(gettext("add to %(incident)s"), { incident: card.number }), () => incidentActions.addNote(card.id, text));
});

const close = on((card, { text }) => {
  const names = Object.fromEntries(dispositionCodes(card.type.code).map((code) => [code, [disposition(code), ...(DISPOSITIONS[code] ?? [])]]));
  const { codes, rest } = choose(text, names);
  const completions = dispositionCodes(card.type.code).map(disposition);
  const values = { incident: card.number, disposition: codes.map(disposition).join(" · ") };
  if (text && codes.length !== 1) return notYet((codes.length ? codes : dispositionCodes(card.type.code)).map(disposition).join(" · "), completions);
  const say = codes.length ? gettext("close %(incident)s: %(disposition)s") : gettext("close %(incident)s; asks how it ended");
  return ready(fill(say, values), () => incidentActions.close(card, codes.length ? { disposition: codes[0], text: rest } : {}), completions);
});

const cancel = (/** @type {Sentence} */ said) => (said.units.length > 0 ? callOff(said) : cancelIncident(said));

const cancelIncident = on((card, { text }) => {
  const say = text ? gettext("cancel %(incident)s: %(reason)s") : gettext("cancel %(incident)s; asks why");
  return ready(fill(say, { incident: card.number, reason: text }), () => incidentActions.cancel(card, text));
});

/** Patrols that are named with it are called off from their jobs. @param {Sentence} said @returns {Plan} */
function callOff({ units, text }) {
  const jobs = units.flatMap(({ id }) => store.activeOf(id) ?? []);
  if (jobs.length < units.length) return notYet(gettext("a patrol without a job cannot be called off"));
  const names = units.map((unit) => unit.call_sign).join(", ");
  return ready(fill(gettext("call off %(units)s"), { units: names }), async () => {
    for (const job of jobs) if (!(await actions.advance(job, "cancelled", text))) return;
  });
}

const regrade = on((card, { text }) => {
  const [, before = "", priority = "", after = ""] = /^(.*?)(?:^|\s)p?([1-4])(?:\s+|$)(.*)$/i.exec(text) ?? [];
  const reason = (priority ? `${before} ${after}` : text).trim();
  if (priority === String(card.priority)) return notYet(fill(gettext("%(incident)s has this priority"), { incident: card.number }));
  if (!priority) return ready(fill(gettext("regrade %(incident)s; asks for the rest"), { incident: card.number }), () => incidentActions.regrade(card, { reason }));
  const say = reason ? gettext("%(incident)s gets priority %(priority)s: %(reason)s") : gettext("%(incident)s gets priority %(priority)s; asks why");
  return ready(fill(say, { incident: card.number, priority, reason }), () => incidentActions.regrade(card, { priority, reason }));
});

/** Two that are named, the first into the second; or the selected one into the one that is named. @param {Sentence} said @returns {Plan} */
function merge(said) {
  const { incidents, numbers, text } = said;
  if (text) return notYet(fill(gettext("%(number)s is no open incident"), { number: text }));
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  if (incidents.length === 0) return notYet(gettext("into which incident?"), [...store.incidents.values()].map((card) => `#${card.number}`));
  const named = incidents.slice(0, 2).flatMap(({ id }) => store.incidents.get(id) ?? []);
  const [from, into] = named.length === 2 ? named : [desk.card, named[0]];
  if (!from || from.id === into.id) return notYet(gettext("an incident cannot be merged into itself"));
  const values = { from: from.number, into: into.number };
  return ready(fill(gettext("make %(from)s part of %(into)s"), values), () => incidentActions.merge(from, into));
}

/** @param {Sentence} said @returns {Plan} */
function reopen({ incidents, numbers, text }) {
  if (incidents.length > 0) return notYet(fill(gettext("%(incident)s is open"), { incident: incidents[0].number }));
  if (numbers.length === 0) return notYet(gettext("the number of an incident that has ended"));
  return ready(fill(gettext("reopen %(number)s"), { number: `…${numbers[0]}` }), () => incidentActions.reopen(numbers[0], text));
}

/** To whom, if it is said; the rest is asked. */
const handover = on((card, { text }) => {
  const say = text ? gettext("offer %(incident)s to %(centre)s") : gettext("offer %(incident)s to another centre");
  return ready(fill(say, { incident: card.number, centre: text }), () => offer(card, { to: text }));
});

/** Which caller goes out is asked. */
const splitOff = on((card) => {
  if (card.id !== desk.incident) return notYet(gettext("select the incident first"));
  return ready(fill(gettext("split a caller off %(incident)s"), { incident: card.number }), () => split(card));
});

export const plansOfIncidents = { split: splitOff, handover, note, close, cancel, regrade, merge, reopen };
