/** How response times went, against another period, and where: each chart beside its table. */

import { html, svg } from "lit";

import { fill, gettext } from "../i18n.js";
import { counted, show } from "./behind.js";
import { WIDTH, steps } from "./charts.js";
import { clock, day, measures, momentName, number, percent, period, signed, spoken, targetName } from "./words.js";

const BOTTOM = 28;
const MOST_NUMBERS = 250;
const SHADES = 6;

/** @param {any} result */
export function trend(result) {
  const { step, points } = result.trend ?? { step: "day", points: [] };
  if (points.length < 2) return "";
  const titles = /** @type {Record<string, string>} */ ({
    day: gettext("Day by day"),
    week: gettext("Week by week (from Monday)"),
    month: gettext("Month by month"),
  });
  const known = points.filter((/** @type {any} */ point) => point.p50_s !== null);
  const slowest = known.toSorted((/** @type {any} */ a, /** @type {any} */ b) => b.p50_s - a.p50_s)[0];
  return html`<section aria-labelledby="trend">
    <h3 id="trend">${titles[step]}</h3>
    ${slowest
      ? html`<p class="finding">${fill(gettext("People waited longest from %(day)s: half of them more than %(p50)s."), { day: day(slowest.from), p50: spoken(slowest.p50_s) })}</p>`
      : ""}
    <div class="columns">
      ${known.length > 1
        ? html`<figure>${trendChart(points)}<figcaption class="faint">${gettext("Response time: the thick line is the median, the dashed one the 90th percentile. A gap has too few cases.")}</figcaption></figure>`
        : html`<p class="dim">${gettext("Each has too few cases for a percentile; only their number is shown.")}</p>`}
      <div class="scrolled" tabindex="0" role="group" aria-label=${titles[step]}><table>
        <caption class="visually-hidden">${titles[step]}</caption>
        <thead><tr><th scope="col">${gettext("from")}</th><th scope="col" class="number">n</th><th scope="col" class="number">${gettext("median")}</th><th scope="col" class="number">P90</th><th scope="col" class="number">${gettext("missing")}</th></tr></thead>
        <tbody>
          ${points.map(
            (/** @type {any} */ point) => html`<tr><th scope="row">${day(point.from)}</th>
              <td class="number">${counted(point.n, { outcome: "counted", began: point.from }, day(point.from))}</td>
              <td class="number">${clock(point.p50_s)}</td><td class="number">${clock(point.p90_s)}</td>
              <td class="number">${counted(point.n_missing, { outcome: "missing", began: point.from }, `${day(point.from)}, ${gettext("missing")}`)}</td></tr>`,
          )}
        </tbody>
      </table></div>
    </div>
  </section>`;
}

