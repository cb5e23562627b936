/** The console: brings its parts up and says which key does what. */

import { whenSignedOut } from "../api.js";
import { subscribe } from "../bus.js";
import { setTimeZone } from "../clock.js";
import { gettext } from "../i18n.js";
import { bindKeys, boundKeys } from "../keys.js";
import { live } from "../live.js";
import { loadSkills } from "../skills.js";
import * as actions from "./actions.js";
import * as incidentActions from "./incident-actions.js";
import { handleAlarm } from "./alarms.js";
import { showKeys } from "./ask-dialog.js";
import "./call-form.js";
import "./command-line.js";
import { commandHelp } from "./command/help.js";
import { desk } from "./desk.js";
import { keptDraft } from "./draft.js";
import { ownEntry } from "./entering.js";
import { showEnded } from "./ended-list.js";
import { openLog } from "./log.js";
import * as handover from "./handover.js";
import "./handover-strip.js";
import { isHere } from "./layout.js";
import "./incident-panel.js";
import "./incident-queue.js";
import { focusJob } from "./jobs.js";
import { loadKinds } from "./kinds.js";
import { openHazards } from "./known.js";
import { toggleLayer } from "./layout.js";
import { toggleMessages } from "./message-panel.js";
import { startMessages } from "./messages.js";
import "./panel-list.js";
import { startPanels } from "./panels.js";
import { dueReminders, endFirstReminder, snoozeFirstReminder } from "./reminders.js";
import { sendProposed } from "./proposal.js";
import { startHearing } from "./hearing.js";
import "./staffing.js";
import { startSession, takeCall } from "./session.js";
import { contactFirst, goToBackup } from "./safety-actions.js";
import { may, settings } from "./settings.js";
import "./top-bar.js";
import "./unit-board.js";
import "./unit-map.js";
import { toggleTrail } from "./trail.js";
import { openWatches, takeFirstWatch } from "./watches.js";

const mayEdit = () => may("incident.edit");
const maySend = () => may("dispatch.assign");
const hasIncident = () => desk.card !== undefined;

/** @param {string} text */
const begin = (text) => document.querySelector("command-line")?.begin(text);

/** Do something with the selected incident. @param {(card: IncidentCard) => unknown} work */
const withIncident = (work) => () => {
  if (desk.card) work(desk.card);
};

/** The unit that a status is most likely for. */
function likelyUnit() {
  const unit = desk.unit === null ? undefined : document.querySelector(`#unit-${desk.unit} .call-sign`)?.textContent;
  return unit ? `${unit} ` : "";
}

function back() {
  if (desk.notice) desk.hush();
  if (desk.filter) desk.find("");
  if (desk.spot) desk.point(null);
  if (desk.unit !== null) desk.selectUnit(null);
  document.getElementById("queue")?.focus();
}

bindKeys([
  { key: "F1", label: () => gettext("take an alarm, then resolve it"), run: handleAlarm, everywhere: true },
  { key: "F4", label: () => gettext("accept what another centre offers; note what came back"), run: handover.answerFirst, everywhere: true },
  { key: "F2", label: () => gettext("to the patrol that asks for back-up"), run: () => void goToBackup(), when: () => !desk.isTakingCall, everywhere: true },
  { key: "w", label: () => gettext("I have spoken with the patrol"), run: () => void contactFirst(), when: () => may("unit.status") },
  { key: "j", label: () => gettext("next incident"), run: () => desk.move(1) },
  { key: "k", label: () => gettext("previous incident"), run: () => desk.move(-1) },
  { key: "c", label: () => gettext("new call"), run: () => takeCall(), when: mayEdit },
  { key: "d", label: () => gettext("send those proposed"), run: () => void sendProposed(), when: maySend },
  { key: "z", label: () => gettext("take back what was done last here"), run: () => void actions.undo(), when: () => maySend() || mayEdit() || may("unit.status") },
  { key: "n", label: () => gettext("note"), run: () => begin("n "), when: () => mayEdit() && hasIncident() },
  { key: "r", label: () => gettext("regrade"), run: withIncident(incidentActions.regrade), when: mayEdit },
  { key: "x", label: () => gettext("close the incident"), run: withIncident(incidentActions.close), when: mayEdit },
  { key: "q", label: () => gettext("cancel the incident"), run: withIncident(incidentActions.cancel), when: mayEdit },
  { key: "e", label: () => gettext("change the incident"), run: () => desk.edit(true), when: () => mayEdit() && hasIncident() },
  { key: "p", label: () => gettext("hand over to another centre"), run: withIncident((card) => void handover.offer(card)), when: mayEdit },
  { key: "h", label: () => gettext("open the hazards"), run: () => void openHazards(), when: () => Boolean(desk.known?.hazards.length) },
  { key: "s", label: () => gettext("status of a patrol"), run: () => begin(`s ${likelyUnit()}`) },
  { key: "f", label: () => gettext("find in the lists"), run: () => begin("f ") },
  { key: "o", label: () => gettext("incidents that have ended; O again reopens one"), run: () => void showEnded() },
  { key: "g", label: () => gettext("go to"), run: () => begin("g ") },
  { key: "u", label: () => gettext("to the patrols"), run: () => document.getElementById("units")?.focus() },
  { key: "m", label: () => gettext("to the map"), run: () => document.querySelector("unit-map")?.map?.getCanvas().focus() },
  { key: "t", label: () => gettext("trail of the selected patrol"), run: () => void toggleTrail() },
  { key: "b", label: () => gettext("take the oldest alarm from positions"), run: takeFirstWatch, when: () => may("alarm.handle") && openWatches().length > 0 },
  { key: "a", label: () => gettext("what the reminder says is done"), run: endFirstReminder, when: () => mayEdit() && dueReminders().length > 0 },
  { key: "0", label: () => gettext("put the reminder off"), run: snoozeFirstReminder, when: () => mayEdit() && dueReminders().length > 0 },
  { key: ".", label: () => gettext("log of the shift"), run: openLog },
  { key: "i", label: () => gettext("messages"), run: toggleMessages },
  { key: "l", label: () => gettext("layers of the map"), run: () => document.querySelector("unit-map")?.controls.open(true) },
  { key: "v", label: () => gettext("reach of the free patrols"), run: () => toggleLayer("coverage") },
  {
    key: "y",
    label: () => gettext("follow the selected patrol"),
    run: () => {
      const controls = document.querySelector("unit-map")?.controls;
      controls?.follow(!controls.isFollowing);
    },
    when: () => desk.unit !== null,
  },
  { key: "/", label: () => gettext("command line"), run: () => begin("") },
  { key: "?", label: () => gettext("this sheet"), run: () => showKeys(boundKeys(), commandHelp()) },
  { key: "Escape", label: () => gettext("back to the queue"), run: back },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
    key: String(n),
    label: () => (n === 1 ? gettext("to the first patrol on the incident; Enter does its next step") : ""),
    run: () => focusJob(n),
  })),
]);

setTimeZone(settings.time_zone);
whenSignedOut(() => live.end("signed_out"));
startPanels();
desk.start();
startSession();
startHearing();
startMessages();
if (keptDraft()) desk.takeCall(true);
const leaveEntries = subscribe(["entries"], () => {
  leaveEntries();
  const own = keptDraft() ? undefined : ownEntry(); // this browser has died, or the person sits at another one
  if (own && mayEdit() && isHere("incident")) desk.openEntry(own.id);
});
live.start(settings.board);
void loadKinds();
void loadSkills();
