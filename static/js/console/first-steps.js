/** What to do first at an alarm, in order; each step is noted by name. Who answers is identified; else the search begins. */

import { html, nothing } from "lit";

import { timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { backUpAlarm, noteStep } from "./safety-actions.js";
import { may } from "./settings.js";

/** @type {Record<string, () => string>} */
const WORDS = {
  identified: () => gettext("officer identified"),
  no_answer: () => gettext("no answer"),
  backup: () => gettext("back-up"),
  commander: () => gettext("commander told"),
  search: () => gettext("search from the last known place"),
};
const UNANSWERED = ["backup", "commander", "search"];

/** @param {AlarmCard} alarm */
export function firstSteps(alarm) {
  if (!alarm.acknowledged_at || !may("alarm.handle")) return nothing;
  const done = new Map(alarm.steps.map((step) => [step.step, step]));
  const open = done.has("no_answer") ? [...done.keys(), ...UNANSWERED] : [...done.keys(), "identified", "no_answer"];
  const isAnswered = done.has("identified");
  const list = [...new Set(open)].filter((step) => done.has(step) || !isAnswered || UNANSWERED.includes(step));
  return html`<ol class="first-steps" aria-label=${gettext("What to do first")}>
    ${list.map((step) => {
      const noted = done.get(step);
      return html`<li>
        ${noted
          ? html`<span title=${noted.text}>✓ ${WORDS[step]?.() ?? step} <span class="mono">${timeOfDay(noted.at)}</span> ${inScript(noted.by)}</span>`
          : html`<button @click=${() => void (step === "backup" ? backUpAlarm(alarm) : noteStep(alarm, step))}>
              ☐ ${WORDS[step]()}
            </button>`}
      </li>`;
    })}
    ${done.size === 0 ? html`<li class="hint">${fill(gettext("Call %(unit)s: who is it, and what is wrong?"), { unit: alarm.call_sign })}</li>` : nothing}
  </ol>`;
}
