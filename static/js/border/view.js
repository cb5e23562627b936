/** The situation, set like a printed page: totals first, what they rest on, then groups, map and table. */

import { html } from "lit";

import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { clock, moment, number, period, spoken } from "../reports/words.js";
import { directions, impacts, jointStates, kinds, means, named, outcomes } from "./words.js";

/** @typedef {{events: number, persons: Record<string, number>}} Sums */
/** @typedef {{n: number, n_missing: number, excluded: Record<string, number>, p50_s: number | null, p90_s: number | null}} Clock */
/** @typedef {{id: number, number: string, section: string, kind: string, means: string, direction: string, place: string, location: [number, number] | null, detected_at: string, persons: Record<string, number> & {detected: number}, impact: string, required: number, in_place: number, reaction_s: number | null, first_arrival_s: number | null}} BorderEvent */
/** @typedef {{section: {code: string, name: string} | null, period: {from: string, to: string, days: number, time_zone: string}, computed_at: string, total: Sums, preceding: Sums, corrected: number, by_kind: (Sums & {key: string})[], by_means: (Sums & {key: string})[], by_direction: (Sums & {key: string})[], by_section: (Sums & {key: string})[], by_impact: (Sums & {key: string})[], reaction: Clock, first_arrival: Clock, joint_patrols: any, events: BorderEvent[]}} Situation */

/**
 * @param {Situation} found
 * @param {string} query what was asked, as an address has it
 */
export function situationView(found, query) {
  return html`${head(found)}
    <p class="exports"><a href="/api/v1/border/situation.pdf?${query}" download>PDF</a><a href="/api/v1/border/situation.csv?${query}" download>${gettext("Table as CSV")}</a></p>
    ${totals(found)}
    <div class="event-map" role="region" aria-label=${gettext("Map of events")}></div>
    ${clocks(found)} ${groups(found)} ${joint(found)}
    <section aria-labelledby="events-title">
      <h3 id="events-title">${gettext("Events")}</h3>
      ${events(found)}
    </section>
    ${definitions()}`;
}

/** @param {Situation} found */
function head({ section, period: asked, computed_at }) {
  return html`<header class="report-head">
    <h2>${section ? `${section.code} · ${inScript(section.name)}` : gettext("All border sections")}</h2>
    <p>${gettext("Situation at the border")}, ${period(asked)}</p>
    <p class="faint">${fill(gettext("Computed %(at)s; local days of %(zone)s"), { at: moment(computed_at, asked.time_zone), zone: asked.time_zone })}</p>
  </header>`;
}

/** @param {Situation} found */
function totals({ total, preceding, corrected, period: asked }) {
  const rows = /** @type {[string, number, number][]} */ ([
    [gettext("events"), total.events, preceding.events],
    ...outcomes().map(([code, name]) => [name, total.persons[code] ?? 0, preceding.persons[code] ?? 0]),
    [gettext("detected only"), total.persons.detected_only ?? 0, preceding.persons.detected_only ?? 0],
  ]);
  return html`<section aria-labelledby="totals-title">
    <h3 id="totals-title">${gettext("In sum")}</h3>
    <p>
      ${fill(ngettext("%(n)s event with %(persons)s persons;", "%(n)s events with %(persons)s persons;", total.events), { n: number(total.events), persons: number(total.persons.detected ?? 0) })}
      ${fill(ngettext("%(n)s in the %(days)s day before.", "%(n)s in the %(days)s days before.", asked.days), { n: number(preceding.events), days: number(asked.days) })}
      ${corrected ? fill(ngettext("The count of %(n)s was corrected later; the newest counts.", "The counts of %(n)s were corrected later; the newest count.", corrected), { n: number(corrected) }) : ""}
    </p>
    <dl class="figures">
      ${rows.map(([name, now, before]) => html`<div><dt>${name}</dt><dd>${number(now)}<small>${fill(gettext("before: %(n)s"), { n: number(before) })}</small></dd></div>`)}
    </dl>
  </section>`;
}

