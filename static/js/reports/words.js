/** Words and figures of reports, in the reader's language. */

import { timeZone } from "../clock.js";
import { fill, gettext, inLanguage, inScript, language } from "../i18n.js";

const LOCALES = /** @type {Record<string, string>} */ ({ sr: "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", sl: "sl-SI", en: "en-GB" });

/** The locale of figures and dates. */
export function locale() {
  return LOCALES[language()] ?? language();
}

/** @param {number} value @param {number} [digits] */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** @param {number | null} share 0–1 */
export function percent(share) {
  if (share === null) return "–";
  return new Intl.NumberFormat(locale(), { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);
}

/**
 * Seconds as a clock: 6:30, 1:02:03. A tenth of a second more or less is left to the exact figure beside it.
 * @param {number | null} seconds
 */
export function clock(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** @param {number | null} seconds in words: 6 min 30 s */
export function spoken(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (!minutes) return fill(gettext("%(s)s s"), { s: whole });
  if (!(whole % 60)) return fill(gettext("%(m)s min"), { m: number(minutes) });
  return fill(gettext("%(m)s min %(s)s s"), { m: number(minutes), s: whole % 60 });
}

/** @param {number | null} seconds exact, in seconds */
export function exact(seconds) {
  return seconds === null ? "–" : fill(gettext("%(s)s s"), { s: number(seconds, 2) });
}

/** @param {string | null} iso a date or an instant @param {string} [zone] */
export function day(iso, zone) {
  if (!iso) return "…";
  const isDate = iso.length === 10;
  const at = new Date(isDate ? `${iso}T12:00:00Z` : iso);
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: isDate ? "UTC" : zone }).format(at);
}

/** @param {string | null} iso an instant @param {string} [zone] */
export function moment(iso, zone = timeZone()) {
  if (!iso) return "–";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(iso));
}

/** @param {{from: string | null, to: string | null, shift?: string | null}} params */
export function period({ from, to, shift }) {
  if (!from && !to) return gettext("everything recorded");
  if (from === to) return shift ? `${day(from)}, ${shift.replace("-", "–")}` : day(from);
  return fill(gettext("%(from)s – %(to)s"), { from: day(from), to: day(to) });
}

/** Measures in the order of their clock: name and definition. @returns {Record<string, {name: string, definition: string}>} */
export function measures() {
  return {
    response: { name: gettext("Response time"), definition: gettext("from the call to the first unit on the scene") },
    dispatch_delay: { name: gettext("Dispatch delay"), definition: gettext("from the call to the first unit sent") },
    turnout: { name: gettext("Turnout"), definition: gettext("from dispatch to en route, of the unit that arrived first") },
    travel: { name: gettext("Travel"), definition: gettext("from en route to on scene, of the unit that arrived first") },
    to_action: { name: gettext("To action"), definition: gettext("from the call to action taken") },
  };
}

/** @param {string} by */
export function grouping(by) {
  return (
    {
      priority: gettext("By final priority"),
      first_priority: gettext("By first priority"),
      highest_priority: gettext("By highest priority"),
      type: gettext("By kind of incident"),
      hour: gettext("By hour of the call"),
      weekday: gettext("By day of the call"),
      shift: gettext("By shift of the call"),
      unit: gettext("By unit that arrived first"),
      sector: gettext("By sector"),
      organisation: gettext("By organisational unit"),
    }[by] ?? by
  );
}

/** @param {string} by @param {{key: string | null, label?: string, names?: Record<string, string>}} group */
export function groupName(by, group) {
  if (group.key === null) return by === "sector" ? gettext("outside every sector") : gettext("no unit sent");
  if (by === "shift") return group.key.replace("-", "–");
  if (by === "weekday") {
    const monday = Date.UTC(2024, 0, 1, 12);
    const at = new Date(monday + (Number(group.key) - 1) * 86_400_000);
    return new Intl.DateTimeFormat(locale(), { weekday: "long", timeZone: "UTC" }).format(at);
  }
  if (by === "hour") return `${group.key.padStart(2, "0")}–${String((Number(group.key) + 1) % 24).padStart(2, "0")}`;
  if (by.endsWith("priority")) return fill(gettext("priority %(n)s"), { n: group.key });
  if (by === "type") return inLanguage(group.names ?? {}, group.label ?? group.key);
  if (by === "unit" && group.key === "?") return gettext("unit not named in the history");
  return inScript(group.label ?? group.key);
}

/** A difference as a clock, always with its sign. @param {number | null} seconds */
export function signed(seconds) {
  if (seconds === null) return "–";
  return `${seconds < 0 ? "−" : "+"}${clock(Math.abs(seconds))}`;
}

/** @param {{priority: number, seconds: number, percentile: number}} row */
export function targetName(row) {
  return fill(gettext("Priority %(priority)s: %(seconds)s in %(percentile)s %"), {
    priority: row.priority,
    seconds: spoken(row.seconds),
    percentile: row.percentile,
  });
}

/** @param {string} event a step of what happened */
export function stageName(event) {
  return (
    {
      received: gettext("call received"),
      on_view: gettext("found by a patrol"),
      dispatched: gettext("sent"),
      acknowledged: gettext("acknowledged"),
      en_route: gettext("en route"),
      on_scene: gettext("on scene"),
      action_taken: gettext("action taken"),
      cleared: gettext("cleared"),
      cancelled: gettext("cancelled"),
      pre_empted: gettext("taken off for something more urgent"),
      refused: gettext("refused"),
      regraded: gettext("regraded"),
      reopened: gettext("opened again"),
      closed: gettext("incident closed"),
      incident_cancelled: gettext("incident cancelled"),
    }[event] ?? event
  );
}

/** @param {string} event a moment of a target */
export function momentName(event) {
  return (
    {
      received: gettext("call received"),
      answered: gettext("call answered"),
      created: gettext("incident created"),
      ready: gettext("ready for dispatch"),
      dispatched: gettext("first unit dispatched"),
      en_route: gettext("first unit en route"),
      on_scene: gettext("first unit on scene"),
      action_taken: gettext("action taken"),
    }[event] ?? event
  );
}

/** @param {string} source of an arrival */
export function sourceName(source) {
  return (
    {
      console: gettext("entered at the console"),
      field: gettext("pressed in the field"),
      geofence: gettext("seen by position"),
      api: gettext("told by another system"),
      import: gettext("imported history"),
      system: gettext("set by the system"),
      unknown: gettext("source not recorded"),
    }[source] ?? source
  );
}

/** @param {string} state of a report */
export function stateName(state) {
  return (
    {
      queued: gettext("waiting for a worker"),
      running: gettext("being computed"),
      done: gettext("done"),
      failed: gettext("failed"),
      cancelled: gettext("cancelled"),
    }[state] ?? state
  );
}
