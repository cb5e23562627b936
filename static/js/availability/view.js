/** What the page of availability shows: set like a printed page, each chart with its table. */

import { html, nothing } from "lit";

import { unitStatus } from "../console/words.js";
import { compare, fill, gettext, inScript, ngettext } from "../i18n.js";
import { moment, span, taskNames } from "../plan/words.js";
import { MINUTE } from "../plan/zone.js";
import { number } from "../reports/words.js";
import { skillName } from "../skills.js";
import { curve, curveKey, kindOf, lineMarks, splitBar, unitLine } from "./charts.js";
import { hoursOf, kinds, minutesOf, outcomeName, share, uses } from "./words.js";

/** @param {AvailabilityData} data */
export function now({ counts, now: at, starts_at, ends_at }) {
  if (at < starts_at || at >= ends_at) return nothing;
  return html`<section class="now" aria-labelledby="now-title">
    <h3 id="now-title">${gettext("At this moment")}</h3>
    <dl class="figures">
      <div><dt>${gettext("on duty")}</dt><dd class="number">${counts.on_duty}</dd></div>
      <div><dt>${gettext("planned")}</dt><dd class="number">${counts.planned}</dd></div>
      ${kinds().map(([kind, name]) => html`<div><dt><i class="swatch ${kind}"></i>${name}</dt><dd class="number">${counts[kind]}</dd></div>`)}
    </dl>
  </section>`;
}

/** @param {AvailabilityData} data */
export function gaps(data) {
  const zone = data.time_zone;
  const coming = data.gaps.filter((gap) => gap.end > data.now);
  const over = data.gaps.filter((gap) => gap.end <= data.now);
  const long = over.filter((gap) => lasts(gap) >= 15 * MINUTE);
  return html`<section aria-labelledby="gaps-title">
    <h3 id="gaps-title">${gettext("Gaps")}</h3>
    ${!data.has_minimums
      ? html`<p class="dim">${gettext("No minimum is set here, so nothing can be said to be missing. A commander sets how many units are needed, where and when, under “What is needed”.")}</p>`
      : html`<p class="finding">${finding(coming, zone, data.now)}</p>
          ${coming.length
            ? html`<table>
                <caption class="visually-hidden">${gettext("Gaps against what is needed")}</caption>
                <thead><tr><th>${gettext("From")}</th><th>${gettext("To")}</th><th>${gettext("Where")}</th><th class="number">${gettext("There")}</th><th class="number">${gettext("Needed")}</th><th>${gettext("Warned")}</th></tr></thead>
                <tbody>${coming.map((gap) => html`<tr class=${gap.start <= data.now ? "running" : ""}><td>${moment(Date.parse(gap.start), zone)}</td><td>${moment(Date.parse(gap.end), zone)}</td><td>${place(gap)}</td><td class="number warning">${gap.has}</td><td class="number">${gap.needs}</td><td>${gap.warned_at ? moment(Date.parse(gap.warned_at), zone) : "–"}</td></tr>`)}</tbody>
              </table>`
            : nothing}
          ${over.length ? html`<p class="dim">${fill(ngettext("%(n)s gap of this period is over: together %(h)s hours with too few units.", "%(n)s gaps of this period are over: together %(h)s hours with too few units.", over.length), { n: over.length, h: hoursOf(over.reduce((sum, gap) => sum + lasts(gap), 0) / 1000) })}</p>` : nothing}
          ${long.length
            ? html`<details><summary>${gettext("Gaps that are over, of a quarter of an hour and more")}</summary>
                <table>
                  <thead><tr><th>${gettext("From")}</th><th>${gettext("To")}</th><th>${gettext("Where")}</th><th class="number">${gettext("There")}</th><th class="number">${gettext("Needed")}</th></tr></thead>
                  <tbody>${long.slice(0, 200).map((gap) => html`<tr><td>${moment(Date.parse(gap.start), zone)}</td><td>${moment(Date.parse(gap.end), zone)}</td><td>${place(gap)}</td><td class="number">${gap.has}</td><td class="number">${gap.needs}</td></tr>`)}</tbody>
                </table></details>`
            : nothing}`}
  </section>`;
}

/** @param {StaffingGap} gap */
function lasts(gap) {
  return Date.parse(gap.end) - Date.parse(gap.start);
}

/** @param {StaffingGap} gap */
function place(gap) {
  return [inScript(gap.area ?? gap.name), skillName(gap.skill)].filter(Boolean).join(", ");
}

/** @param {StaffingGap[]} coming @param {string} zone @param {string} at */
function finding(coming, zone, at) {
  const [first] = coming;
  if (!first) return gettext("Nothing is missing from now on, as far as is published.");
  const given = { where: place(first), has: first.has, needs: first.needs, from: moment(Date.parse(first.start), zone), to: moment(Date.parse(first.end), zone) };
  if (first.start <= at) return fill(gettext("Now, until %(to)s: %(has)s of %(needs)s units, %(where)s."), given);
  return fill(gettext("From %(from)s to %(to)s there are %(has)s of %(needs)s units, %(where)s."), given);
}