/** @param {Situation} found */
function clocks({ reaction, first_arrival }) {
  const line = (/** @type {string} */ name, /** @type {Clock} */ row) =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${number(row.n)}</td>
      <td>${number(row.n_missing)}</td>
      <td>${number(row.excluded.on_view ?? 0)}</td>
      <td>${number(row.excluded.negative ?? 0)}</td>
      <td>${clock(row.p50_s)}</td>
      <td>${clock(row.p90_s)}</td>
    </tr>`;
  return html`<section aria-labelledby="clocks-title">
    <h3 id="clocks-title">${gettext("Reaction")}</h3>
    <p>
      ${reaction.p50_s === null
        ? gettext("Too few events for a median.")
        : fill(gettext("In half of the events all required patrols were in place within %(time)s of detection."), { time: spoken(reaction.p50_s) })}
    </p>
    <table class="sums">
      <caption class="visually-hidden">${gettext("Reaction")}</caption>
      <thead>
        <tr>
          <th scope="col">${gettext("Clock")}</th>
          <th scope="col">n</th>
          <th scope="col">${gettext("missing")}</th>
          <th scope="col">${gettext("on-view, left out")}</th>
          <th scope="col">${gettext("negative, left out")}</th>
          <th scope="col">${gettext("median")}</th>
          <th scope="col">P90</th>
        </tr>
      </thead>
      <tbody>
        ${line(gettext("all required patrols in place"), reaction)} ${line(gettext("first patrol on the spot"), first_arrival)}
      </tbody>
    </table>
  </section>`;
}

/** @param {Situation} found */
function groups(found) {
  const parts = /** @type {const} */ ([
    [gettext("By kind"), found.by_kind, kinds()],
    [gettext("By means of detection"), found.by_means, means()],
    [gettext("By direction"), found.by_direction, directions()],
    [gettext("By section"), found.by_section, []],
    [gettext("By impact, as people judged it"), found.by_impact, impacts()],
  ]);
  if (!found.total.events) return "";
  return parts.map(
    ([title, rows, words], index) => html`<section aria-labelledby="group-${index}">
      <h3 id="group-${index}">${title}</h3>
      <table class="sums">
        <caption class="visually-hidden">${title}</caption>
        <thead>
          <tr>
            <th scope="col">${title}</th>
            <th scope="col">${gettext("events")}</th>
            ${outcomes().map(([, name]) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr>
              <th scope="row">${named(/** @type {any} */ (words), row.key)}</th>
              <td>${number(row.events)}</td>
              ${outcomes().map(([code]) => html`<td>${number(row.persons[code] ?? 0)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`,
  );
}

/** @param {Situation} found */
function joint({ joint_patrols: found, period: { time_zone } }) {
  return html`<section aria-labelledby="joint-title">
    <h3 id="joint-title">${gettext("Joint patrols")}</h3>
    <p>
      ${found.list.length
        ? fill(gettext("%(met)s met their partner, %(hours)s hours together; %(off)s called off, %(missed)s never met."), {
            met: number(found.ended + found.under_way),
            hours: number(found.hours, 1),
            off: number(found.called_off),
            missed: number(found.not_met),
          })
        : gettext("None were planned.")}
    </p>
    ${found.list.length
      ? html`<table>
          <caption class="visually-hidden">${gettext("Joint patrols")}</caption>
          <thead>
            <tr>
              <th scope="col">${gettext("To meet at")}</th>
              <th scope="col">${gettext("Patrol")}</th>
              <th scope="col">${gettext("Partner")}</th>
              <th scope="col">${gettext("Section")}</th>
              <th scope="col">${gettext("Meeting point")}</th>
              <th scope="col">${gettext("State")}</th>
            </tr>
          </thead>
          <tbody>
            ${found.list.map(
              (/** @type {any} */ row) => html`<tr>
                <td>${moment(row.meets_at, time_zone)}</td>
                <td>${row.call_sign}</td>
                <td>${inScript(row.partner_service)} (${row.partner_country})</td>
                <td>${row.section}</td>
                <td>${inScript(row.meeting_place)}</td>
                <td>${named(jointStates(), row.state)}</td>
              </tr>`,
            )}
          </tbody>
        </table>`
      : ""}
  </section>`;
}

/** @param {Situation} found */
function events({ events: rows, total, period: { time_zone } }) {
  if (!total.events) return html`<p class="dim">${gettext("No events in this period.")}</p>`;
  return html`<table class="wide">
    <caption class="visually-hidden">${gettext("Events")}</caption>
    <thead>
      <tr>
        <th scope="col">${gettext("Detected")}</th>
        <th scope="col">${gettext("Incident")}</th>
        <th scope="col">${gettext("Section")}</th>
        <th scope="col">${gettext("Kind")}</th>
        <th scope="col">${gettext("Place")}</th>
        <th scope="col">${gettext("persons detected")}</th>
        <th scope="col">${gettext("impact")}</th>
        <th scope="col">${gettext("patrols in place")}</th>
        <th scope="col">${gettext("reaction")}</th>
        <th scope="col">${gettext("first arrival")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr>
          <td>${moment(row.detected_at, time_zone)}</td>
          <td>${row.number}</td>
          <td>${row.section}</td>
          <td>${named(kinds(), row.kind)}</td>
          <td>${inScript(row.place) || "–"}</td>
          <td>${number(row.persons.detected)}</td>
          <td>${named(impacts(), row.impact)}</td>
          <td>${fill(gettext("%(n)s of %(required)s"), { n: row.in_place, required: row.required })}</td>
          <td>${clock(row.reaction_s)}</td>
          <td>${clock(row.first_arrival_s)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** What the figures mean. */
function definitions() {
  return html`<section aria-labelledby="definitions-title">
    <h3 id="definitions-title">${gettext("Definitions")}</h3>
    <p class="dim">
      ${gettext("Reaction at the border runs from detection until all patrols that the incident requires are in place; first arrival, kept beside it, ends with the first of them. Patrols that were called off, refused or sent elsewhere never count as arrived. Events that a patrol came upon have neither. Each person is counted under one outcome; the rest were detected only. Impact is what people judged, and may be revised.")}
    </p>
  </section>`;
}