/** @param {any[]} points */
function trendChart(points) {
  const [left, right, height] = [44, 60, 220];
  const highest = Math.max(60, ...points.map((point) => point.p90_s ?? 0)) / 60;
  const x = (/** @type {number} */ index) => left + (index * (WIDTH - left - right)) / Math.max(points.length - 1, 1);
  const y = (/** @type {number} */ seconds) => height - BOTTOM - (seconds / 60 / highest) * (height - BOTTOM - 16);
  const every = Math.max(1, Math.ceil(points.length / 6));
  const line = (/** @type {"p50_s" | "p90_s"} */ key) =>
    points.map((point, index) => (point[key] === null ? "" : `${index && points[index - 1][key] !== null ? "L" : "M"}${x(index)} ${y(point[key])}`)).join("");
  const last = (/** @type {"p50_s" | "p90_s"} */ key) => y(points.findLast((point) => point[key] !== null)?.[key] ?? 0);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${gettext("Median and 90th percentile of the response time over time")}>
    ${steps(highest).map((minute) => svg`<path class="grid" d="M${left} ${y(minute * 60)}H${WIDTH - right}"/><text class="tick" x=${left - 6} y=${y(minute * 60) + 4} text-anchor="end">${number(minute)}</text>`)}
    <path class="course" d=${line("p50_s")} /><path class="course far" d=${line("p90_s")} />
    ${points.map((point, index) => (point.p50_s === null ? "" : svg`<circle class="p50" cx=${x(index)} cy=${y(point.p50_s)} r="3"><title>${day(point.from)}: ${clock(point.p50_s)}</title></circle>`))}
    ${points.map((point, index) => (index % every ? "" : svg`<text class="tick" x=${x(index)} y=${height - 10} text-anchor="middle">${shortDay(point.from)}</text>`))}
    <text class="name" x=${WIDTH - right + 6} y=${last("p50_s") + 4}>${gettext("median")}</text><text class="name" x=${WIDTH - right + 6} y=${last("p90_s") + 4}>P90</text>
  </svg>`;
}

/** @param {string} iso */
function shortDay(iso) {
  const [, month, date] = iso.split("-");
  return `${Number(date)}. ${Number(month)}.`;
}

/** @param {any} result */
export function comparison(result) {
  const compared = result.comparison;
  if (!compared) return "";
  const rows = Object.entries(measures()).flatMap(([key, { name }]) =>
    [
      { figure: "p50_s", label: gettext("median") },
      { figure: "p90_s", label: "P90" },
    ].flatMap(({ figure, label }) => {
      const row = compared.differences[key][figure];
      return row ? [{ key, name: `${name}, ${label}`, ...row }] : [];
    }),
  );
  const shares = compared.compliance.filter((/** @type {any} */ row) => row.difference !== null);
  return html`<section aria-labelledby="comparison">
    <h3 id="comparison">${fill(gettext("Compared with %(period)s"), { period: period(compared.period) })}</h3>
    <p class="finding">${comparisonFinding(compared)}</p>
    <p class="dim">
      ${fill(gettext("Then %(incidents)s incidents, %(missing)s without an arrival, %(negative)s negative; now %(incidents_now)s, %(missing_now)s, %(negative_now)s."), {
        ...told(compared, ""),
        ...told(result, "_now"),
      })}
    </p>
    ${rows.length
      ? html`<div class="columns differences">
          <figure>${differenceChart(rows)}<figcaption class="faint">${gettext("Right of the line: longer than then. The bar is the 95 % interval; a full dot is more than chance.")}</figcaption></figure>
          <table>
            <caption class="visually-hidden">${gettext("Differences from the other period, with their intervals")}</caption>
            <thead><tr><th scope="col">${gettext("Measure")}</th><th scope="col" class="number">${gettext("now")}</th><th scope="col" class="number">${gettext("then")}</th><th scope="col" class="number">${gettext("difference")}</th><th scope="col" class="number">${gettext("95 % interval")}</th></tr></thead>
            <tbody>
              ${rows.map((row) => html`<tr><th scope="row">${row.name}</th><td class="number">${clock(row.here)}</td><td class="number">${clock(row.there)}</td><td class="number">${row.is_sure ? html`<strong>${signed(row.difference)}</strong>` : signed(row.difference)}</td><td class="number">${signed(row.low)} … ${signed(row.high)}</td></tr>`)}
            </tbody>
          </table>
        </div>`
      : ""}
    ${shares.length
      ? html`<table>
          <caption class="visually-hidden">${gettext("Targets, compared")}</caption>
          <thead><tr><th scope="col">${gettext("Target")}</th><th scope="col" class="number">${gettext("now")}</th><th scope="col" class="number">${gettext("then")}</th><th scope="col" class="number">${gettext("difference, points")}</th><th scope="col" class="number">${gettext("95 % interval")}</th></tr></thead>
          <tbody>
            ${shares.map((/** @type {any} */ row) => html`<tr><th scope="row">${targetName(row)}<small class="faint">${momentName(row.start)} → ${momentName(row.end)}</small></th><td class="number">${percent(row.here)}</td><td class="number">${percent(row.there)}</td><td class="number">${row.is_sure ? html`<strong>${points(row.difference)}</strong>` : points(row.difference)}</td><td class="number">${points(row.low)} … ${points(row.high)}</td></tr>`)}
          </tbody>
        </table>`
      : ""}
    <p class="faint">${gettext("Now minus then. Times: bootstrap, percentile method, 2,000 resamples of the single cases, the same in every run. Shares: Newcombe's interval. An interval that holds zero may be chance.")}</p>
  </section>`;
}

/** @param {any} of @param {string} suffix */
function told({ population, measures: found, ...rest }, suffix) {
  const summary = found ?? rest.measures;
  return Object.fromEntries(
    Object.entries({
      incidents: population.incidents,
      missing: summary.response.n_missing,
      negative: summary.response.excluded.negative ?? 0,
    }).map(([key, n]) => [key + suffix, number(Number(n))]),
  );
}

/** @param {number} share */
function points(share) {
  return `${share > 0 ? "+" : ""}${number(share * 100, 1)}`;
}

/** @param {any} compared */
function comparisonFinding(compared) {
  const row = compared.differences.response.p50_s;
  if (!row) return gettext("Too few cases to compare.");
  const values = { size: spoken(Math.abs(row.difference)), low: signed(row.low), high: signed(row.high) };
  if (!row.is_sure) return fill(gettext("The median response time differs by %(size)s; that may be chance (95 % interval %(low)s to %(high)s)."), values);
  return row.difference > 0
    ? fill(gettext("The median response time was %(size)s longer (95 % interval %(low)s to %(high)s)."), values)
    : fill(gettext("The median response time was %(size)s shorter (95 % interval %(low)s to %(high)s)."), values);
}

/** @param {{name: string, difference: number, low: number, high: number, is_sure: boolean}[]} rows */
function differenceChart(rows) {
  const [line, left] = [22, 190];
  const height = rows.length * line + BOTTOM + 4;
  const reach = Math.max(1, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const x = (/** @type {number} */ seconds) => left + ((seconds + reach) / (2 * reach)) * (WIDTH - left - 40);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${gettext("Differences from the other period, with their intervals")}>
    <path class="zero" d="M${x(0)} 0V${height - BOTTOM}" />
    ${rows.map((row, index) => {
      const y = index * line + line / 2 + 2;
      return svg`<text class="name" x=${left - 8} y=${y + 4} text-anchor="end">${row.name}</text><path class="span" d="M${x(row.low)} ${y}H${x(row.high)}"/><circle class=${row.is_sure ? "p50" : "p90"} cx=${x(row.difference)} cy=${y} r="5"><title>${signed(row.difference)}</title></circle>`;
    })}
    ${[-reach, 0, reach].map((at) => svg`<text class="tick" x=${x(at)} y=${height - 8} text-anchor="middle">${at ? signed(at) : "0"}</text>`)}
  </svg>`;
}

