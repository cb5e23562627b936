/** A finished report, set like a printed page: data quality first, then findings, each with its chart, table, definition. */

import { html } from "lit";

import { fill, gettext, inScript, language, ngettext } from "../i18n.js";
import { caseList, counted, figuresOf, show } from "./behind.js";
import { distributionChart, groupChart, shareBar } from "./charts.js";
import { comparison, responseMap, trend } from "./course.js";
import {
  clock,
  exact,
  groupName,
  grouping,
  measures,
  moment,
  momentName,
  number,
  percent,
  period,
  sourceName,
  spoken,
  targetName,
} from "./words.js";

/** @typedef {{n: number, n_missing: number, n_zero: number, excluded: Record<string, number>, p50_s: number | null, p90_s: number | null, mean_s: number | null}} Summary */
/** @typedef {{key: string | null, value: string | number | null, label?: string, then?: Group, measures: Record<string, Summary>}} Group */
/** @typedef {{id: number, organisation: number, organisation_name: string, params: {from: string | null, to: string | null, by: string | null, then?: string, shift?: string | null, min_cases?: number, compare_from?: string, compare_to?: string}, unread?: boolean, schedule?: number | null, state: string, progress: number, error: string, requested_by: string | null, requested_at: string, result: any}} Report */

const MINUTES = [5, 8, 10, 15, 20, 30, 60];

/** @param {Report} report @param {() => void} askAgain */
export function reportView(report, askAgain) {
  const { result } = report;
  /** @type {Record<string, Summary>} */
  const found = result.measures;
  figuresOf(report.id, result.period.time_zone);
  return html`${head(report, askAgain)} ${quality(result)} ${finding(result)} ${waiting(result)} ${measureTable(found)}
    ${compliance(result.compliance)} ${comparison(result)} ${groups(result)} ${matrix(result)} ${trend(result)} ${responseMap(result)}
    ${worst(result)} ${brokenOff(result)} ${definitions(result)}`;
}

/** @param {Report} report @param {() => void} askAgain */
function head({ id, organisation_name, params, requested_by, result }, askAgain) {
  return html`<header class="report-head">
    <h2>${inScript(organisation_name)}</h2>
    <p>${gettext("Response times")}, ${period(params)}</p>
    <p class="faint">
      ${fill(gettext("Computed %(at)s, asked for by %(who)s; local days of %(zone)s"), {
        at: moment(result.computed_at, result.period.time_zone),
        who: inScript(requested_by) || "–",
        zone: result.period.time_zone,
      })}
    </p>
    ${exportBar(id, askAgain)}
  </header>`;
}

const FORMS = { pdf: "PDF", xlsx: "XLSX", csv: "CSV", json: "JSON" };

/** The report as a file, in the language of the page. @param {number} id @param {() => void} askAgain */
function exportBar(id, askAgain) {
  return html`<nav class="exports" aria-label=${gettext("The report as a file")}>
    ${Object.entries(FORMS).map(([form, name]) => html`<a href="/api/v1/reports/${id}/export/?form=${form}&amp;language=${language()}" download>${name}</a>`)}
    <button type="button" @click=${() => window.print()}>${gettext("Print")}</button>
    <button type="button" @click=${askAgain}>${gettext("Ask again, or compare…")}</button>
  </nav>`;
}

