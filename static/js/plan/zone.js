/** The clock on the wall of a time zone; instants are milliseconds. Nights of 23 and 25 hours come out right. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone */
function format(zone) {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(zone, found);
  }
  return found;
}

/** What the wall shows at an instant: `2026-11-02T19:00`. @param {number} at @param {string} zone */
export function wall(at, zone) {
  const parts = Object.fromEntries(format(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The time on the wall alone: `19:00`. @param {number} at @param {string} zone */
export function clockOf(at, zone) {
  return wall(at, zone).slice(11);
}

/** How far the wall is ahead of UTC at an instant. @param {number} at @param {string} zone */
function ahead(at, zone) {
  return Date.parse(`${wall(at, zone)}Z`) - Math.floor(at / MINUTE) * MINUTE;
}

/**
 * The instant when the wall shows `shown` (`2026-11-02T19:00`): the first one where it shows that twice; where it never
 * does, the clock of before goes on.
 * @param {string} shown @param {string} zone
 */
export function instant(shown, zone) {
  const naive = Date.parse(`${shown.slice(0, 16)}Z`);
  const before = naive - ahead(naive - 24 * HOUR, zone);
  if (wall(before, zone) === shown.slice(0, 16)) return before;
  const after = naive - ahead(naive + 24 * HOUR, zone);
  return wall(after, zone) === shown.slice(0, 16) ? after : before;
}

/** A date so many days later: `2026-11-09`. @param {string} day @param {number} days */
export function plusDays(day, days) {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 24 * HOUR).toISOString().slice(0, 10);
}

/** The Monday of a day's week. @param {string} day */
export function monday(day) {
  return plusDays(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));
}

/** Local midnights from the first to the last instant (exclusive). @param {number} start @param {number} end @param {string} zone */
export function midnights(start, end, zone) {
  const found = [];
  for (let day = wall(start, zone).slice(0, 10); ; day = plusDays(day, 1)) {
    const at = instant(`${day}T00:00`, zone);
    if (at >= end) return found;
    if (at >= start) found.push(at);
  }
}