/** @param {AvailabilityData} data */
export function byHour(data) {
  const zone = data.time_zone;
  return html`<section aria-labelledby="curve-title">
    <h3 id="curve-title">${gettext("By hour")}</h3>
    <figure>${curve(data)}<figcaption class="dim">${curveKey()}</figcaption></figure>
    <details><summary>${gettext("The same as a table")}</summary>
      <table class="narrow">
        <thead><tr><th>${gettext("Hour")}</th>${kinds().map(([, name]) => html`<th class="number">${name}</th>`)}<th class="number">${gettext("planned, at least")}</th><th class="number">${gettext("needed")}</th></tr></thead>
        <tbody>${data.hours.map((hour) => html`<tr><th scope="row">${moment(Date.parse(hour.start), zone)}</th>${kinds().map(([kind]) => html`<td class="number">${hour.past ? number(hour.past[kind], 2) : "–"}</td>`)}<td class="number">${hour.least}</td><td class="number">${hour.needed || "–"}</td></tr>`)}</tbody>
      </table>
    </details>
    <p class="dim">${gettext("Past hours show units on average, exact from the history of status; coming hours the least number that is planned and published.")}</p>
  </section>`;
}

/** @param {AvailabilityData} data */
export function byUnit(data) {
  const zone = data.time_zone;
  const shown = data.units.filter((unit) => unit.planned.length || unit.duty.length);
  const left = data.units.length - shown.length;
  const rows = shown.flatMap((unit) => unit.duty.map((one) => ({ unit, one })));
  return html`<section aria-labelledby="units-title">
    <h3 id="units-title">${gettext("By unit")}</h3>
    ${shown.length
      ? html`<div class="unit-lines">
          <div class="unit-name"></div><div class="unit-marks">${lineMarks(data)}</div>
          ${shown.map((unit) => html`<div class="unit-name"><b class="mono">${inScript(unit.call_sign)}</b> <span class="dim">${inScript(unit.sector)}</span></div><div>${unitLine(unit, data)}</div>`)}
        </div>
        <p class="key"><span><i class="swatch plan"></i>${gettext("above: the plan")}</span>${kinds().map(([kind, name]) => html`<span><i class="swatch ${kind}"></i>${name}</span>`)}</p>
        <details><summary>${gettext("The same as a table")}</summary>
          <table class="narrow">
            <thead><tr><th>${gettext("Unit")}</th><th>${gettext("From")}</th><th>${gettext("To")}</th><th>${gettext("What")}</th><th>${gettext("Incident")}</th></tr></thead>
            <tbody>${rows.slice(0, 500).map(({ unit, one }) => html`<tr><th scope="row" class="mono">${inScript(unit.call_sign)}</th><td>${moment(Date.parse(one.start), zone)}</td><td>${moment(Date.parse(one.end), zone)}</td><td>${unitStatus(one.status)} <span class="dim">${kinds().find(([kind]) => kind === kindOf(one))?.[1]}</span></td><td class="mono">${one.number ?? "–"}</td></tr>`)}</tbody>
          </table>
          ${rows.length > 500 ? html`<p class="dim">${gettext("The first 500 are shown; choose a shorter period for the rest.")}</p>` : nothing}
        </details>`
      : html`<p class="dim">${gettext("Nobody is planned or was on duty in this period.")}</p>`}
    ${left && shown.length ? html`<p class="dim">${fill(ngettext("%(n)s unit was neither planned nor on duty.", "%(n)s units were neither planned nor on duty.", left), { n: left })}</p>` : nothing}
  </section>`;
}

