/** One has spoken with patrols: their welfare timers begin anew. */

import { fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import { recordContact, recordGroupContact } from "../safety-actions.js";
import { overdueUnits } from "../welfare.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */

/**
 * With those named, with all on an incident, or else with the one that is overdue the longest.
 * @param {import("./grammar.js").Sentence} said
 * @returns {Plan}
 */
export function contactPlan({ units, incidents, numbers, text }) {
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  const incident = incidents[0] && store.incidents.get(incidents[0].id);
  if (incident && units.length === 0) {
    const say = fill(gettext("contact with all on %(incident)s"), { incident: incident.number });
    return ready(text ? `${say}: ${text}` : say, () => recordGroupContact(incident, text));
  }
  const named = units.flatMap(({ id }) => store.units.get(id) ?? []);
  const cards = named.length > 0 ? named : overdueUnits().slice(0, 1);
  if (cards.length === 0) return notYet(gettext("contact with which patrol?"));
  const say = fill(gettext("contact with %(units)s"), { units: cards.map((unit) => unit.call_sign).join(", ") });
  return ready(text ? `${say}: ${text}` : say, () => recordAll(cards, text));
}

/**
 * One after the other; the first refusal ends it.
 * @param {UnitCard[]} units
 * @param {string} text
 */
async function recordAll(units, text) {
  for (const unit of units) if (!(await recordContact(unit, text))) return;
}
