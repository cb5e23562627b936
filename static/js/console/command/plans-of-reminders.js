/** Reminders: in so many minutes, or at a time of the day, about patrols or incidents that are named or selected, or neither. */

import { serverNow, timeOfDay } from "../../clock.js";
import { fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import { desk } from "../desk.js";
import { setReminder } from "../reminders.js";
import { minutesUntil } from "./grammar.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */

/** The longest that a desk is reminded in; beyond that it is for the plan of the shift. */
const LONGEST_MIN = 24 * 60;

/**
 * @param {import("./grammar.js").Sentence} said
 * @returns {Plan}
 */
export function reminderPlan({ units, incidents, numbers, isToAll, text }) {
  if (numbers.length > 0) return notYet(fill(gettext("%(number)s is no open incident"), { number: numbers[0] }));
  if (units.length > 1 || incidents.length > 1) return notYet(gettext("about one at a time"));
  const [when = "", ...words] = text.split(/\s+/);
  const now = timeOfDay(new Date(serverNow()).toISOString());
  const minutes = minutesUntil(when, now);
  if (minutes === null || minutes > LONGEST_MIN) return notYet(gettext("in how many minutes, or at what time? t 10 …, t 22:30 …"));
  if (words.length === 0) return notYet(gettext("what is not to be forgotten?"));
  const isNamed = units.length + incidents.length > 0;
  const unit = units[0]?.id ?? (isNamed || isToAll ? null : desk.unit);
  const incident = incidents[0]?.id ?? (isNamed || isToAll || unit !== null ? null : desk.incident);
  const about = [unit !== null && store.units.get(unit)?.call_sign, incident !== null && store.incidents.get(incident)?.number].filter(Boolean);
  const at = timeOfDay(new Date(serverNow() + minutes * 60_000).toISOString());
  const values = { time: at, text: [...about, words.join(" ")].join(" · ") };
  const what = { minutes, text: words.join(" "), ...(unit !== null && { unit }), ...(incident !== null && { incident }) };
  return ready(fill(gettext("remind at %(time)s: %(text)s"), values), () => setReminder(what));
}
