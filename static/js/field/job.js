/** The job: dangers first, then what and where, then what is known, then who else comes. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { dateAndTime, day, serverNow, timeOfDay } from "../clock.js";
import { typeName } from "../console/kinds.js";
import { disposition as dispositionWords, hazardKind, jobStatus } from "../console/words.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { mine, outcomeOf } from "./standing.js";
import { eta } from "./words.js";

/** @typedef {NonNullable<ReturnType<typeof import("./standing.js").present>>} PresentJob */

/** @param {PresentJob} job */
export function jobView(job) {
  const { incident } = job;
  return html`<article class="job" aria-labelledby="what">
    ${job.hazards.map(hazard)}
    <p class="head">
      <span class="priority p${incident.priority}" aria-label=${fill(gettext("Priority %(priority)s"), { priority: incident.priority })}
        >${incident.priority}</span
      >
      <span class="number">${incident.number || html`<span class="pending">${gettext("own incident, not sent yet")}</span>`}</span>
      <span class="spring"></span>
      <elapsed-time from=${incident.received_at}></elapsed-time>
    </p>
    <h1 id="what">${typeName(incident.type)}</h1>
    <p class="where">${inScript(incident.place) || gettext("place not known")}</p>
    ${incident.place_detail ? html`<p class="dim">${inScript(incident.place_detail)}</p>` : nothing}
    <p class="standing">
      ${jobStatus(job.status)} ${job.isSent ? nothing : html`<span class="pending">${gettext("not sent yet")}</span>`}
    </p>
    ${incident.summary ? html`<p class="summary">${inScript(incident.summary)}</p>` : nothing}
    ${job.calls.map(
      (call) => html`<p class="caller">
        ${gettext("Caller")}: ${inScript(call.caller_name)} <a href=${`tel:${call.phone}`}>${call.phone}</a>
      </p>`,
    )}
    ${outcome(job)} ${colleagues(job)} ${earlier(job)} ${notes(job)}
  </article>`;
}

/** @param {import("./state.js").OpenedHazard} found */
function hazard(found) {
  return html`<section class="box hazard" aria-label=${gettext("Hazard at the address")}>
    <h2>${gettext("Hazard")}: ${hazardKind(found.kind)}</h2>
    <p>${inScript(found.text)}${found.place_detail ? html` · ${inScript(found.place_detail)}` : nothing}</p>
    <p class="by">
      ${fill(gettext("Entered by %(author)s, valid until %(date)s"), {
        author: inScript(found.author),
        date: dateAndTime(found.expires_at),
      })}
    </p>
  </section>`;
}

/** @param {PresentJob} job */
function outcome(job) {
  const said = outcomeOf(job);
  if (!said) return nothing;
  return html`<p class="said">
    <b>${dispositionWords(said.disposition)}</b> ${inScript(said.text)}
    ${said.isSent ? nothing : html`<span class="pending">${gettext("not sent yet")}</span>`}
  </p>`;
}

/** What was at the address before, whoever had it: what, when, how it ended. @param {PresentJob} job */
function earlier(job) {
  const list = job.earlier ?? [];
  if (!list.length) return nothing;
  return html`<section class="part earlier">
    <h2>${fill(ngettext("%(count)s earlier incident at the address", "%(count)s earlier incidents at the address", list.length), { count: list.length })}</h2>
    <ul>
      ${repeat(
        list,
        (one) => one.id,
        (one) => html`<li class="row">
          <span>${typeName(one.type)}${one.place_detail ? html` · ${inScript(one.place_detail)}` : nothing}
            ${one.disposition ? html`<span class="dim">${dispositionWords(one.disposition)}</span>` : nothing}</span>
          <span class="spring"></span><time class="dim" datetime=${one.received_at}>${day(one.received_at)}</time>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {PresentJob} job */
function colleagues(job) {
  if (!job.colleagues.length) return html`<p class="alone dim">${gettext("Nobody else has been sent.")}</p>`;
  return html`<section class="part">
    <h2>${gettext("Who else comes")}</h2>
    <ul>
      ${repeat(
        job.colleagues,
        (one) => one.unit,
        (one) => html`<li class="row">
          <b class="mono">${one.call_sign}</b> <span>${jobStatus(one.status)}</span><span class="spring"></span>
          <span class="mono">${one.status === "en_route" || one.status === "dispatched" ? eta(one.eta_at, serverNow()) : ""}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** Notes, the newest first; what is not sent yet is among them, and marked. @param {PresentJob} job */
function notes(job) {
  const own = mine().filter((item) => item.kind === "note" && item.state === "waiting" && item.assignment === job.assignment.id);
  if (!own.length && !job.notes.length) return nothing;
  return html`<section class="part">
    <h2>${gettext("Notes")}</h2>
    <ol class="notes">
      ${repeat(
        own.toReversed(),
        (item) => item.key,
        (item) => html`<li>
          <time>${timeOfDay(item.at)}</time> <span>${String(item.body.text)} <span class="pending">${gettext("not sent yet")}</span></span>
        </li>`,
      )}
      ${repeat(
        job.notes.toReversed(),
        (note) => note.id,
        (note) => html`<li>
          <time datetime=${note.at}>${timeOfDay(note.at)}</time>
          <span>${inScript(note.text)} <span class="dim">${inScript(typeof note.by === "string" ? note.by : note.by?.name)}</span></span>
        </li>`,
      )}
    </ol>
  </section>`;
}
