/**
 * A past period of a board: what happened is read once, positions slice by slice as they are needed. Whatever is asked, is
 * asked of a moment: where each unit was, what it did, which incidents were open.
 */

import { read } from "../api.js";

export const SLICE_MS = 10 * 60_000;
const TRAIL_MS = 30 * 60_000;
/** Between two positions that are closer in time, the unit is drawn on the line between them. */
const GLIDE_MS = 90_000;
/** A position that is older is drawn faint. */
const OLD_MS = 2 * 60_000;
const KEPT = 16;

/** @typedef {{at: number, lon: number, lat: number, heading: number | null}} Point */
/** @typedef {{at: number, lon: number, lat: number, heading: number, isOld: boolean}} Place */

export class Film {
  /** @type {Map<number, Map<Id, Point[]> | "asked">} */
  #slices = new Map();
  /** @param {ReplayOfBoard} happened @param {() => void} onSlice called when positions have come */
  constructor(happened, onSlice) {
    this.happened = happened;
    this.from = Date.parse(happened.from);
    this.to = Date.parse(happened.to);
    this.onSlice = onSlice;
    /** The last reason why positions could not be read. */
    this.trouble = "";
    this.news = newsOf(happened);
  }

  /**
   * Read a period.
   * @param {{board: string, from: string, to: string}} asked times of the centre's wall clock
   * @param {() => void} onSlice
   */
  static async open({ board, from, to }, onSlice) {
    return new Film(await read(`boards/${board}/replay/`, { query: { from, to }, timeoutMs: 30_000 }), onSlice);
  }

  /** Whether the positions of a moment are here. @param {number} at */
  has(at) {
    return this.#slices.get(this.#slice(at)) instanceof Map;
  }

  /** See that the positions of a moment, and of what comes next, are here soon. @param {number} at @param {boolean} withTrail */
  need(at, withTrail) {
    const now = this.#slice(at);
    const last = this.#slice(this.to - 1);
    const wanted = [now, now + 1];
    if (withTrail) for (let back = 1; back <= TRAIL_MS / SLICE_MS; back += 1) wanted.push(now - back);
    for (const index of wanted) if (index >= 0 && index <= last && !this.#slices.has(index)) void this.#read(index);
    for (const index of this.#slices.keys())
      if (this.#slices.size > KEPT && Math.abs(index - now) > KEPT / 2) this.#slices.delete(index);
  }

  /** @param {number} at */
  #slice(at) {
    return Math.floor((Math.min(at, this.to - 1) - this.from) / SLICE_MS);
  }

  /** @param {number} index */
  async #read(index) {
    this.#slices.set(index, "asked");
    const from = this.from + index * SLICE_MS;
    const query = { from: new Date(from).toISOString(), to: new Date(Math.min(this.to, from + SLICE_MS)).toISOString() };
    try {
      const found = await read(`boards/${this.happened.board.id}/replay/positions/`, { query, timeoutMs: 30_000 });
      const start = Date.parse(found.from);
      /** @type {Map<Id, Point[]>} */
      const units = new Map();
      for (const [unit, points] of Object.entries(/** @type {Record<string, [number, number, number, number | null][]>} */ (found.units)))
        units.set(Number(unit), points.map(([after, lon, lat, heading]) => ({ at: start + after * 1000, lon, lat, heading })));
      this.#slices.set(index, units);
      this.trouble = "";
    } catch (error) {
      this.#slices.delete(index);
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.onSlice();
  }

  /**
   * Where a unit was.
   * @param {Id} unit
   * @param {number} at
   * @returns {Place | null}
   */
  placeOf(unit, at) {
    const slice = this.#slices.get(this.#slice(at));
    const points = slice instanceof Map ? slice.get(unit) : undefined;
    if (!points) return null;
    const index = countUntil(points, at) - 1;
    const before = points[index];
    if (!before) return null;
    const after = points[index + 1];
    const place = { ...before, heading: before.heading ?? 0, isOld: at - before.at > OLD_MS };
    if (!after || after.at - before.at > GLIDE_MS) return place;
    const share = (at - before.at) / (after.at - before.at);
    return { ...place, lon: before.lon + share * (after.lon - before.lon), lat: before.lat + share * (after.lat - before.lat) };
  }

  /** What a unit did, or null before its first status. @param {ReplayUnit} unit @param {number} at */
  statusOf(unit, at) {
    let found = null;
    for (const status of unit.statuses) {
      if (Date.parse(status.at) > at) break;
      found = status;
    }
    return found;
  }

  /** The way of a unit in the half hour before. @param {Id} unit @param {number} at */
  trailOf(unit, at) {
    /** @type {Map<number, {lon: number, lat: number, at: Iso}>} */
    const found = new Map();
    for (const slice of this.#slices.values())
      if (slice instanceof Map)
        for (const point of slice.get(unit) ?? [])
          if (point.at <= at && point.at > at - TRAIL_MS) found.set(point.at, { ...point, at: new Date(point.at).toISOString() });
    return [...found].sort(([a], [b]) => a - b).map(([, point]) => point);
  }

  /** Incidents that were open, with their priority then. @param {number} at */
  incidentsAt(at) {
    return this.happened.incidents
      .filter(({ open }) => open.some(([start, end]) => Date.parse(start) <= at && (end === null || Date.parse(end) > at)))
      .map((incident) => ({ ...incident, priority: incident.priorities.findLast((one) => Date.parse(one.at) <= at)?.priority ?? incident.priority }));
  }

  /** Whether a unit called for help. @param {Id} unit @param {number} at */
  needsHelp(unit, at) {
    return this.happened.alarms.some(
      (alarm) => alarm.unit === unit && Date.parse(alarm.raised_at) <= at && (!alarm.resolved_at || Date.parse(alarm.resolved_at) > at),
    );
  }
}

export { TRAIL_MS };

/** How many points, in order, are not after a moment. @param {readonly Point[]} points @param {number} at */
function countUntil(points, at) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Point} */ (points[middle]).at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @typedef {{at: number, kind: string, incident?: ReplayIncident, number?: string, unit?: Id}} News */

/** All that happened, in order. @param {ReplayOfBoard} happened @returns {News[]} */
function newsOf(happened) {
  /** @type {News[]} */
  const news = [];
  const from = Date.parse(happened.from);
  /** @param {Iso | null} at @param {Omit<News, "at">} what */
  const add = (at, what) => at && Date.parse(at) >= from && news.push({ at: Date.parse(at), ...what });
  for (const incident of happened.incidents)
    for (const [index, [start, end]] of incident.open.entries()) {
      add(start, { kind: index ? "reopened" : "received", incident });
      add(end, { kind: "ended", incident });
    }
  for (const job of happened.assignments)
    for (const step of /** @type {const} */ (["dispatched", "en_route", "on_scene", "action_taken"]))
      add(job[`${step}_at`], { kind: step, unit: job.unit, number: job.number });
  for (const alarm of happened.alarms) {
    add(alarm.raised_at, { kind: "alarm", unit: alarm.unit });
    add(alarm.resolved_at, { kind: "resolved", unit: alarm.unit });
  }
  return news.sort((a, b) => a.at - b.at);
}