/** @param {any} result */
export function responseMap(result) {
  const { cells, edge_m, srid, located } = result.map ?? { cells: [] };
  if (!cells.length) return "";
  const shown = cells.filter((/** @type {any} */ cell) => cell.p50_s !== null);
  const limits = shadeLimits(shown);
  const slowest = shown.toSorted((/** @type {any} */ a, /** @type {any} */ b) => b.p50_s - a.p50_s);
  const nowhere = result.population.incidents - result.population.on_view - located;
  return html`<section aria-labelledby="map">
    <h3 id="map">${gettext("Where people waited")}</h3>
    ${slowest.length
      ? html`<p class="finding">${fill(gettext("In the slowest hexagon half of %(n)s calls waited more than %(p50)s; in the fastest, %(fast)s."), { n: number(slowest[0].n), p50: spoken(slowest[0].p50_s), fast: spoken(slowest[slowest.length - 1].p50_s) })}</p>`
      : ""}
    <div class="columns">
      <figure>${hexagons(cells, limits)}
        <figcaption class="faint">
          <span class="legend">${legend(limits)}</span>
          ${fill(gettext("Median response time in hexagons of %(edge)s m a side (EPSG:%(srid)s), with the number of cases. Empty: fewer than %(least)s cases. Without a place: %(nowhere)s."), { edge: number(edge_m), srid, least: result.min_cases, nowhere: number(nowhere) })}
        </figcaption>
      </figure>
      ${shown.length ? html`<table>
        <caption class="visually-hidden">${gettext("The slowest hexagons")}</caption>
        <thead><tr><th scope="col">${gettext("The slowest hexagons")}</th><th scope="col" class="number">n</th><th scope="col" class="number">${gettext("median")}</th><th scope="col" class="number">P90</th></tr></thead>
        <tbody>
          ${slowest.slice(0, 12).map((/** @type {any} */ cell) => html`<tr><th scope="row" class="mono">${centre(cell)}</th><td class="number">${counted(cell.n, { outcome: "counted", cell: `${cell.q},${cell.r}` }, centre(cell))}</td><td class="number">${clock(cell.p50_s)}</td><td class="number">${clock(cell.p90_s)}</td></tr>`)}
        </tbody>
      </table>` : html`<p class="dim">${gettext("Each has too few cases for a percentile; only their number is shown.")}</p>`}
    </div>
  </section>`;
}

