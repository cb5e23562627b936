/** A caller who meant something else: the call goes out to an incident of its own. */

import { command } from "../api.js";
import { compare, fill, gettext, inScript } from "../i18n.js";
import { attempt } from "./actions.js";
import { ask } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { kinds, typeName } from "./kinds.js";

/**
 * @param {IncidentCard} card
 * @param {Call} [call] which; without one it is asked
 */
export async function split(card, call) {
  const calls = desk.detail?.id === card.id ? (desk.detail.calls ?? []) : [];
  if (calls.length < 2) return void desk.say("refused", gettext("There is only one caller: nothing can be split off."));
  const answer = await ask({
    title: fill(gettext("Split a call off %(incident)s"), { incident: card.number }),
    text: gettext("The caller, with what was said, goes to an incident of its own."),
    fields: [
      {
        name: "call",
        label: gettext("Caller"),
        options: calls.map((one) => ({ value: String(one.id), text: words(one) })),
        value: String((call ?? calls[calls.length - 1]).id),
      },
      {
        name: "type",
        label: gettext("Kind"),
        options: [...kinds.values()].map((kind) => ({ value: kind.code, text: typeName(kind) })).sort((a, b) => compare(a.text, b.text)),
        value: card.type.code,
      },
    ],
    yes: gettext("Split off"),
  });
  if (!answer) return undefined;
  const body = { call: Number(answer.call), type: answer.type };
  return attempt(async () => {
    const made = await command(`incidents/${card.id}/split/`, body, { label: gettext("splitting") });
    desk.say("done", fill(gettext("%(incident)s split off"), { incident: made.number }));
    desk.expect(made.id);
  });
}

/** @param {Call} call */
const words = (call) => [inScript(call.caller_name) || gettext("unnamed"), call.phone, inScript(call.text).slice(0, 60)].filter(Boolean).join(" · ");