/** @param {any} result */
function quality({ population, measures: found }) {
  const names = measures();
  const missing = population.missing_arrivals;
  const facts = [
    [ngettext("%(n)s incident", "%(n)s incidents", population.incidents), population.incidents, {}],
    [gettext("%(n)s still open"), population.open, { outcome: "open" }],
    [gettext("%(n)s cancelled"), population.cancelled, { outcome: "cancelled" }],
    [gettext("%(n)s found by a patrol (on-view)"), population.on_view, { outcome: "on_view" }],
    [gettext("%(n)s duplicates merged into others"), population.merged, { outcome: "merged" }],
    [gettext("%(n)s regraded"), population.regraded, { outcome: "regraded" }],
    [gettext("%(n)s with a corrected time"), population.corrected?.incidents ?? 0, { outcome: "corrected" }],
  ];
  const why = [
    [gettext("%(n)s: the incident is still open"), missing.open, { outcome: "missing_open" }],
    [gettext("%(n)s: no unit was sent"), missing.no_unit_sent, { outcome: "missing_no_unit_sent" }],
    [gettext("%(n)s: units were sent, none recorded an arrival"), missing.no_arrival_recorded, { outcome: "missing_no_arrival_recorded" }],
  ];
  const told = (/** @type {any[][]} */ rows) =>
    rows.filter(([, n]) => n).map(([text, n, part]) => {
      const words = fill(String(text), { n: number(n) });
      return html`<li>${counted(n, part, words, words)}</li>`;
    });
  return html`<section aria-labelledby="quality">
    <h3 id="quality">${gettext("What the figures rest on")}</h3>
    <div class="columns">
      <table>
        <caption class="visually-hidden">${gettext("Cases of each measure")}</caption>
        <thead>
          <tr>
            <th scope="col">${gettext("Measure")}</th>
            <th scope="col" class="number">n</th>
            <th scope="col" class="number">${gettext("missing")}</th>
            <th scope="col" class="number">${gettext("negative, left out")}</th>
            <th scope="col" class="number">${gettext("on-view, left out")}</th>
            <th scope="col" class="number">${gettext("zero, kept")}</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(names).map(([key, { name }]) => {
            const row = found[key];
            return html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${counted(row.n, { measure: key, outcome: "counted" }, name)}</td>
              <td class="number">${counted(row.n_missing, { measure: key, outcome: "missing" }, `${name}, ${gettext("missing")}`)}</td>
              <td class="number">${counted(row.excluded.negative ?? 0, { measure: key, outcome: "negative" }, `${name}, ${gettext("negative, left out")}`)}</td>
              <td class="number">${counted(row.excluded.on_view ?? 0, { outcome: "on_view" }, `${name}, ${gettext("on-view, left out")}`)}</td>
              <td class="number">${counted(row.n_zero, { measure: key, outcome: "zero" }, `${name}, ${gettext("zero, kept")}`)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
      <div class="facts">
        <ul>${told(facts)}</ul>
        ${told(why).length ? html`<p class="dim">${gettext("Why arrivals are missing")}</p><ul>${told(why)}</ul>` : ""}
        ${Object.keys(population.arrival_sources).length
          ? html`<p class="dim">${gettext("Where arrivals come from")}</p>
              <ul>
                ${Object.entries(population.arrival_sources).map(
                  ([source, n]) => html`<li>${sourceName(source)}: ${counted(Number(n), { source, outcome: "counted" }, sourceName(source), number(Number(n)))}</li>`,
                )}
              </ul>`
          : ""}
      </div>
    </div>
  </section>`;
}

/** @param {any} result */
function finding({ measures: found, population, kaplan_meier: survival, min_cases }) {
  const { response } = found;
  const both = population.first_sent_and_first_to_arrive;
  if (response.p50_s === null) {
    return html`<p class="finding">${fill(gettext("Fewer than %(least)s cases: only their number is shown (%(n)s)."), { least: min_cases, n: number(response.n) })}</p>`;
  }
  return html`<p class="finding">
    ${fill(gettext("Half of %(n)s calls had a unit on the scene within %(p50)s, nine in ten within %(p90)s."), {
      n: number(response.n),
      p50: spoken(response.p50_s),
      p90: spoken(response.p90_s),
    })}
    ${response.n_missing
      ? fill(gettext("%(n)s have no recorded arrival; with their waiting counted as far as it is known, the median is %(p50)s and the 90th percentile %(p90)s (Kaplan–Meier)."), {
          n: number(response.n_missing),
          p50: survival.p50_s === null ? gettext("not reached") : spoken(survival.p50_s),
          p90: survival.p90_s === null ? gettext("not reached") : spoken(survival.p90_s),
        })
      : ""}
    ${both.differ
      ? fill(gettext("In %(differ)s of %(n)s the first unit sent was not the first to arrive."), {
          differ: number(both.differ),
          n: number(both.n),
        })
      : ""}
  </p>`;
}

