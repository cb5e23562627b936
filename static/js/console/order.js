/** What stands where: the order of the queue, the groups of the board, the sign of a unit. Pure, but for the store. */

import { compare, language } from "../i18n.js";
import { isActive, store } from "../store.js";

/** From this age on, a position is too old to be trusted in silence. */
export const OLD_FIX_S = 120;

/** @typedef {"available" | "conditional" | "en_route" | "on_scene" | "unavailable" | "emergency"} Sign */

/**
 * Whether somebody must still be sent: nobody is on it, or fewer than it needs.
 * @param {IncidentCard} incident
 */
export function needsUnits(incident) {
  const sent = store.assignmentsOf(incident.id);
  if (["on_scene", "action_taken"].includes(incident.status) && sent.length === 0) return false;
  return sent.filter((card) => isActive(card) || card.status === "cleared").length < incident.min_units;
}

/**
 * Whether the target is missed: it has passed and nobody has arrived, or somebody arrived after it.
 * @param {IncidentCard} incident
 * @param {number} nowMs
 */
export function isOverdue(incident, nowMs) {
  if (!incident.target) return false;
  const stopped = stoppedAt(incident);
  return (stopped ? Date.parse(stopped) : nowMs) > Date.parse(incident.target.due_at);
}

/**
 * When the clock of the target stopped, or null while it runs.
 * @param {IncidentCard} incident
 */
export function stoppedAt(incident) {
  return incident.target?.stopped_at ?? incident.first_on_scene_at;
}

/**
 * When the clock of the target started.
 * @param {IncidentCard} incident
 */
export function startedAt(incident) {
  return incident.target?.started_at ?? incident.received_at;
}

/**
 * The queue. By priority: in each, first those for which somebody must still be sent, of these the overdue ones first, then
 * the oldest. By age: the oldest first. By target: those whose clock runs, the one that passes its target first on top.
 * @param {Iterable<IncidentCard>} incidents
 * @param {number} nowMs
 * @param {import("./tastes.js").QueueOrder} [by]
 */
export function queue(incidents, nowMs, by = "priority") {
  const rank = { priority: byPriority, age: byAge, target: byTarget }[by];
  return [...incidents]
    .map((card) => ({ card, rank: rank(card, nowMs) }))
    .sort((a, b) => {
      for (let i = 0; i < a.rank.length; i += 1) if (a.rank[i] !== b.rank[i]) return a.rank[i] - b.rank[i];
      return 0;
    })
    .map(({ card }) => card);
}

/** @param {IncidentCard} card @param {number} nowMs */
function byPriority(card, nowMs) {
  const needs = needsUnits(card);
  return [card.priority, needs ? 0 : 1, needs && isOverdue(card, nowMs) ? 0 : 1, Date.parse(card.received_at), card.id];
}

/** @param {IncidentCard} card */
function byAge(card) {
  return [Date.parse(card.received_at), card.id];
}

/** @param {IncidentCard} card */
function byTarget(card) {
  const runs = card.target && !stoppedAt(card);
  return [runs ? 0 : 1, runs ? Date.parse(card.target?.due_at ?? "") : 0, card.priority, Date.parse(card.received_at), card.id];
}

/** How long a unit that was sent may leave that unanswered, in milliseconds. */
const ANSWER_MS = 90_000;

/**
 * By when a unit should have taken its next step, and which: it was sent and should answer, or drives and should arrive.
 * @param {AssignmentCard} job
 * @returns {{due: Iso, step: "answer" | "arrival"} | null}
 */
export function nextDue(job) {
  if (job.status === "dispatched" && job.dispatched_at)
    return { due: new Date(Date.parse(job.dispatched_at) + ANSWER_MS).toISOString(), step: "answer" };
  const isDriving = ["acknowledged", "en_route"].includes(job.status);
  return isDriving && job.eta_at ? { due: job.eta_at, step: "arrival" } : null;
}

/**
 * The alarm of a unit that is not resolved, a real one before a drill.
 * @param {Id} unit
 */
export function alarmOf(unit) {
  const found = [...store.alarms.values()].filter((alarm) => alarm.unit === unit && !alarm.resolved_at);
  return found.find((alarm) => !alarm.is_drill) ?? found[0];
}

/**
 * The newest that is known of where the unit of an alarm is: it goes on sending positions.
 * @param {AlarmCard} alarm
 */
export function placeOf(alarm) {
  const live = store.positions.get(alarm.unit);
  const { position } = alarm;
  return live && position ? (Date.parse(live.at) >= Date.parse(position.at) ? live : position) : (live ?? position);
}

/**
 * The sign of a unit: what it does, else whether it can be sent.
 * @param {UnitCard} unit
 * @returns {Sign}
 */
export function signOf(unit) {
  if (unit.status === "emergency" || alarmOf(unit.id)) return "emergency";
  const status = store.activeOf(unit.id)?.status ?? unit.status;
  if (status === "on_scene" || status === "action_taken") return "on_scene";
  if (status === "dispatched" || status === "acknowledged" || status === "en_route") return "en_route";
  return unit.availability;
}

/** @typedef {"sector" | "station" | "status"} Grouping */
/** @typedef {{name: string, units: UnitCard[], free: number}} Group */

/** Call signs in the order of the language: comparing texts is dear, and they hardly ever change. */
const ranks = { language: "", /** @type {Map<string, number>} */ of: new Map() };

/** @param {string} callSign */
const rankOf = (callSign) => ranks.of.get(callSign) ?? 0;

/** @param {Iterable<UnitCard>} units */
function rank(units) {
  const missing = [...units].map((unit) => unit.call_sign).filter((sign) => !ranks.of.has(sign));
  if (missing.length === 0 && ranks.language === language()) return;
  const signs = new Set([...ranks.of.keys(), ...missing]);
  ranks.language = language();
  ranks.of = new Map([...signs].sort(compare).map((sign, index) => [sign, index]));
}

/**
 * The board: units on duty in groups, both sorted; those that need help first, in a group without a name.
 * @param {Iterable<UnitCard>} units
 * @param {(unit: UnitCard) => string} nameOf the group's name
 * @returns {Group[]}
 */
export function groups(units, nameOf) {
  const all = [...units];
  rank(all);
  /** @type {Map<string, UnitCard[]>} */
  const found = new Map();
  for (const unit of all) {
    if (!unit.on_duty) continue;
    const name = signOf(unit) === "emergency" ? "" : nameOf(unit);
    const list = found.get(name);
    if (list) list.push(unit);
    else found.set(name, [unit]);
  }
  return [...found]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, list]) => ({
      name,
      units: list.sort((a, b) => rankOf(a.call_sign) - rankOf(b.call_sign)),
      free: list.filter((unit) => isFree(unit)).length,
    }));
}

/**
 * Whether a unit can be sent at once.
 * @param {UnitCard} unit
 */
export function isFree(unit) {
  return unit.on_duty && unit.availability === "available" && !store.activeOf(unit.id);
}
