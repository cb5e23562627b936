/** What a crew enters besides its steps: what it came upon, how its job ended, that it needs back-up. */

import { html, nothing } from "lit";

import { timeOfDay } from "../clock.js";
import { kinds, typeName } from "../console/kinds.js";
import { disposition, dispositionCodes } from "../console/words.js";
import { compare, fill, gettext, inScript } from "../i18n.js";
import { place } from "./positions.js";
import { press } from "./queue.js";
import { outcomeOf, waitingOf } from "./standing.js";
import { known } from "./state.js";

/** @typedef {NonNullable<ReturnType<typeof import("./standing.js").present>>} PresentJob */

const user = () => known.state?.user.id ?? 0;

/** What the button that was pressed says. @param {SubmitEvent} event */
const pressedIn = (event) => (event.submitter instanceof HTMLButtonElement ? event.submitter.value : "");

/** @param {SubmitEvent} event */
function given(event) {
  event.preventDefault();
  return new FormData(/** @type {HTMLFormElement} */ (event.target));
}

/**
 * What the crew came upon itself.
 * @param {boolean} isBusy whether it has a job
 * @param {() => void} done
 */
export function onViewForm(isBusy, done) {
  const list = [...kinds.values()].sort((a, b) => a.priority - b.priority || compare(typeName(a), typeName(b)));
  return html`<form class="part on-view" @submit=${(/** @type {SubmitEvent} */ event) => void enter(event, done)}>
    <h1>${gettext("Own incident")}</h1>
    <div class="field">
      <label for="kind">${gettext("What")}</label>
      <select id="kind" name="type" required>
        <option value="">${gettext("choose")}</option>
        ${list.map((kind) => html`<option value=${kind.code}>${kind.priority} · ${typeName(kind)}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for="place">${gettext("Where")}</label>
      <input id="place" name="place" maxlength="200" autocomplete="off" />
      <p class="dim">${place.here ? gettext("Your position is sent with it.") : gettext("This device does not tell where it is: say the place.")}</p>
    </div>
    <div class="field">
      <label for="summary">${gettext("What is known")}</label>
      <textarea id="summary" name="summary" rows="3" maxlength="4000"></textarea>
    </div>
    ${isBusy
      ? html`<p class="dim">${gettext("You have a job: this one is left to the centre.")}</p>`
      : html`<button class="big primary wide" value="attend">${gettext("We are on the scene")}</button>`}
    <button class="big" value="report">${gettext("Only report it")}</button>
  </form>`;
}

/** @param {SubmitEvent} event @param {() => void} done */
async function enter(event, done) {
  const form = given(event);
  const type = String(form.get("type"));
  const kind = kinds.get(type);
  const location = place.here ? { lon: place.here[0], lat: place.here[1] } : null;
  const body = {
    type,
    place: String(form.get("place")).trim(),
    summary: String(form.get("summary")).trim(),
    location,
    location_accuracy_m: location ? place.accuracy_m : null,
    unit: known.state?.unit?.id ?? null,
    attend: pressedIn(event) === "attend",
  };
  const label = `${gettext("Own incident")} · ${kind ? typeName(kind) : type}`;
  await press({ user: user(), path: "field/incidents/", body, kind: "on_view", label });
  done();
}

/** How the job ended. @param {PresentJob} job @param {() => void} done */
export function outcomeForm(job, done) {
  const said = outcomeOf(job);
  return html`<form class="part outcome" @submit=${(/** @type {SubmitEvent} */ event) => void tell(event, job, done)}>
    <h1>${gettext("How it ended")}</h1>
    <div class="field">
      <label for="outcome">${gettext("In words")}</label>
      <textarea id="outcome" name="text" rows="2" maxlength="4000" .value=${said?.text ?? ""}></textarea>
    </div>
    <div class="grid">
      ${dispositionCodes(job.incident.type.code).map(
        (code) => html`<button class="big" value=${code} aria-pressed=${code === said?.disposition}>${disposition(code)}</button>`,
      )}
    </div>
  </form>`;
}

/** @param {SubmitEvent} event @param {PresentJob} job @param {() => void} done */
async function tell(event, job, done) {
  const text = String(given(event).get("text")).trim();
  const code = pressedIn(event);
  if (!code) return;
  const { id } = job.assignment;
  const label = `${disposition(code)} · ${job.incident.number}`;
  await press({ user: user(), path: `assignments/${id}/outcome/`, body: { disposition: code, text }, kind: "outcome", label, assignment: id });
  done();
}

/** That more patrols are needed. @param {() => void} done */
export function backupForm(done) {
  return html`<form class="part backup" @submit=${(/** @type {SubmitEvent} */ event) => void askBackup(event, done)}>
    <h1>${gettext("Back-up")}</h1>
    <div class="field">
      <label for="reason">${gettext("Why (may stay empty)")}</label>
      <input id="reason" name="reason" maxlength="200" autocomplete="off" />
    </div>
    <button class="big danger wide" value="urgent">${gettext("Urgent: now")}</button>
    <button class="big wide" value="routine">${gettext("When a patrol is free")}</button>
  </form>`;
}

/** @param {SubmitEvent} event @param {() => void} done */
async function askBackup(event, done) {
  const form = given(event);
  const unit = known.state?.unit?.id;
  const level = pressedIn(event);
  if (!unit || !level) return;
  const body = { level, reason: String(form.get("reason")).trim() };
  await press({ user: user(), path: `units/${unit}/backup/`, body, kind: "backup", label: gettext("Back-up") });
  done();
}

/** What has become of the request for back-up. */
export function backupNotice() {
  const [asked] = waitingOf("backup").toReversed();
  if (asked) {
    return html`<section class="box notice"><h2>${gettext("Back-up asked")} <span class="pending">${gettext("not sent yet")}</span></h2></section>`;
  }
  const backup = known.state?.backup;
  if (!backup || !["open", "refused", "answered"].includes(backup.status)) return nothing;
  const words = {
    open: gettext("Back-up asked at %(time)s; the centre has it"),
    answered: gettext("Back-up is coming"),
    refused: gettext("Back-up refused"),
  };
  const isGoing = waitingOf("backup_withdrawal").length > 0;
  return html`<section class="box ${backup.status === "refused" ? "refused" : "notice"}">
    <h2>${fill(words[/** @type {"open"} */ (backup.status)], { time: timeOfDay(backup.requested_at) })}</h2>
    ${backup.refusal ? html`<p>${inScript(backup.refusal)}</p>` : nothing}
    ${backup.status === "open" && !isGoing
      ? html`<p class="choices"><button @click=${() => void withdraw(backup.id)}>${gettext("Not needed any more")}</button></p>`
      : nothing}
  </section>`;
}

/** @param {Id} backup */
async function withdraw(backup) {
  const label = gettext("Back-up not needed any more");
  await press({ user: user(), path: `backups/${backup}/withdraw/`, body: {}, kind: "backup_withdrawal", label });
}