/** @param {any} cell */
function centre(cell) {
  const corners = cell.outline.slice(0, 6);
  const mean = (/** @type {number} */ axis) => corners.reduce((/** @type {number} */ sum, /** @type {number[]} */ point) => sum + point[axis], 0) / 6;
  return `${mean(1).toFixed(4)}, ${mean(0).toFixed(4)}`;
}

/** @param {any[]} cells @param {number[]} limits */
function hexagons(cells, limits) {
  const points = cells.flatMap((cell) => cell.outline);
  const [west, east] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))];
  const [south, north] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(WIDTH / ((east - west) * squeeze), 460 / (north - south));
  const [width, height] = [(east - west) * squeeze * scale, (north - south) * scale];
  const place = (/** @type {number[]} */ [lon, lat]) => [(lon - west) * squeeze * scale, (north - lat) * scale];
  return html`<svg class="chart map" viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}" role="img" aria-label=${gettext("Map of the median response time in hexagons")}>
    ${cells.map((cell) => {
      const corners = cell.outline.map(place);
      const [x, y] = [0, 1].map((axis) => corners.slice(0, 6).reduce((/** @type {number} */ sum, /** @type {number[]} */ corner) => sum + corner[axis], 0) / 6);
      const shade = cell.p50_s === null ? "none" : limits.filter((limit) => cell.p50_s >= limit).length;
      return svg`<g class="cell shade-${shade}" @click=${() => show({ outcome: "counted", cell: `${cell.q},${cell.r}` }, centre(cell))}>
        <polygon points=${corners.map((/** @type {number[]} */ corner) => corner.map((at) => at.toFixed(1)).join(",")).join(" ")}><title>${cell.p50_s === null ? "" : `${gettext("median")} ${clock(cell.p50_s)}, P90 ${clock(cell.p90_s)}, `}n = ${cell.n}</title></polygon>
        ${cells.length <= MOST_NUMBERS ? svg`<text x=${x} y=${y + 3} text-anchor="middle">${cell.n}</text>` : ""}</g>`;
    })}
  </svg>`;
}

/** Whole minutes that part the cells about evenly, all different. @param {any[]} known */
function shadeLimits(known) {
  const sorted = known.map((cell) => cell.p50_s).sort((a, b) => a - b);
  const rough = Array.from({ length: SHADES - 1 }, (_, part) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * (part + 1)) / SHADES))]);
  return [...new Set(rough.filter((value) => value !== undefined).map((value) => Math.max(60, Math.round(value / 60) * 60)))].sort((a, b) => a - b);
}

/** @param {number[]} limits */
function legend(limits) {
  return Array.from({ length: limits.length + 1 }, (_, index) => {
    const text = !index ? `< ${clock(limits[0] ?? null)}` : index === limits.length ? `≥ ${clock(limits[index - 1])}` : `${clock(limits[index - 1])}–${clock(limits[index])}`;
    return limits.length ? html`<span><svg viewBox="0 0 14 10" aria-hidden="true"><g class="shade-${index}"><rect width="14" height="10"></rect></g></svg> ${text}</span>` : "";
  });
}
