/**
 * What a dispatcher does with patrols and alarms, one function each. A command is done when the server has said so; a refusal is said in words,
 * with the choice to make.
 */

import { ApiError, command } from "../api.js";
import { compare, fill, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { store } from "../store.js";
import { ask, confirm } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { keepDeed, undoLast } from "./undo.js";
import { jobStatus, unitStatus } from "./words.js";

/** The sending that is under way; news of it may be on the screen before its answer. @type {Promise<void>} */
let sending = Promise.resolve();

/**
 * Do something; say how it went. True when it was done.
 * @param {() => Promise<unknown>} work
 * @param {string} [done] what to say when it is
 * @param {{run?: () => Promise<unknown>, why?: string}} [undo] how it is taken back, or why it cannot be
 */
export async function attempt(work, done = "", undo = {}) {
  try {
    await work();
    if (done) keepDeed({ what: done, ...undo });
    if (done) desk.say("done", done);
    void live.catchUp();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
    void live.catchUp();
    return false;
  }
}

/**
 * Send units to an incident, one after the other; each stands on its own.
 * @param {readonly Id[]} units
 * @param {Id} incident
 */
export function sendUnits(units, incident) {
  sending = sendEach(units, incident);
  return sending;
}

/**
 * @param {readonly Id[]} units
 * @param {Id} incident
 */
async function sendEach(units, incident) {
  /** @type {Id[]} */
  const sent = [];
  /** @type {string[]} */
  const names = [];
  for (const [index, unit] of units.entries()) {
    const id = await sendUnit(unit, incident, { is_all: index === units.length - 1 });
    if (id === null) break;
    sent.push(id);
    names.push(callSign(unit));
  }
  if (sent.length === 0) return;
  const what = fill(gettext("%(units)s sent to %(incident)s"), { units: names.join(", "), incident: numberOf(incident) });
  keepDeed({ what, run: () => takeBack(sent.splice(0)) });
  desk.say("done", what);
}

/**
 * Send one unit. What the server wants confirmed (a job to break off, fewer units than needed) is asked, and sent again.
 * @param {Id} unit
 * @param {Id} incident
 * @param {{is_all?: boolean, pre_empt?: boolean, reason?: string}} how `is_all`: no more will be sent
 * @returns {Promise<Id | null>} the assignment, null where it was not sent
 */
async function sendUnit(unit, incident, how) {
  const label = fill(gettext("sending %(unit)s"), { unit: callSign(unit) });
  try {
    const { id } = await command(`incidents/${incident}/assignments/`, { unit, ...how }, { label });
    return id;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", `${callSign(unit)}: ${error.message}`);
    if (error.code === "reason_needed") {
      const reason = await askReason(gettext("Fewer patrols than this kind of incident needs"), error.message);
      return reason === "" ? null : sendUnit(unit, incident, { ...how, reason });
    }
    if (how.pre_empt || !(await wantsPreEmption(unit, incident, error))) return null;
    return sendUnit(unit, incident, { ...how, pre_empt: true });
  } finally {
    void live.catchUp();
  }
}

/** Take back assignments, one by one; the server refuses where a unit has answered already. @param {Id[]} assignments */
async function takeBack(assignments) {
  for (const id of assignments) await command(`assignments/${id}/undo/`, {}, { label: gettext("taking back") });
}

/** Take back what was done last here, once what is under way has its answer. */
export async function undo() {
  await Promise.all([sending, stepping]);
  await undoLast();
}

/**
 * A unit is busy: say with what, and ask whether to break that off. Only what is less urgent may be.
 * @param {Id} unit
 * @param {Id} incident
 * @param {ApiError} error
 */
async function wantsPreEmption(unit, incident, error) {
  const values = { unit: callSign(unit), status: unitStatus(error.state?.status ?? "") };
  const yes = gettext("Break off and send");
  if (error.code === "unit_conditional") {
    const text = fill(gettext("%(unit)s: %(status)s. Break that off and send it?"), values);
    return confirm({ title: gettext("The patrol is busy"), text, yes });
  }
  const other = error.code === "unit_busy" && store.incidents.get(error.state?.incident);
  const wanted = store.incidents.get(incident);
  if (!other || !wanted || other.id === incident || other.priority <= wanted.priority) return false;
  return confirm({
    title: fill(gettext("%(unit)s is on another incident"), values),
    text: fill(gettext("%(number)s, %(place)s (%(status)s). Break that off and send it here?"), {
      number: other.number,
      place: inScript(other.place),
      status: jobStatus(error.state.status),
    }),
    yes,
  });
}

/**
 * Report a step of an assignment. The server refuses it where somebody was faster; then it says how things stand.
 * @param {AssignmentCard} assignment
 * @param {string} status
 * @param {string} [reason] for the ends that need one; asked for where it is not given
 */
export async function advance(assignment, status, reason = "") {
  if (["cancelled", "refused"].includes(status) && !reason) {
    reason = await askReason(fill(gettext("Call off %(unit)s"), { unit: callSign(assignment.unit) }));
    if (!reason) return false;
  }
  const values = { unit: callSign(assignment.unit), status: jobStatus(status) };
  const label = fill(gettext("%(unit)s: %(status)s"), values);
  const step = stepping.then(() =>
    attempt(async () => {
      const body = { status, expected: presentStatus(assignment), ...(reason && { reason }) };
      const { id, version, ...answer } = await command(`assignments/${assignment.id}/`, body, { label });
      answered.set(id, { status: answer.status, version });
    }, label, { run: () => undoStep(assignment.id, status) }),
  );
  stepping = step;
  return step;
}

/** @param {Id} assignment @param {string} step */
async function undoStep(assignment, step) {
  const label = gettext("taking back");
  const { status, version } = await command(`assignments/${assignment}/undo/`, { status: step }, { label });
  answered.set(assignment, { status, version });
}

/** The last step that is under way here: what is typed fast is done in its order. @type {Promise<unknown>} */
let stepping = Promise.resolve();
/** What the server answered to steps from here, whose news may still be on its way. @type {Map<Id, {status: string, version: number}>} */
const answered = new Map();

/** How an assignment stands, by the newest that is known. @param {AssignmentCard} shown */
function presentStatus(shown) {
  const card = store.assignments.get(shown.id) ?? shown;
  const answer = answered.get(shown.id);
  return answer && answer.version > card.version ? answer.status : card.status;
}

/**
 * Give a unit a status of its own.
 * @param {UnitCard} unit
 * @param {string} status
 */
export function setUnitStatus(unit, status) {
  const said = fill(gettext("%(unit)s: %(status)s"), { unit: unit.call_sign, status: unitStatus(status) });
  return attempt(() => command(`units/${unit.id}/status/`, { status, expected: unit.status }, { label: said }), said, {
    run: () => command(`units/${unit.id}/status/undo/`, { status }, { label: gettext("taking back") }),
  });
}

/** Answer for an alarm. @param {AlarmCard} alarm */
export function acknowledgeAlarm(alarm) {
  const said = fill(gettext("Alarm of %(unit)s taken"), { unit: alarm.call_sign });
  return attempt(() => command(`alarms/${alarm.id}/acknowledge/`, {}, { label: said }), said);
}

/** Close an alarm, with words on how it ended. @param {AlarmCard} alarm */
export async function resolveAlarm(alarm) {
  const values = { unit: alarm.call_sign };
  const answer = await ask({
    title: fill(gettext("Resolve the alarm of %(unit)s"), values),
    fields: [{ name: "text", label: gettext("How it ended"), required: true }],
    yes: gettext("Resolve"),
  });
  if (!answer) return false;
  const said = fill(gettext("Alarm of %(unit)s resolved"), values);
  return attempt(() => command(`alarms/${alarm.id}/resolve/`, answer, { label: said }), said);
}

/** Try the chain of alarms with one patrol; it goes on with its work. */
export async function startDrill() {
  const units = [...store.units.values()].sort((a, b) => compare(a.call_sign, b.call_sign));
  const answer = await ask({
    title: gettext("Drill an alarm"),
    text: gettext("The alarm goes all the way, marked as a drill; the patrol keeps its status."),
    fields: [
      {
        name: "unit",
        label: gettext("Patrol"),
        options: units.map((unit) => ({ value: String(unit.id), text: unit.call_sign })),
        value: String(desk.unit ?? ""),
      },
    ],
    yes: gettext("Raise"),
  });
  if (!answer) return false;
  const said = fill(gettext("Drill: alarm of %(unit)s raised"), { unit: callSign(Number(answer.unit)) });
  return attempt(() => command("alarms/", { unit: Number(answer.unit), drill: true }, { label: said }), said);
}

/**
 * @param {string} title
 * @param {string} [text]
 * @param {string} [value] what is proposed
 * @returns {Promise<string>} "" when it was called off
 */
export async function askReason(title, text = "", value = "") {
  const answer = await ask({
    title,
    text,
    fields: [{ name: "reason", label: gettext("Reason"), required: true, value }],
    yes: gettext("Confirm"),
  });
  return answer?.reason ?? "";
}

/** @param {Id} unit */
export const callSign = (unit) => store.units.get(unit)?.call_sign ?? String(unit);

/** @param {Id} incident */
export const numberOf = (incident) => store.incidents.get(incident)?.number ?? String(incident);
