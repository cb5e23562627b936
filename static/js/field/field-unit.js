/** The crew's page: how things stand at the top, the job in the middle, three actions at the thumb. */

import { html, nothing } from "lit";

import { onTick, serverNow } from "../clock.js";
import { GIVEN_STATUSES, stepsAfter, unitStatus as statusWords } from "../console/words.js";
import { signIcon } from "../console/signs.js";
import { View } from "../console/view.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { keepPreference } from "../preferences.js";
import { erased } from "./device.js";
import { emergencyButton, emergencyNotice } from "./emergency.js";
import { backupForm, backupNotice, onViewForm, outcomeForm } from "./forms.js";
import { jobView } from "./job.js";
import { messagesView, readAll, unreadMessages } from "./messages.js";
import { mapPanel } from "./offline-map.js";
import { place } from "./positions.js";
import { ofOthers, press } from "./queue.js";
import "./sign-on.js";
import { signOutForm } from "./sign-out.js";
import { clearedHere, isSigningOff, mine, outcomeOf, present, unitStatus } from "./standing.js";
import { known } from "./state.js";
import { refusals, waitingList } from "./unsent.js";
import { welfarePrompt } from "./welfare.js";
import { ago, notSent, stepButton, unreadWords } from "./words.js";

const STALE_MS = 15_000;
const AGE_MS = 10_000;

/** @typedef {"job" | "note" | "way" | "status" | "unsent" | "more" | "messages" | "on_view" | "outcome" | "backup" | "map"} Panel */

export class FieldUnit extends View {
  static topics = /** @type {const} */ (["field", "incidents"]);

  /** @type {Panel} */
  #panel = "job";
  #drawnAt = 0;
  /** @type {(() => void) | undefined} */
  #stop;

  connectedCallback() {
    super.connectedCallback();
    this.#stop = onTick((now) => {
      if (now - this.#drawnAt > AGE_MS) this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.();
  }

  /** Back to the job. */
  #close() {
    this.#panel = "job";
    this.requestUpdate();
    this.querySelector("main")?.scrollTo(0, 0);
  }

  /** @param {Panel} panel */
  #show(panel) {
    this.#panel = this.#panel === panel ? "job" : panel;
    if (this.#panel === "messages") void readAll();
    this.requestUpdate();
    this.querySelector("main")?.scrollTo(0, 0);
  }

  render() {
    this.#drawnAt = serverNow();
    const { state, link } = known;
    if (!state) return html`${this.#head()}<main>${this.#nobody()}</main>`;
    const job = present();
    return html`${this.#head()}
      <main tabindex="0">
        ${welfarePrompt()} ${emergencyNotice()} ${link === "signed_out" ? this.#signedOut() : nothing} ${refusals()} ${this.#others()}
        ${state.unit && this.#panel === "job" ? backupNotice() : nothing}
        ${state.unit ? this.#body(job) : html`<sign-on></sign-on> ${signOutForm()}`}
      </main>
      ${state.unit ? this.#actions(job) : nothing}`;
  }

