/**
 * What a dispatcher does with incidents, one function each. What is not given with it is asked for; a command is done when
 * the server has said so.
 */

import { ApiError, command, read } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { askReason, attempt, callSign, numberOf } from "./actions.js";
import { ask, confirm } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { typeName } from "./kinds.js";
import { sideBySide } from "./side-by-side.js";
import { disposition, dispositionCodes } from "./words.js";

/**
 * @param {Id} incident
 * @param {string} text
 */
export function addNote(incident, text) {
  return attempt(
    () => command(`incidents/${incident}/notes/`, { text }, { label: gettext("adding the note") }),
    fill(gettext("Note added to %(incident)s"), { incident: numberOf(incident) }),
  );
}

/**
 * @param {IncidentCard} incident
 * @param {{priority?: string, reason?: string}} [given]
 */
export async function regrade(incident, given = {}) {
  const isWhole = Boolean(given.priority && given.reason);
  const answer = isWhole ? given : await askPriority(incident, given);
  if (!answer) return false;
  const priority = String(answer.priority);
  return attempt(
    () =>
      command(
        `incidents/${incident.id}/regrade/`,
        { priority: Number(priority), reason: answer.reason },
        { label: gettext("regrading") },
      ),
    fill(gettext("%(incident)s has priority %(priority)s now"), { incident: incident.number, priority }),
    { run: () => undo(incident.id, "regrade") },
  );
}

/**
 * @param {IncidentCard} incident
 * @param {{priority?: string, reason?: string}} given
 */
function askPriority(incident, given) {
  return ask({
    title: fill(gettext("Regrade %(incident)s"), { incident: incident.number }),
    fields: [
      {
        name: "priority",
        label: gettext("Priority"),
        options: ["1", "2", "3", "4"].map((value) => ({ value, text: value })),
        value: given.priority ?? String(incident.priority),
      },
      { name: "reason", label: gettext("Reason"), required: true, value: given.reason },
    ],
    yes: gettext("Regrade"),
  });
}

/**
 * @param {IncidentCard} incident
 * @param {{disposition?: string, text?: string}} [given] with a disposition, nothing is asked but where patrols are on it
 */
export async function close(incident, given = {}) {
  const busy = store.activeOn(incident.id).map((card) => callSign(card.unit));
  const isWhole = Boolean(given.disposition) && busy.length === 0;
  const answer = isWhole ? { text: "", ...given } : await askDisposition(incident, busy, given);
  if (!answer) return false;
  return attempt(
    () => command(`incidents/${incident.id}/close/`, answer, { label: gettext("closing") }),
    fill(gettext("%(incident)s closed: %(disposition)s"), {
      incident: incident.number,
      disposition: disposition(answer.disposition ?? ""),
    }),
    { run: () => undoEnd(incident.id) },
  );
}

/**
 * @param {IncidentCard} incident
 * @param {string[]} busy call signs of those who would be cleared
 * @param {{disposition?: string, text?: string}} given
 */
function askDisposition(incident, busy, given) {
  const said = desk.incident === incident.id ? desk.timeline?.findLast((entry) => entry.kind === "outcome_reported") : undefined;
  const crew = said ? { disposition: String(said.data?.disposition ?? ""), text: said.text } : {}; // as the crew said it
  return ask({
    title: fill(gettext("Close %(incident)s"), { incident: incident.number }),
    text: busy.length ? fill(gettext("%(units)s will be cleared."), { units: busy.join(", ") }) : "",
    fields: [
      {
        name: "disposition",
        label: gettext("Disposition"),
        options: dispositionCodes(incident.type.code).map((value) => ({ value, text: disposition(value) })),
        value: given.disposition ?? (crew.disposition || "resolved"),
      },
      { name: "text", label: gettext("Outcome"), isLong: true, value: given.text ?? crew.text },
    ],
    yes: gettext("Close the incident"),
  });
}

