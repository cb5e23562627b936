/** Statuses and steps of patrols, one or several at once. */

import { fill, gettext } from "../../i18n.js";
import { store } from "../../store.js";
import { advance, setUnitStatus } from "../actions.js";
import { may } from "../settings.js";
import { GIVEN_STATUSES, jobStatus, stepsAfter, unitStatus } from "../words.js";
import { choose } from "./grammar.js";
import { STATUSES } from "./lexicon.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */

/**
 * @param {import("./grammar.js").Sentence} said
 * @returns {Plan}
 */
export function statusPlan({ units, text }) {
  if (units.length === 0) {
    if (text) return notYet(fill(gettext("there is no patrol %(unit)s"), { unit: text.split(" ")[0] }));
    return notYet(gettext("which patrol, and which status?"));
  }
  const cards = units.flatMap(({ id }) => store.units.get(id) ?? []);
  const names = cards.map((unit) => unit.call_sign).join(", ");
  const open = cards.map(statusesOpenTo).reduce((one, other) => one.filter((code) => other.includes(code)));
  const nameOf = (/** @type {string} */ code) => (store.activeOf(cards[0].id) ? jobStatus(code) : unitStatus(code));
  const phrases = Object.fromEntries(open.map((code) => [code, [nameOf(code), ...(STATUSES[code] ?? [])]]));
  const { codes, rest } = choose(text, phrases);
  const completions = open.map(nameOf);
  if (codes.length !== 1) {
    const choices = (codes.length > 0 ? codes : open).map(nameOf).join(" · ");
    return notYet(choices ? `${names}: ${choices}` : gettext("they have no status in common"), completions);
  }
  const [code] = codes;
  const say = fill(gettext("%(unit)s: %(status)s"), { unit: names, status: nameOf(code) });
  return ready(rest ? `${say} (${rest})` : say, () => giveAll(cards, code, rest), completions);
}

/** What may be reported of a patrol: the steps of its job, else what it does of its own. @param {UnitCard} unit */
function statusesOpenTo(unit) {
  const job = store.activeOf(unit.id);
  if (job) return may("dispatch.assign") ? [...stepsAfter(job.status), "cancelled", "refused"] : [];
  return may("unit.status") ? GIVEN_STATUSES.filter((status) => status !== unit.status) : [];
}

/**
 * One after the other; the first refusal ends it.
 * @param {UnitCard[]} units
 * @param {string} code
 * @param {string} reason
 */
async function giveAll(units, code, reason) {
  for (const unit of units) {
    const job = store.activeOf(unit.id);
    if (!(await (job ? advance(job, code, reason) : setUnitStatus(unit, code)))) return;
  }
}
