/**
 * Alarms from positions, by rules of the administrators: one quiet line below what calls for help and what is handed over.
 * The oldest first; each is taken with a word, or goes by itself when it is so no more.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { command } from "../api.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { store } from "../store.js";
import { attempt } from "./actions.js";
import { ask } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { may } from "./settings.js";
import { View } from "./view.js";

/** How many stand in the line; the rest is counted, and opens with it. */
const SHOWN = 3;

/** @type {Record<string, (alarm: WatchAlarmCard) => string>} */
const WORDS = {
  enter: () => gettext("entered %(area)s"),
  leave: () => gettext("left %(area)s"),
  sector: () => gettext("outside the sector %(area)s"),
  still: () => gettext("does not move"),
  silent: () => gettext("sends no position"),
  coverage: () => gettext("nobody in %(area)s"),
};

/** What an alarm says. @param {WatchAlarmCard} alarm */
export function watchWords(alarm) {
  const words = fill(WORDS[alarm.kind]?.(alarm) ?? alarm.name, { area: inScript(alarm.area ?? "") });
  return alarm.call_sign ? `${alarm.call_sign} ${words}` : words;
}

/** Those that stand, the oldest first. */
export const openWatches = () => [...store.watch_alarms.values()].sort((a, b) => a.id - b.id);

/** Take one with a word on what was found or done. @param {WatchAlarmCard} alarm */
export async function takeWatch(alarm) {
  const answer = await ask({
    title: watchWords(alarm),
    text: inScript(alarm.name),
    fields: [{ name: "text", label: gettext("What was found or done"), required: true }],
    yes: gettext("Take"),
  });
  if (!answer) return false;
  const said = fill(gettext("Taken: %(alarm)s"), { alarm: watchWords(alarm) });
  return attempt(() => command(`watch-alarms/${alarm.id}/take/`, answer, { label: said }), said);
}

/** Take the oldest. */
export function takeFirstWatch() {
  const [first] = openWatches();
  if (first) void takeWatch(first);
}

/** @param {WatchAlarmCard} alarm */
function show(alarm) {
  if (alarm.unit !== null && store.units.has(alarm.unit)) desk.selectUnit(alarm.unit);
  const map = document.querySelector("unit-map");
  if (alarm.unit !== null && store.positions.has(alarm.unit)) map?.goToUnit(alarm.unit);
  else if (alarm.position) map?.goTo([alarm.position.lon, alarm.position.lat]);
}

class WatchStrip extends View {
  static topics = /** @type {const} */ (["watch_alarms"]);

  #isWhole = false;

  render() {
    const alarms = openWatches();
    if (alarms.length === 0) return nothing;
    const rest = alarms.length - SHOWN;
    const shown = this.#isWhole ? alarms : alarms.slice(0, SHOWN);
    return html`<section class="watch-row" role="status" aria-label=${gettext("Watch")}>
      <span class="watch-title">◇ ${gettext("Watch")}</span>
      ${repeat(shown, (alarm) => alarm.id, (alarm, index) => this.#one(alarm, index === 0))}
      ${rest > 0
        ? html`<button class="plain" aria-expanded=${this.#isWhole} @click=${() => this.#open()}>
            ${this.#isWhole ? gettext("fewer") : fill(ngettext("%(count)s more", "%(count)s more", rest), { count: rest })}
          </button>`
        : nothing}
    </section>`;
  }

  #open() {
    this.#isWhole = !this.#isWhole;
    this.requestUpdate();
  }

  /**
   * @param {WatchAlarmCard} alarm
   * @param {boolean} isFirst
   */
  #one(alarm, isFirst) {
    const words = watchWords(alarm);
    return html`<span class="watch-alarm" title=${inScript(alarm.name)}>
      <button class="plain" @click=${() => show(alarm)}>${words}</button>
      <elapsed-time from=${alarm.since}></elapsed-time>
      ${may("alarm.handle")
        ? html`<button class="plain take" aria-label=${`${gettext("take")}: ${words}`} @click=${() => void takeWatch(alarm)}>
            ${isFirst ? html`<kbd>B</kbd> ` : nothing}${gettext("take")}
          </button>`
        : nothing}
    </span>`;
  }
}

customElements.define("watch-strip", WatchStrip);