/** @param {any} result */
function waiting({ distribution, measures: found }) {
  /** @type {number[]} */
  const counts = distribution.counts;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!total) return "";
  const within = (/** @type {number} */ minutes) => counts.slice(0, minutes).reduce((sum, count) => sum + count, 0);
  return html`<section aria-labelledby="waiting">
    <h3 id="waiting">${gettext("How long people waited")}</h3>
    <div class="columns">
      <figure>${distributionChart(distribution, found.response)}
        <figcaption class="faint">${gettext("Calls by whole minutes from the call to the first unit on the scene.")}</figcaption>
      </figure>
      <table>
        <caption class="visually-hidden">${gettext("Calls reached within so many minutes")}</caption>
        <thead><tr><th scope="col">${gettext("in less than")}</th><th scope="col" class="number">n</th><th scope="col" class="number">${gettext("share")}</th></tr></thead>
        <tbody>
          ${MINUTES.map((minutes) => html`<tr><th scope="row">${fill(gettext("%(m)s min"), { m: minutes })}</th><td class="number">${counted(within(minutes), { outcome: "counted", to_s: minutes * 60 }, fill(gettext("in less than %(m)s min"), { m: minutes }))}</td><td class="number">${percent(within(minutes) / total)}</td></tr>`)}
          <tr><th scope="row">${gettext("all")}</th><td class="number">${number(total)}</td><td class="number">${percent(1)}</td></tr>
        </tbody>
      </table>
    </div>
  </section>`;
}

/** @param {Summary} row */
function figures(row) {
  return [row.p50_s, row.p90_s, row.mean_s].map(
    (seconds) => html`<td class="number">${clock(seconds)}<small class="faint">${seconds === null ? "" : exact(seconds)}</small></td>`,
  );
}

const heads = () =>
  html`<th scope="col" class="number">n</th><th scope="col" class="number">${gettext("median")}</th>
    <th scope="col" class="number">P90</th><th scope="col" class="number">${gettext("mean")}</th>`;

