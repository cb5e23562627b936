/**
 * Calls for help. The strip in the top bar is always there and cannot be scrolled away. F1, which holds in fields too,
 * takes the oldest alarm that nobody answers for; with none of those, it closes the oldest with words on how it ended.
 */

import { html } from "lit";

import { Ticking } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { store } from "../store.js";
import { acknowledgeAlarm, resolveAlarm } from "./actions.js";
import { OLD_FIX_S, placeOf } from "./order.js";
import { may } from "./settings.js";
import { minutes } from "./words.js";

/** `<alarm-position at="ISO">`: how old the position of an alarm is, or that there is none. */
class AlarmPosition extends Ticking {
  static observedAttributes = ["at"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const at = this.getAttribute("at");
    if (!at) return this.show(gettext("no position"));
    const age = (nowMs - Date.parse(at)) / 1000;
    this.show(age > OLD_FIX_S ? `${gettext("position")} ${minutes(age)}` : "");
  }
}
customElements.define("alarm-position", AlarmPosition);

/** Open alarms: those that nobody answers for first, the oldest first. */
export function openAlarms() {
  return [...store.alarms.values()]
    .filter((alarm) => !alarm.resolved_at)
    .sort((a, b) => Number(Boolean(a.acknowledged_at)) - Number(Boolean(b.acknowledged_at)) || a.id - b.id);
}

/** Take or close the first. */
export function handleAlarm() {
  const [first] = openAlarms();
  if (!first || !may("alarm.handle")) return;
  void (first.acknowledged_at ? resolveAlarm(first) : acknowledgeAlarm(first));
}

export function alarmStrip() {
  return openAlarms().map(
    (alarm, index) => html`<div class="alarm ${alarm.acknowledged_at ? "taken" : ""}" role="alert">
      <button class="plain" @click=${() => show(alarm)}>
        ★ ${alarm.is_drill ? gettext("DRILL") : ""} ${fill(gettext("Patrol %(unit)s needs help"), { unit: alarm.call_sign })}
      </button>
      · <elapsed-time from=${alarm.raised_at}></elapsed-time>
      <alarm-position at=${placeOf(alarm)?.at ?? ""}></alarm-position>
      ${alarm.acknowledged_by ? html`· ${inScript(alarm.acknowledged_by.name)}` : ""}
      ${index === 0 && may("alarm.handle")
        ? html`<button class="plain" @click=${handleAlarm}>
            <kbd>F1</kbd> ${alarm.acknowledged_at ? gettext("resolve") : gettext("take")}
          </button>`
        : ""}
    </div>`,
  );
}

/** @param {AlarmCard} alarm */
function show(alarm) {
  const map = document.querySelector("unit-map");
  if (alarm.position) map?.goTo([alarm.position.lon, alarm.position.lat]);
  else map?.goToUnit(alarm.unit);
}
