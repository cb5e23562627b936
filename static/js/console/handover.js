/**
 * Handing an incident over to another operations centre. While it is offered it stays here and is worked on; what comes
 * back stays in the strip until somebody has noted it. F4, which holds in fields too, answers what is first in the strip.
 */

import { ApiError, command, read } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { askReason, attempt } from "./actions.js";
import { ask } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { may, settings } from "./settings.js";

/** @typedef {{id: Id, name: string, code: string, covers: boolean}} Centre */

/** Whether an offer came here. @param {HandoverCard} card */
export const isIncoming = (card) => card.to_board.id === settings.board;

/** The offer of an incident that stands here, if any. @param {Id} incident */
export function handoverOf(incident) {
  return [...store.handovers.values()].find((card) => card.incident === incident && card.status === "offered");
}

/** Offers that wait for somebody here, the oldest first: those that came in, then those that came back. */
export function waitingHandovers() {
  return [...store.handovers.values()]
    .filter((card) => isIncoming(card) || card.status !== "offered")
    .sort((a, b) => Number(isIncoming(b)) - Number(isIncoming(a)) || a.id - b.id);
}

/**
 * The operations centres, with the one that answers for a place.
 * @param {LonLat | null} location
 * @returns {Promise<Centre[]>}
 */
export async function centres(location) {
  const [lon, lat] = location ?? [null, null];
  const found = await read("centres/", { query: { lon, lat } });
  return found.filter((/** @type {Centre} */ one) => one.id !== settings.board);
}

/**
 * Offer an incident: to whom and why is asked; the centre that answers for the place is proposed.
 * @param {IncidentCard} incident
 * @param {{to?: string, text?: string}} [given] `to`: a code or the beginning of a name
 */
export async function offer(incident, given = {}) {
  const found = await centresOrWhy(incident.location);
  if (!found) return false;
  if (found.length === 0) {
    desk.say("refused", gettext("There is no other operations centre."));
    return false;
  }
  const meant = given.to ? found.find((one) => isCalled(one, given.to ?? "")) : undefined;
  const answer = await ask({
    title: fill(gettext("Hand over %(incident)s"), { incident: incident.number }),
    text: gettext("It stays here, and you work on it, until the other centre accepts."),
    fields: [
      {
        name: "to",
        label: gettext("Operations centre"),
        options: [...found].sort((a, b) => Number(b.covers) - Number(a.covers)).map((one) => ({
          value: String(one.id),
          text: one.covers ? fill(gettext("%(centre)s – its area"), { centre: inScript(one.name) }) : inScript(one.name),
        })),
        value: String((meant ?? found.find((one) => one.covers) ?? found[0]).id),
      },
      { name: "text", label: gettext("Why"), value: given.text },
    ],
    yes: gettext("Offer"),
  });
  if (!answer) return false;
  return offerTo(incident, Number(answer.to), answer.text, inScript(found.find((one) => String(one.id) === answer.to)?.name));
}

/**
 * @param {{id: Id, number: string}} incident
 * @param {Id} to
 * @param {string} text
 * @param {string} name of the centre
 */
export function offerTo(incident, to, text, name) {
  return attempt(
    () => command(`incidents/${incident.id}/handovers/`, { to, text }, { label: gettext("offering") }),
    fill(gettext("%(incident)s offered to %(centre)s"), { incident: incident.number, centre: name }),
  );
}

/** Take an incident that was offered, and look at it. @param {HandoverCard} card */
export async function accept(card) {
  const done = fill(gettext("%(incident)s taken from %(centre)s"), { incident: card.number, centre: inScript(card.from_board.name) });
  const isDone = await attempt(() => command(`handovers/${card.id}/accept/`, {}, { label: gettext("accepting") }), done);
  if (isDone) desk.expect(card.incident);
  return isDone;
}

/** Leave it where it is; the sender reads why. @param {HandoverCard} card */
export async function refuse(card) {
  const reason = await askReason(fill(gettext("Refuse %(incident)s"), { incident: card.number }));
  if (!reason) return false;
  const done = fill(gettext("%(incident)s refused"), { incident: card.number });
  return attempt(() => command(`handovers/${card.id}/refuse/`, { reason }, { label: gettext("refusing") }), done);
}

/** Take one's offer back. @param {HandoverCard} card */
export function withdraw(card) {
  const done = fill(gettext("Offer of %(incident)s withdrawn"), { incident: card.number });
  return attempt(() => command(`handovers/${card.id}/withdraw/`, {}, { label: gettext("withdrawing") }), done);
}

/** One has seen that it came back. @param {HandoverCard} card */
export async function noteReturn(card) {
  const isDone = await attempt(() => command(`handovers/${card.id}/note/`, {}, { label: gettext("noting") }));
  if (isDone && store.incidents.has(card.incident)) desk.select(card.incident);
  return isDone;
}

/** Answer what is first in the strip. */
export function answerFirst() {
  const [first] = waitingHandovers();
  if (!first) return;
  if (!isIncoming(first)) return void (may("incident.edit") && noteReturn(first));
  if (may("dispatch.assign")) void accept(first);
}

/** @param {Centre} centre @param {string} said */
function isCalled(centre, said) {
  const wanted = said.toLowerCase();
  return centre.code.toLowerCase() === wanted || inScript(centre.name).toLowerCase().includes(wanted);
}

/** @param {LonLat | null} location */
async function centresOrWhy(location) {
  try {
    return await centres(location);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
    return null;
  }
}
