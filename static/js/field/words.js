/** What the crew presses, in words. */

import { fill, gettext, ngettext } from "../i18n.js";
import { duration } from "../clock.js";
import { minutes } from "../console/words.js";

/** @type {Record<string, () => string>} */
const STEPS = {
  acknowledged: () => gettext("Acknowledge"),
  en_route: () => gettext("On the way"),
  on_scene: () => gettext("On the scene"),
  action_taken: () => gettext("Action taken"),
  cleared: () => gettext("Clear"),
};

/** @param {string} step */
export const stepButton = (step) => STEPS[step]?.() ?? step;

/** @param {number} count */
export const notSent = (count) => fill(ngettext("%(count)s not sent", "%(count)s not sent", count), { count });

/** @param {number} count */
export const unreadWords = (count) => fill(ngettext("%(count)s unread message", "%(count)s unread messages", count), { count });

/** How long ago, in words. @param {number} seconds */
export function ago(seconds) {
  if (seconds < 60) return gettext("less than a minute ago");
  return fill(gettext("%(time)s ago"), { time: minutes(seconds) });
}

/** How long until a unit is there. @param {Iso | null} at @param {number} nowMs */
export function eta(at, nowMs) {
  if (!at) return "";
  const left = (Date.parse(at) - nowMs) / 1000;
  return left > 0 ? fill(gettext("in %(time)s"), { time: duration(left) }) : gettext("about to arrive");
}