/** @param {Record<string, Summary>} found */
function measureTable(found) {
  return html`<section aria-labelledby="measures">
    <h3 id="measures">${gettext("From the call to action")}</h3>
    <table>
      <caption class="visually-hidden">${gettext("All measures")}</caption>
      <thead><tr><th scope="col">${gettext("Measure")}</th>${heads()}</tr></thead>
      <tbody>
        ${Object.entries(measures()).map(
          ([key, { name, definition }]) => html`<tr>
            <th scope="row">${name}<small class="faint">${definition}</small></th>
            <td class="number">${counted(found[key].n, { measure: key, outcome: "counted" }, name)}</td>
            ${figures(found[key])}
          </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** @param {any[]} rows */
function compliance(rows) {
  if (!rows.length) return "";
  const worst = rows.filter((row) => row.kept === false);
  return html`<section aria-labelledby="compliance">
    <h3 id="compliance">${gettext("Against the targets")}</h3>
    <p class="finding">
      ${worst.length
        ? fill(ngettext("%(n)s target of %(all)s was missed.", "%(n)s targets of %(all)s were missed.", worst.length), { n: worst.length, all: rows.length })
        : gettext("All targets with cases were kept.")}
    </p>
    <table>
      <caption class="visually-hidden">${gettext("Shares within target")}</caption>
      <thead><tr>
        <th scope="col">${gettext("Target")}</th><th scope="col" class="number">n</th><th scope="col" class="number">${gettext("within target")}</th>
        <th scope="col">${gettext("95 % interval")}</th><th scope="col"><span class="visually-hidden">${gettext("share and interval, drawn")}</span></th><th scope="col" class="number">${gettext("missing")}</th><th scope="col">${gettext("kept")}</th>
      </tr></thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr>
            <th scope="row">${targetName(row)}
              <small class="faint">${momentName(row.start)} → ${momentName(row.end)}</small></th>
            <td class="number">${row.start === "received" && row.end === "on_scene" ? counted(row.n - row.met, { by: "priority", key: row.priority, from_s: row.seconds + 1e-6, outcome: "counted" }, fill(gettext("beyond the target of priority %(n)s"), { n: row.priority }), number(row.n)) : number(row.n)}</td>
            <td class="number">${percent(row.share)}</td>
            <td>${row.low === null ? "–" : `${percent(row.low)} – ${percent(row.high)}`}</td>
            <td>${shareBar(row)}</td>
            <td class="number">${number(row.n_missing)}</td>
            <td>${row.kept === null ? "–" : row.kept ? gettext("yes") : html`<strong class="overdue">${gettext("no")}</strong>`}</td>
          </tr>`,
        )}
      </tbody>
    </table>
    <p class="faint">${gettext("By the final priority. An incident that is still open and past its target is a breach; one still within it is not counted yet. Interval: Wilson.")}</p>
  </section>`;
}

/** @param {any} result */
function groups(result) {
  if (!result.by) return "";
  const also = ["first_priority", "highest_priority"].filter((key) => result[`groups_by_${key}`]?.length);
  if (result.then) return twice(result);
  return html`${groupSection(result.by, result.groups, true)}
    ${also.map((key) => groupSection(key, result[`groups_by_${key}`], false))}`;
}

/** Groups within groups, such as priority by hour: a table, for a chart of them says nothing. @param {any} result */
function twice({ by, then, groups: rows }) {
  return html`<section aria-labelledby="by-${by}">
    <h3 id="by-${by}">${grouping(by)}, ${grouping(then)}</h3>
    <table>
      <caption class="visually-hidden">${gettext("Response time")}</caption>
      <thead><tr><th scope="col">${grouping(by)}</th><th scope="col">${grouping(then)}</th>${heads()}<th scope="col" class="number">${gettext("missing")}</th></tr></thead>
      <tbody>
        ${rows.map((/** @type {Group} */ group, /** @type {number} */ index) => {
          const [outer, inner] = [groupName(by, group), group.then ? groupName(then, group.then) : "–"];
          const part = { by, key: group.value, then, then_key: group.then?.value ?? null };
          const found = group.measures.response;
          const isFirst = rows[index - 1]?.value !== group.value;
          return html`<tr><th scope="row">${isFirst ? outer : html`<span class="visually-hidden">${outer}</span>`}</th><td>${inner}</td><td class="number">${counted(found.n, { ...part, outcome: "counted" }, `${outer}, ${inner}`)}</td>${figures(found)}<td class="number">${counted(found.n_missing, { ...part, outcome: "missing" }, `${outer}, ${inner}, ${gettext("missing")}`)}</td></tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}

/** @param {string} by @param {Group[]} rows @param {boolean} withChart */
function groupSection(by, rows, withChart) {
  const named = rows.map((group) => ({
    name: groupName(by, group),
    part: { by, key: group.value },
    ...group.measures.response,
  }));
  const known = named.filter((row) => row.p50_s !== null);
  const slowest = known.toSorted((a, b) => (b.p50_s ?? 0) - (a.p50_s ?? 0));
  return html`<section aria-labelledby="by-${by}">
    <h3 id="by-${by}">${grouping(by)}</h3>
    ${withChart && slowest.length > 1
      ? html`<p class="finding">${fill(gettext("Longest median: %(slow)s, %(slow_p50)s; shortest: %(fast)s, %(fast_p50)s."), {
          slow: slowest[0].name,
          slow_p50: spoken(slowest[0].p50_s),
          fast: slowest[slowest.length - 1].name,
          fast_p50: spoken(slowest[slowest.length - 1].p50_s),
        })}</p>`
      : ""}
    <div class=${withChart ? "columns groups" : ""}>
      ${withChart ? html`<figure>${groupChart(named.slice(0, 40))}<figcaption class="faint">${gettext("Circle: median. Square: 90th percentile.")}</figcaption></figure>` : ""}
      <table>
        <caption class="visually-hidden">${gettext("Response time")}</caption>
        <thead><tr><th scope="col">${gettext("Group")}</th>${heads()}<th scope="col" class="number">${gettext("missing")}</th></tr></thead>
        <tbody>
          ${named.map((row) => html`<tr><th scope="row">${row.name}</th><td class="number">${counted(row.n, { ...row.part, outcome: "counted" }, row.name)}</td>${figures(row)}<td class="number">${counted(row.n_missing, { ...row.part, outcome: "missing" }, `${row.name}, ${gettext("missing")}`)}</td></tr>`)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Each organisational unit by each final priority. @param {any} result */
function matrix({ matrix: cells, groups: nodes }) {
  if (!cells?.length || nodes.length < 2) return "";
  const priorities = [...new Set(cells.map((/** @type {any} */ cell) => cell.priority))].sort((a, b) => a - b);
  const cell = (/** @type {string} */ key, /** @type {number} */ priority) => cells.find((/** @type {any} */ one) => one.key === key && one.priority === priority);
  return html`<section aria-labelledby="matrix">
    <h3 id="matrix">${gettext("By organisational unit and final priority")}</h3>
    <div class="scrolled" tabindex="0" role="group" aria-labelledby="matrix"><table>
      <caption class="visually-hidden">${gettext("Median response time, with the 90th percentile and the number of cases")}</caption>
      <thead><tr><th scope="col">${gettext("Organisational unit")}</th>${priorities.map((priority) => html`<th scope="col" class="number">${fill(gettext("priority %(n)s"), { n: priority })}</th>`)}</tr></thead>
      <tbody>
        ${nodes.map(
          (/** @type {Group} */ node) => html`<tr><th scope="row">${groupName("organisation", node)}</th>
            ${priorities.map((priority) => {
              const found = cell(String(node.key), priority);
              return html`<td class="number">${found ? html`${clock(found.p50_s)}<small class="faint">${clock(found.p90_s)} · ${counted(found.n, { by: "organisation", key: node.value, then: "priority", then_key: priority, outcome: "counted" }, `${groupName("organisation", node)}, ${priority}`)}</small>` : "–"}</td>`;
            })}</tr>`,
        )}
      </tbody>
    </table></div>
    <p class="faint">${gettext("Large: the median. Small: the 90th percentile and the number of cases.")}</p>
  </section>`;
}

/** @param {any} result */
function worst({ worst: cases, period: asked, measures: found }) {
  if (!cases?.length) return "";
  return html`<section aria-labelledby="worst">
    <h3 id="worst">${gettext("The longest response times")}</h3>
    <p class="finding">${fill(gettext("The longest of all was %(longest)s."), { longest: spoken(cases[0].response_s) })}</p>
    ${caseList(cases, asked.time_zone)}
    <p><button type="button" @click=${() => show({ outcome: "counted" }, gettext("All response times, the longest first"))}>${fill(gettext("All %(n)s, the longest first"), { n: number(found.response.n) })}</button></p>
  </section>`;
}

/** @param {any} result */
function brokenOff({ population, reopened }) {
  const { cancelled, pre_empted, refused } = population.broken_off;
  const again = reopened.n + reopened.n_missing;
  if (!(cancelled + pre_empted + refused + again)) return "";
  const broken = [
    ["cancelled", gettext("Assignments cancelled")],
    ["pre_empted", gettext("Assignments pre-empted by something more urgent")],
    ["refused", gettext("Assignments refused")],
  ];
  return html`<section aria-labelledby="broken">
    <h3 id="broken">${gettext("Apart from these figures")}</h3>
    <table>
      <caption class="visually-hidden">${gettext("Assignments that were broken off, and incidents that were opened again")}</caption>
      <thead><tr><th scope="col">${gettext("What")}</th><th scope="col" class="number">n</th><th scope="col" class="number">${gettext("incidents")}</th><th scope="col" class="number">${gettext("of them never attended")}</th></tr></thead>
      <tbody>
        ${broken.map(
          ([key, name]) => html`<tr><th scope="row">${name}</th><td class="number">${number(population.broken_off[key])}</td><td class="number">${counted(population.incidents_broken_off[key], { outcome: `units_${key}` }, name)}</td><td class="number">${number(population.never_attended_after_break[key])}</td></tr>`,
        )}
        <tr><th scope="row">${gettext("Incidents opened again: second response, median")} ${clock(reopened.p50_s)}</th><td></td><td class="number">${counted(again, { outcome: "reopened" }, gettext("Incidents opened again"))}</td><td class="number">${number(reopened.n_missing)}</td></tr>
      </tbody>
    </table>
  </section>`;
}

/** @param {any} result */
function definitions({ percentile_method, min_cases, data_fingerprint }) {
  return html`<section class="definitions" aria-labelledby="definitions">
    <h3 id="definitions">${gettext("Definitions")}</h3>
    <dl>${Object.values(measures()).map(({ name, definition }) => html`<dt>${name}</dt><dd>${definition}</dd>`)}</dl>
    <p>${gettext("The first arrival is the earliest of all units; a tie goes to the unit sent earlier, then to the lower call sign. Units that were cancelled, refused or pre-empted supply no arrival. The clearing time never stands in for a missing arrival. Of merged duplicates the earliest call counts; after a reopening the first interval counts. Negative intervals are left out and counted; zero ones are kept and counted. Nothing is trimmed.")}</p>
    <p class="faint">${fill(gettext("Percentiles: %(method)s (linear interpolation, type 7), computed from the single cases. Fewer than %(least)s cases show their number alone. Fingerprint of the data: %(print)s."), { method: percentile_method, least: min_cases, print: data_fingerprint.slice(0, 16) })}</p>
  </section>`;
}
