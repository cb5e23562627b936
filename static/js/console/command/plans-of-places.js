/** What changes nothing but what one looks at: go to, find, a new call, the sheet of keys. */

import { fill, gettext, inScript } from "../../i18n.js";
import { boundKeys } from "../../keys.js";
import { store } from "../../store.js";
import { showKeys } from "../ask-dialog.js";
import { desk } from "../desk.js";
import { openLog, writeLog } from "../log.js";
import { placeName, searchPlaces } from "../places.js";
import { takeCall } from "../session.js";
import { may } from "../settings.js";
import { worldOf } from "./grammar.js";
import { commandHelp } from "./help.js";
import { notYet, ready } from "./plan.js";

/** @typedef {import("./grammar.js").Sentence} Sentence */
/** @typedef {import("./plan.js").Plan} Plan */

/** @param {Sentence} said @returns {Plan} */
function go({ units, incidents, text }) {
  const world = worldOf(store.units.values(), store.incidents.values());
  const words = text.split(/\s+/).filter(Boolean);
  const [hit, count] = units[0] ? [units[0], words.length] : (world.unit(words) ?? [undefined, 0]);
  const unit = hit && count === words.length ? hit : undefined;
  const incident = incidents[0] ?? (words.length === 1 ? world.incident(words[0].replace(/^#/, "")) : undefined);
  if (unit) return ready(fill(gettext("show patrol %(unit)s"), { unit: unit.call_sign }), () => showUnit(unit.id));
  if (incident) return ready(fill(gettext("show %(incident)s"), { incident: incident.number }), () => desk.select(incident.id));
  if (!text) return notYet(gettext("a patrol, an incident or a place?"));
  return ready(fill(gettext("find “%(place)s” on the map"), { place: text }), () => showPlace(text));
}

/** @param {Id} unit */
function showUnit(unit) {
  desk.selectUnit(unit);
  desk.goTo({ unit });
}

/** @param {string} text */
async function showPlace(text) {
  const [first] = await searchPlaces(text).catch(() => []);
  if (!first) return desk.say("refused", fill(gettext("Nothing is called “%(place)s” here."), { place: text }));
  desk.point({ location: [first.lon, first.lat], name: placeName(first) });
  desk.say("news", `${placeName(first)}${first.detail ? `, ${inScript(first.detail)}` : ""}`);
  return desk.goTo({ location: [first.lon, first.lat] });
}

/** @param {Sentence} said @returns {Plan} */
function find({ text }) {
  const say = text ? fill(gettext("show only what has “%(text)s” in it; Escape shows all"), { text }) : gettext("show all again");
  return ready(say, () => desk.find(text));
}

/** @param {Sentence} said @returns {Plan} */
function call({ text }) {
  return ready(gettext("take a call"), () => takeCall(text));
}

/** @param {Sentence} said @returns {Plan} */
function log({ text }) {
  if (!text) return ready(gettext("open the log of the shift"), openLog);
  if (!may("incident.edit")) return notYet(gettext("you do not have the right to do this"));
  return ready(fill(gettext("write “%(text)s” into the log"), { text }), () => writeLog(text));
}

/** @returns {Plan} */
const help = () => ready(gettext("show all keys and commands"), () => showKeys(boundKeys(), commandHelp()));

export const plansOfPlaces = { go, find, call, log, help };
