/** Patrols of which nothing has been heard for too long: how long until they are asked, and since when they do not answer. */

import { Ticking, duration } from "../clock.js";
import { fill, gettext } from "../i18n.js";
import { store } from "../store.js";

/** So long before it is due, the time is shown; before that it would only be noise. */
const SOON_S = 180;

/** Whether a timer concerns the desk. @param {UnitCard} unit */
export function isOverdueUnit(unit) {
  return unit.welfare?.stage === "dispatcher" || unit.welfare?.stage === "commander";
}

/** Patrols that have not answered: those of whom nothing has been heard the longest first. */
export function overdueUnits() {
  return [...store.units.values()]
    .filter(isOverdueUnit)
    .sort((a, b) => Date.parse(a.welfare?.started_at ?? "") - Date.parse(b.welfare?.started_at ?? "") || a.id - b.id);
}

/** `<welfare-time due at stage>`: when the patrol is asked, or for how long it has not answered. In words and by a sign. */
class WelfareTime extends Ticking {
  static observedAttributes = ["due", "stage"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const stage = this.getAttribute("stage") ?? "";
    const leftS = (Date.parse(this.getAttribute("due") ?? "") - nowMs) / 1000;
    const values = { time: duration(Math.abs(leftS)) };
    if (stage === "dispatcher" || stage === "commander") return this.show(`◆ ${fill(gettext("no answer %(time)s"), values)}`);
    if (stage === "unit") return this.show(`◇ ${fill(gettext("asked %(time)s"), values)}`);
    if (leftS > SOON_S) return this.show("");
    return this.show(fill(leftS > 0 ? gettext("check in %(time)s") : gettext("check due"), values));
  }
}
customElements.define("welfare-time", WelfareTime);