/** @param {PlanAndFact | null} facts */
export function planAndFact(facts) {
  if (!facts) return nothing;
  const zone = facts.time_zone;
  const other = facts.shifts.filter(({ outcome }) => !["as_planned", "not_yet"].includes(outcome));
  const done = facts.shifts.length - facts.shifts.filter(({ outcome }) => outcome === "not_yet").length;
  const unvisited = facts.areas.filter((area) => area.unvisited);
  return html`<section aria-labelledby="fact-title">
    <h3 id="fact-title">${gettext("Plan against fact")}</h3>
    ${facts.shifts.length
      ? html`<p class="finding">${done ? fill(gettext("%(good)s of %(all)s shifts were as planned."), { good: done - other.length, all: done }) : gettext("Nothing can be said yet: nobody has signed on, and no shift is over.")} ${unvisited.length ? fill(gettext("Not visited: %(names)s."), { names: unvisited.map(({ name }) => inScript(name)).join(", ") }) : ""}</p>`
      : html`<p class="dim">${gettext("No published shift began in this period.")}</p>`}
    ${other.length
      ? html`<table>
          <caption>${gettext("Shifts that were other than planned")}</caption>
          <thead><tr><th>${gettext("Unit")}</th><th>${gettext("Planned")}</th><th>${gettext("What")}</th><th class="number">${gettext("late by")}</th><th class="number">${gettext("early by")}</th></tr></thead>
          <tbody>${other.map((row) => html`<tr><th scope="row" class="mono">${inScript(row.call_sign)}</th><td>${moment(Date.parse(row.starts_at), zone)} – ${span(Date.parse(row.starts_at), Date.parse(row.ends_at), zone).slice(6)}</td><td>${outcomeName(row.outcome)}</td><td class="number">${row.late_s && row.late_s > 300 ? minutesOf(row.late_s) : "–"}</td><td class="number">${row.early_s && row.early_s > 300 ? minutesOf(row.early_s) : "–"}</td></tr>`)}</tbody>
        </table>`
      : nothing}
    ${facts.areas.some(({ shifts }) => shifts)
      ? html`<table>
          <caption>${gettext("Sectors, by the positions of the units planned there")}</caption>
          <thead><tr><th>${gettext("Sector")}</th><th class="number">${gettext("shifts")}</th><th class="number">${gettext("minutes in it")}</th><th class="number">${gettext("visits")}</th></tr></thead>
          <tbody>${facts.areas.filter(({ shifts }) => shifts).map((row) => html`<tr><th scope="row">${inScript(row.name)}</th><td class="number">${row.shifts}</td><td class="number">${number(Math.round(row.minutes))}</td><td class="number ${row.unvisited ? "warning" : ""}">${row.visits}</td></tr>`)}</tbody>
        </table>`
      : nothing}
    ${facts.tasks.length
      ? html`<details ?open=${facts.tasks.length <= 12}><summary>${taskSummary(facts.tasks)}</summary><table>
          <caption class="visually-hidden">${gettext("Tasks")}</caption>
          <thead><tr><th>${gettext("Unit")}</th><th>${gettext("Task")}</th><th>${gettext("Where")}</th><th>${gettext("When")}</th><th class="number">${gettext("min planned")}</th><th class="number">${gettext("min there")}</th><th>${gettext("Done")}</th></tr></thead>
          <tbody>${facts.tasks.map((row) => html`<tr><th scope="row" class="mono">${inScript(row.call_sign)}</th><td>${taskNames()[row.kind]}</td><td>${inScript(row.area ?? row.place)}</td><td>${moment(Date.parse(row.starts_at), zone)}</td><td class="number">${row.minutes_planned}</td><td class="number">${number(row.minutes)}</td><td class=${row.outcome === "not_done" ? "warning" : ""}>${outcomeName(row.outcome)}</td></tr>`)}</tbody>
        </table></details>`
      : nothing}
  </section>`;
}

/** @param {PlanAndFact["tasks"]} tasks */
function taskSummary(tasks) {
  const count = (/** @type {string} */ outcome) => tasks.filter((task) => task.outcome === outcome).length;
  const parts = ["done", "partly", "not_done", "not_yet", "not_measured"].filter(count).map((outcome) => `${count(outcome)} ${outcomeName(outcome)}`);
  return `${gettext("Tasks")}: ${parts.join(", ")}`;
}

/** @param {TimeSplit | null} split @param {(by: string) => void} choose */
export function timeSplit(split, choose) {
  if (!split) return nothing;
  const longest = Math.max(0, ...split.groups.map(({ total_s }) => total_s));
  const ordered = split.by === "hour" ? split.groups : [...split.groups].sort((a, b) => compare(a.name, b.name));
  /** @param {SplitGroup} group @param {string} name */
  const row = (group, name) => html`<tr><th scope="row">${name}</th><td>${splitBar(group, group === split.total ? group.total_s : longest)}</td>${uses().map(([use]) => html`<td class="number">${hoursOf(group.seconds[use])} <span class="dim">${share(group.seconds[use], group.total_s)}</span></td>`)}<td class="number">${hoursOf(group.total_s)}</td></tr>`;
  return html`<section aria-labelledby="split-title">
    <h3 id="split-title">${gettext("What the time on duty went into")}</h3>
    <div class="split-by"><label for="split-by">${gettext("In groups by")}</label>
      <select id="split-by" @change=${(/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.target).value)}>
        ${[["hour", gettext("hour of the day")], ["unit", gettext("unit")], ["directorate", gettext("directorate")]].map(([value, name]) => html`<option value=${value} ?selected=${value === split.by}>${name}</option>`)}
      </select></div>
    ${split.total.total_s
      ? html`<table class="split">
          <caption>${gettext("Hours and minutes, exact from the history of status; the sum of a row is its time on duty")}</caption>
          <thead><tr><th>${gettext("Group")}</th><th><span class="visually-hidden">${gettext("Chart")}</span></th>${uses().map(([use, name]) => html`<th class="number"><i class="swatch use ${use}"></i>${name}</th>`)}<th class="number">${gettext("on duty")}</th></tr></thead>
          <tbody>${ordered.map((group) => row(group, split.by === "hour" ? `${group.key.padStart(2, "0")}–${String((Number(group.key) + 1) % 24).padStart(2, "0")}` : inScript(group.name)))}</tbody>
          <tfoot>${row(split.total, gettext("all"))}</tfoot>
        </table>`
      : html`<p class="dim">${gettext("Nobody was on duty in this period.")}</p>`}
  </section>`;
}