/**
 * @param {IncidentCard} incident
 * @param {string} [given] the reason; where patrols are on it, it is asked for all the same
 */
export async function cancel(incident, given = "") {
  const busy = store.activeOn(incident.id).map((card) => callSign(card.unit));
  const text = busy.length ? fill(gettext("%(units)s will be called off."), { units: busy.join(", ") }) : "";
  const title = fill(gettext("Cancel %(incident)s"), { incident: incident.number });
  const reason = given && busy.length === 0 ? given : await askReason(title, text, given);
  if (!reason) return false;
  return attempt(
    () => command(`incidents/${incident.id}/cancel/`, { reason }, { label: gettext("cancelling") }),
    fill(gettext("%(incident)s cancelled"), { incident: incident.number }),
    { run: () => undoEnd(incident.id) },
  );
}

/**
 * Attach a caller to an incident that is already there.
 * @param {Id} incident
 * @param {Record<string, unknown>} call
 */
export function attachCall(incident, call) {
  return attempt(
    () => command("calls/", { ...call, incident }, { label: gettext("attaching the caller") }),
    fill(gettext("Caller attached to %(incident)s"), { incident: numberOf(incident) }),
    { why: gettext("split the caller off instead") },
  );
}

/**
 * Make one incident of two that are the same. Others act on it at once, so both are shown side by side first.
 * @param {IncidentCard} from
 * @param {IncidentCard} into the one that stays
 */
export async function merge(from, into) {
  const isMeant = await confirm({
    title: gettext("Merge two incidents"),
    text: fill(gettext("%(from)s becomes part of %(into)s, with its callers. The earliest call starts the clock."), {
      from: from.number,
      into: into.number,
    }),
    content: sideBySide(from, into),
    yes: gettext("Merge"),
  });
  if (!isMeant) return false;
  const done = fill(gettext("%(from)s is part of %(into)s now"), { from: from.number, into: into.number });
  return attempt(() => command(`incidents/${from.id}/merge/`, { into: into.id }, { label: gettext("merging") }), done, {
    run: () => undo(from.id, "merge"),
  });
}

/**
 * Take back what one has just done to an incident.
 * @param {Id} incident
 * @param {"regrade" | "change" | "end" | "merge"} what
 */
export function undo(incident, what) {
  return command(`incidents/${incident}/undo/`, { what }, { label: gettext("taking back") });
}

/** Have it on the board again as it was, and look at it. @param {Id} incident */
async function undoEnd(incident) {
  await undo(incident, "end");
  desk.expect(incident);
}

/**
 * Reopen an incident that has ended, found by its number; it is named before.
 * @param {string} number as much of its end as is needed
 * @param {string} [given] the reason
 */
export async function reopen(number, given = "") {
  const card = await endedIncident(number);
  return card ? reopenCard(card, given) : false;
}

/**
 * Let an ended incident wait again.
 * @param {IncidentCard} card
 * @param {string} [given] the reason
 */
export async function reopenCard(card, given = "") {
  const text = `${typeName(card.type)}, ${inScript(card.place)}`;
  const reason = await askReason(fill(gettext("Reopen %(incident)s"), { incident: card.number }), text, given);
  if (!reason) return false;
  const done = fill(gettext("%(incident)s reopened"), { incident: card.number });
  const isDone = await attempt(() => command(`incidents/${card.id}/reopen/`, { reason }, { label: gettext("reopening") }), done);
  if (isDone) desk.expect(card.id);
  return isDone;
}

/**
 * The newest ended incident whose number ends so; what is wrong is said.
 * @param {string} number
 * @returns {Promise<IncidentCard | undefined>}
 */
async function endedIncident(number) {
  try {
    const found = await read("incidents/", { query: { q: number, status: "ended", limit: 20 } });
    const card = found.results.find((/** @type {IncidentCard} */ one) => one.number.endsWith(number));
    if (!card) desk.say("refused", fill(gettext("No ended incident has the number %(number)s."), { number }));
    return card;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
    return undefined;
  }
}
