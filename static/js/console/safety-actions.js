/** What a dispatcher does for the safety of patrols: records contact, goes to who asks for back-up, notes what was done first. */

import { command } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { live } from "../live.js";
import { store } from "../store.js";
import { attempt } from "./actions.js";
import { ask } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { may } from "./settings.js";
import { overdueUnits } from "./welfare.js";

/**
 * One has spoken with a patrol: its welfare timer begins anew.
 * @param {UnitCard} unit
 * @param {string} [text] what was said, where that matters
 */
export function recordContact(unit, text = "") {
  const said = fill(gettext("Contact with %(unit)s recorded"), { unit: unit.call_sign });
  return attempt(() => command(`units/${unit.id}/contact/`, { text }, { label: said }), said);
}

/**
 * One has heard of all patrols on an incident.
 * @param {IncidentCard} incident
 * @param {string} [text]
 */
export function recordGroupContact(incident, text = "") {
  const said = fill(gettext("Contact with all on %(incident)s recorded"), { incident: incident.number });
  return attempt(() => command(`incidents/${incident.id}/contact/`, { text }, { label: said }), said);
}

/** Contact with the selected patrol; with none selected, with the one that is overdue the longest. */
export function contactFirst() {
  const unit = (desk.unit !== null && store.units.get(desk.unit)) || overdueUnits()[0];
  if (!unit) return desk.say("refused", gettext("No patrol is overdue; select the one that you spoke with."));
  return recordContact(unit);
}

/** Open requests for back-up: the urgent ones first, the oldest first. */
export function openBackups() {
  const rank = (/** @type {BackupCard} */ card) => (card.level === "urgent" ? 0 : 1);
  return [...store.backups.values()].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
}

/** Go to the first that asks for back-up: its incident, with whom to send. */
export function goToBackup() {
  const [first] = openBackups();
  if (!first) return desk.say("news", gettext("Nobody asks for back-up."));
  return desk.select(first.incident);
}

/** Nobody will be sent: say so by name, with words that the crew reads. @param {BackupCard} backup */
export async function refuseBackup(backup) {
  const values = { unit: backup.call_sign };
  const answer = await ask({
    title: fill(gettext("Refuse back-up to %(unit)s"), values),
    text: gettext("The crew will read why."),
    fields: [{ name: "reason", label: gettext("Reason"), required: true }],
    yes: gettext("Refuse"),
  });
  if (!answer) return false;
  const said = fill(gettext("Back-up to %(unit)s refused"), values);
  return attempt(() => command(`backups/${backup.id}/refuse/`, answer, { label: said }), said);
}

/**
 * Note that something on the list of an alarm was done.
 * @param {AlarmCard} alarm
 * @param {string} step
 * @param {string} [text]
 */
export function noteStep(alarm, step, text = "") {
  const said = fill(gettext("Noted at the alarm of %(unit)s"), { unit: alarm.call_sign });
  return attempt(() => command(`alarms/${alarm.id}/steps/`, { step, text }, { label: said }), said);
}

/** Ask for back-up in the name of a patrol that needs help, note it, and go where it is sent. @param {AlarmCard} alarm */
export async function backUpAlarm(alarm) {
  const label = fill(gettext("Back-up for %(unit)s"), { unit: alarm.call_sign });
  /** @type {BackupCard | null} */
  let backup = null;
  const body = { level: "urgent", reason: gettext("Emergency button"), wanted: 2 };
  const done = await attempt(async () => {
    backup = await command(`units/${alarm.unit}/backup/`, body, { label });
  }, label);
  if (!done || !backup) return false;
  await live.catchUp();
  desk.expect(/** @type {BackupCard} */ (backup).incident);
  return may("alarm.handle") ? noteStep(alarm, "backup") : true;
}

/** Who leads the crew, in the script of the language. @param {UnitCard | undefined} unit */
export function crewOf(unit) {
  return unit?.crew_names.map(inScript).join(", ") ?? "";
}
