/** Messages: to patrols that are named, to all of the board, or to those on an incident. */

import { fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import { desk } from "../desk.js";
import { sendMessage, sendToAll, sendToIncident } from "../messages.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */

/**
 * @param {import("./grammar.js").Sentence} said
 * @returns {Plan}
 */
export function messagePlan({ units, incidents, numbers, isToAll, text }) {
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  const ids = units.map((unit) => unit.id);
  const incident = incidents[0] ? store.incidents.get(incidents[0].id) : desk.card;
  const names = isToAll ? gettext("all patrols") : units.map((unit) => unit.call_sign).join(", ") || (incident?.number ?? "");
  if (!names) return notYet(gettext("to which patrols?"));
  if (!isToAll && ids.length === 0 && incident && store.activeOn(incident.id).length === 0)
    return notYet(fill(gettext("no patrol is on %(incident)s"), { incident: incident.number }));
  if (!text) return notYet(fill(gettext("a message to %(units)s"), { units: names }));
  const say = fill(gettext("tell %(units)s: %(text)s"), { units: names, text });
  return ready(say, () => {
    if (isToAll) return sendToAll(text);
    if (ids.length > 0 || !incident) return sendMessage(ids, text);
    return sendToIncident(incident.id, text);
  });
}