  #nobody() {
    if (known.link === "signed_out") return this.#signedOut();
    const words = {
      refused: gettext("You have no right to a patrol of your own."),
      cut: gettext("No network, and nothing is kept on this device yet."),
    };
    return html`<p class="empty">${words[/** @type {"cut"} */ (known.link)] ?? gettext("One moment…")}</p>`;
  }

  #signedOut() {
    return html`<section class="box notice">
      ${erased.wasErased ? html`<p><b>${gettext("What this device kept was erased by order of an administrator.")}</b></p>` : nothing}
      <p>${gettext("You are signed out. What is not sent stays on this device and goes out when you sign in again.")}</p>
      <p class="choices"><a class="button" href="/sign-in/?next=/field/">${gettext("Sign in")}</a></p>
    </section>`;
  }

  #others() {
    const count = ofOthers(known.state?.user.id);
    if (!count) return nothing;
    const words = ngettext(
      "%(count)s entry of another officer waits on this device until they sign in.",
      "%(count)s entries of other officers wait on this device until they sign in.",
      count,
    );
    return html`<p class="box notice others">${fill(words, { count })}</p>`;
  }

  /** @param {ReturnType<typeof present>} job */
  #body(job) {
    const done = () => this.#close();
    if (this.#panel === "unsent") return waitingList();
    if (this.#panel === "more") return this.#more(job);
    if (this.#panel === "messages") return messagesView();
    if (this.#panel === "on_view") return onViewForm(job !== null, done);
    if (this.#panel === "backup") return backupForm(done);
    if (this.#panel === "map") return mapPanel();
    if (this.#panel === "status") return this.#statuses(job !== null);
    if (!job) return this.#free();
    if (this.#panel === "outcome") return outcomeForm(job, done);
    if (this.#panel === "way") return html`<field-way></field-way>`;
    return html`${this.#panel === "note" ? this.#noteForm(job) : nothing} ${jobView(job)}`;
  }

  updated() {
    if (this.#panel === "messages" && document.visibilityState === "visible") void readAll(); // what comes while it is open
  }

  #head() {
    const { state } = known;
    const unread = state?.unit ? unreadMessages().length : 0;
    const count = mine().length;
    const { status, isSent } = unitStatus();
    const job = present();
    const shown = state?.unit?.status === "emergency" ? "emergency" : job ? (job.status === "acknowledged" ? "dispatched" : job.status) : status;
    return html`<header class="top">
      ${state?.unit
        ? html`<b class="call-sign">${state.unit.call_sign}</b>
            <span class="status"
              >${signIcon(signOf(shown))} ${statusWords(shown)}
              ${isSent && (job?.isSent ?? true) ? nothing : html`<span class="pending" aria-label=${gettext("not sent yet")}>…</span>`}</span
            >`
        : html`<b class="call-sign">Patrulja</b>`}
      <span class="spring"></span>
      ${unread
        ? html`<button class="unread" @click=${() => this.#show("messages")} aria-label=${unreadWords(unread)}>✉ ${unread}</button>`
        : nothing}
      ${count
        ? html`<button class="count" aria-pressed=${this.#panel === "unsent"} @click=${() => this.#show("unsent")}>
            ${notSent(count)}
          </button>`
        : nothing}
      ${this.#link()} ${state?.unit ? emergencyButton() : nothing}
    </header>`;
  }

  #link() {
    const { link, heardAt } = known;
    const age = Date.now() - heardAt;
    if (link === "live" && age < STALE_MS) return html`<span class="link live" role="status">${gettext("live")}</span>`;
    if (!heardAt) return nothing;
    return html`<span class="link cut" role="status"
      >${link === "cut" ? gettext("no network") : gettext("not up to date")}${age < 60_000 ? nothing : html` · ${ago(age / 1000)}`}</span
    >`;
  }

  #free() {
    const { unit } = known.state ?? {};
    const cleared = clearedHere();
    return html`<section class="free">
      <h1>${cleared ? gettext("Cleared; not sent yet") : gettext("No job")}</h1>
      <p class="dim">${inScript(unit?.crew_names.join(", "))}</p>
      <p class="dim">${unit?.vehicle ?? gettext("no vehicle")}${unit?.sector ? ` · ${inScript(unit.sector)}` : ""}</p>
      ${place.trouble ? html`<p class="warning">${gettext("This device does not tell where it is.")}</p>` : nothing}
    </section>`;
  }

  /** What is needed less often. @param {ReturnType<typeof present>} job */
  #more(job) {
    const unread = unreadMessages().length;
    const open = (/** @type {Panel} */ panel, /** @type {string} */ words) =>
      html`<button class="big" @click=${() => this.#show(panel)}>${words}</button>`;
    return html`<section class="part">
      <h1>${gettext("More")}</h1>
      <div class="grid">
        ${open("messages", unread ? `${gettext("Messages")} · ${unread}` : gettext("Messages"))} ${open("backup", gettext("Back-up"))}
        ${job ? open("outcome", gettext("How it ended")) : nothing} ${open("on_view", gettext("Own incident"))}
        ${open("status", gettext("Status and sign-off"))} ${open("map", gettext("Map without a network"))}
      </div>
    </section>`;
  }

  /** @param {boolean} isBusy */
  #statuses(isBusy) {
    const { status } = unitStatus();
    return html`<section class="part">
        <h1>${gettext("Status")}</h1>
        ${isBusy
          ? html`<p class="dim">${gettext("While you have a job, its steps give the status.")}</p>`
          : html`<div class="grid">
              ${GIVEN_STATUSES.map(
                (code) => html`<button class="big" aria-pressed=${code === status} @click=${() => void this.#give(code)}>
                  ${statusWords(code)}
                </button>`,
              )}
            </div>`}
      </section>
      <section class="part">
        <h2>${gettext("Display")}</h2>
        <div class="grid">
          <button class="big" @click=${() => void theme("day")}>${gettext("Day")}</button>
          <button class="big" @click=${() => void theme("night")}>${gettext("Night")}</button>
        </div>
      </section>
      <section class="part">
        <button class="big" ?disabled=${isBusy || isSigningOff()} @click=${() => void this.#signOff()}>
          ${isSigningOff() ? gettext("Signing off; not sent yet") : gettext("Sign off")}
        </button>
      </section>
      ${signOutForm()}`;
  }

  /** @param {NonNullable<ReturnType<typeof present>>} job */
  #noteForm(job) {
    return html`<form class="note" @submit=${(/** @type {SubmitEvent} */ event) => void this.#note(event, job)}>
      <label for="note">${gettext("Note")}</label>
      <textarea id="note" name="text" rows="3" maxlength="4000" required></textarea>
      <button class="big primary">${gettext("Add the note")}</button>
    </form>`;
  }

  /** @param {ReturnType<typeof present>} job */
  #actions(job) {
    const next = job ? stepsAfter(job.status)[0] : null;
    const tab = (/** @type {Panel} */ panel, /** @type {string} */ words) =>
      html`<button class="big" aria-pressed=${this.#panel === panel} @click=${() => this.#show(panel)}>${words}</button>`;
    const menu = ["more", "messages", "backup", "on_view", "outcome", "status", "map"].includes(this.#panel);
    const more = html`<button class="big" aria-pressed=${menu} @click=${() => this.#show(menu ? this.#panel : "more")}>
      ${menu ? gettext("Back") : gettext("More")}
    </button>`;
    if (!job || !next) {
      const { status } = unitStatus();
      return html`<footer class="thumb">
        ${more} ${tab("status", gettext("Status"))} ${tab("on_view", gettext("Own incident"))}
        <button class="big primary wide" ?disabled=${status === "on_patrol"} @click=${() => void this.#give("on_patrol")}>
          ${gettext("On patrol")}
        </button>
      </footer>`;
    }
    return html`<footer class="thumb">
      ${more} ${tab("note", gettext("Note"))} ${tab("way", gettext("Way"))}
      <button class="big primary wide" @click=${() => void this.#step(job, next)}>${stepButton(next)}</button>
    </footer>`;
  }

  /** @param {NonNullable<ReturnType<typeof present>>} job @param {string} status */
  async #step(job, status) {
    const { id, dispatched_at } = job.assignment;
    const at = new Date(Math.max(serverNow(), Date.parse(dispatched_at ?? "") || 0)).toISOString();
    const label = `${stepButton(status)} · ${job.incident.number}`;
    await press({ user: user(), path: `assignments/${id}/`, body: { status }, kind: "step", label, assignment: id, at });
    if (status === "cleared") this.#close();
    if (status === "action_taken" && !outcomeOf(job)) this.#show("outcome");
  }

  /** @param {SubmitEvent} event @param {NonNullable<ReturnType<typeof present>>} job */
  async #note(event, job) {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("text")).trim();
    if (!text) return;
    const path = `incidents/${job.incident.id}/notes/`;
    const label = `${gettext("Note")} · ${job.incident.number}`;
    await press({ user: user(), path, body: { text }, kind: "note", label, assignment: job.assignment.id });
    this.#panel = "job";
    this.requestUpdate();
  }

  /** @param {string} status */
  async #give(status) {
    const unit = known.state?.unit;
    if (!unit) return;
    await press({ user: user(), path: `units/${unit.id}/status/`, body: { status }, kind: "status", label: statusWords(status) });
    this.#panel = "job";
    this.requestUpdate();
  }

  async #signOff() {
    const shift = known.state?.shift;
    if (!shift) return;
    await press({ user: user(), path: `shifts/${shift}/end/`, body: {}, kind: "sign_off", label: gettext("Sign off") });
  }
}

const user = () => known.state?.user.id ?? 0;

/** @param {"day" | "night"} value */
async function theme(value) {
  document.documentElement.dataset.theme = value;
  await keepPreference("theme", value);
}

/** @param {string} status @returns {import("../console/order.js").Sign} */
function signOf(status) {
  if (status === "emergency") return "emergency";
  if (status === "en_route" || status === "dispatched") return "en_route";
  if (status === "on_scene" || status === "action_taken") return "on_scene";
  if (["staging", "traffic_stop", "meal", "report_writing"].includes(status)) return "conditional";
  return ["on_patrol", "at_station"].includes(status) ? "available" : "unavailable";
}

customElements.define("field-unit", FieldUnit);
