/**
 * What the board holds, by id. Nothing gets in but what the server says: a snapshot, then events in their order.
 * An event's cards are put in place whole, then its removals are done; no knowledge of the kind is needed.
 */

import { changed } from "./bus.js";

/** @type {readonly CollectionName[]} */
export const COLLECTIONS = ["incidents", "assignments", "units", "alarms", "handovers", "entries", "backups", "watch_alarms", "reminders"];

class Store {
  /** @type {Map<Id, IncidentCard>} */
  incidents = new Map();
  /** @type {Map<Id, AssignmentCard>} */
  assignments = new Map();
  /** @type {Map<Id, UnitCard>} */
  units = new Map();
  /** @type {Map<Id, AlarmCard>} */
  alarms = new Map();
  /** @type {Map<Id, HandoverCard>} */
  handovers = new Map();
  /** @type {Map<Id, EntryCard>} */
  entries = new Map();
  /** @type {Map<Id, BackupCard>} */
  backups = new Map();
  /** @type {Map<Id, WatchAlarmCard>} */
  watch_alarms = new Map();
  /** @type {Map<Id, ReminderCard>} */
  reminders = new Map();
  /** @type {Map<Id, Position>} */
  positions = new Map();
  /** @type {Snapshot["board"] | null} */
  board = null;
  /** The number of the newest event that is in. */
  seq = 0;
  /** @type {Map<Id, AssignmentCard[]> | null} */
  #byIncident = null;
  /** @type {Map<Id, AssignmentCard> | null} */
  #activeByUnit = null;

  /**
   * Begin anew from a snapshot.
   * @param {Snapshot} snapshot
   */
  load(snapshot) {
    this.board = snapshot.board;
    this.seq = snapshot.seq;
    for (const name of COLLECTIONS) {
      const cards = Object.values(snapshot[name]);
      /** @type {Map<Id, any>} */ (this[name]) = new Map(cards.map((card) => [card.id, card]));
    }
    this.positions = new Map(Object.values(snapshot.positions).map((position) => [position.unit, position]));
    this.#forget();
    changed(...COLLECTIONS, "positions");
  }

  /** Forget everything: the right to see it is gone. */
  clear() {
    for (const name of COLLECTIONS) this[name].clear();
    this.positions.clear();
    this.#forget();
    changed(...COLLECTIONS, "positions");
  }

  /**
   * Apply the next event. The caller sees to the order.
   * @param {LiveEvent} event
   */
  apply(event) {
    for (const name of COLLECTIONS) {
      /** @type {Map<Id, any>} */
      const collection = this[name];
      for (const card of event.upserts[name] ?? []) collection.set(card.id, card);
    }
    for (const name of COLLECTIONS) for (const id of event.removes[name] ?? []) this[name].delete(id);
    this.seq = event.seq;
    const touched = COLLECTIONS.filter((name) => event.upserts[name]?.length || event.removes[name]?.length);
    if (touched.includes("assignments")) this.#forget();
    changed(...touched);
  }

  /**
   * Take newer positions; an older one than what is known is dropped.
   * @param {readonly Position[]} positions
   */
  move(positions) {
    for (const position of positions) {
      const known = this.positions.get(position.unit);
      if (!known || known.at <= position.at) this.positions.set(position.unit, position);
    }
    changed("positions");
  }

  /**
   * Assignments of an incident, in the order in which they were made.
   * @param {Id} incident
   * @returns {readonly AssignmentCard[]}
   */
  assignmentsOf(incident) {
    if (!this.#byIncident) {
      this.#byIncident = new Map();
      for (const card of this.assignments.values()) {
        const list = this.#byIncident.get(card.incident);
        if (list) list.push(card);
        else this.#byIncident.set(card.incident, [card]);
      }
      for (const list of this.#byIncident.values()) list.sort((a, b) => a.id - b.id);
    }
    return this.#byIncident.get(incident) ?? [];
  }

  /**
   * Those of an incident that have not ended.
   * @param {Id} incident
   */
  activeOn(incident) {
    return this.assignmentsOf(incident).filter((card) => isActive(card));
  }

  /**
   * What a unit is on now.
   * @param {Id} unit
   */
  activeOf(unit) {
    if (!this.#activeByUnit) {
      this.#activeByUnit = new Map();
      for (const card of this.assignments.values()) if (isActive(card)) this.#activeByUnit.set(card.unit, card);
    }
    return this.#activeByUnit.get(unit);
  }

  /**
   * The unit of a call sign, whatever the case.
   * @param {string} callSign
   */
  unitCalled(callSign) {
    const wanted = callSign.toLowerCase();
    for (const unit of this.units.values()) if (unit.call_sign.toLowerCase() === wanted) return unit;
    return undefined;
  }

  #forget() {
    this.#byIncident = null;
    this.#activeByUnit = null;
  }
}

const ENDS = new Set(["cleared", "cancelled", "pre_empted", "refused"]);

/**
 * Whether an assignment still holds its unit.
 * @param {AssignmentCard} card
 */
export function isActive(card) {
  return !ENDS.has(card.status);
}

export const store = new Store();
