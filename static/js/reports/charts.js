/** Charts of a report: drawn as SVG, each with its table beside it in the page. */

import { html, svg } from "lit";

import { fill, gettext } from "../i18n.js";
import { clock, number } from "./words.js";

export const WIDTH = 640;
const LEFT = 44;
const BOTTOM = 28;

/**
 * How long calls waited: one bar a minute, the median and the 90th percentile as lines.
 * @param {{bin_s: number, counts: number[], last_is_open: boolean}} distribution
 * @param {{p50_s: number | null, p90_s: number | null}} response
 */
export function distributionChart({ bin_s, counts }, response) {
  const height = 220;
  const shown = shownBins(counts);
  const highest = Math.max(1, ...counts.slice(0, shown));
  const step = (WIDTH - LEFT - 8) / Math.max(shown, 1);
  const x = (/** @type {number} */ seconds) => LEFT + Math.min(seconds / bin_s, shown) * step;
  const y = (/** @type {number} */ count) => height - BOTTOM - (count / highest) * (height - BOTTOM - 26);
  const ticks = steps(highest);
  const every = shown > 30 ? 10 : 5;
  const marks = [
    { at: response.p50_s, name: gettext("median") },
    { at: response.p90_s, name: "P90" },
  ];
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${gettext("Number of calls by minutes waited for the first unit")}>
    ${ticks.map((tick) => svg`<path class="grid" d="M${LEFT} ${y(tick)}H${WIDTH - 8}"/><text class="tick" x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${number(tick)}</text>`)}
    ${counts.slice(0, shown).map((count, index) => svg`<rect class="bar" x=${LEFT + index * step + 0.5} y=${y(count)} width=${Math.max(step - 1, 0.5)} height=${height - BOTTOM - y(count)}><title>${fill(gettext("%(from)s–%(to)s min: %(n)s"), { from: index, to: index + 1, n: number(count) })}</title></rect>`)}
    ${range(shown, every).map((minute) => svg`<text class="tick" x=${LEFT + minute * step} y=${height - 10} text-anchor="middle">${minute}</text>`)}
    <text class="tick" x=${WIDTH - 8} y=${height - 10} text-anchor="end">${gettext("min")}</text>
    ${marks.map(({ at, name }, index) =>
      at === null
        ? ""
        : svg`<path class="mark" d="M${x(at)} 14V${height - BOTTOM}"/><text class="mark-name" x=${x(at) + 4} y=${index ? 24 : 12}>${name} ${clock(at)}</text>`,
    )}
  </svg>`;
}

/**
 * Median and 90th percentile of each group, on one scale.
 * @param {{name: string, n: number, p50_s: number | null, p90_s: number | null}[]} rows
 */
export function groupChart(rows) {
  const known = rows.filter((row) => row.p90_s !== null);
  if (!known.length) return "";
  const line = 22;
  const left = 170;
  const height = known.length * line + BOTTOM + 8;
  const longest = Math.max(60, ...known.map((row) => row.p90_s ?? 0));
  const x = (/** @type {number | null} */ seconds) => left + ((seconds ?? 0) / longest) * (WIDTH - left - 70);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${gettext("Median and 90th percentile of the response time of each group")}>
    ${steps(longest / 60).map((minute) => svg`<path class="grid" d="M${x(minute * 60)} 0V${height - BOTTOM}"/><text class="tick" x=${x(minute * 60)} y=${height - 10} text-anchor="middle">${number(minute)}</text>`)}
    <text class="tick" x=${WIDTH - 8} y=${height - 10} text-anchor="end">${gettext("min")}</text>
    ${known.map((row, index) => {
      const y = index * line + line / 2 + 4;
      return svg`<text class="name" x=${left - 8} y=${y + 4} text-anchor="end">${short(row.name)}</text>
        <path class="span" d="M${x(row.p50_s)} ${y}H${x(row.p90_s)}"/>
        <circle class="p50" cx=${x(row.p50_s)} cy=${y} r="5"><title>${gettext("median")} ${clock(row.p50_s)}</title></circle>
        <rect class="p90" x=${x(row.p90_s) - 4} y=${y - 4} width="8" height="8"><title>P90 ${clock(row.p90_s)}</title></rect>
        <text class="tick" x=${x(row.p90_s) + 9} y=${y + 4}>${clock(row.p90_s)}</text>`;
    })}
  </svg>`;
}

/**
 * A share with its interval, and the share that was asked for.
 * @param {{share: number | null, low: number | null, high: number | null, percentile: number}} row
 */
export function shareBar({ share, low, high, percentile }) {
  if (share === null) return "";
  const x = (/** @type {number | null} */ value) => 2 + (value ?? 0) * 116;
  return html`<svg class="share" viewBox="0 0 120 16" aria-hidden="true">
    <path class="grid" d="M2 8H118"/><path class="span" d="M${x(low)} 8H${x(high)}"/>
    <path class="goal" d="M${x(percentile / 100)} 1V15"/><circle class="p50" cx=${x(share)} cy="8" r="4"/>
  </svg>`;
}

/** All bins up to where less than one in 200 lies beyond. @param {number[]} counts */
function shownBins(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = total;
  for (const [index, count] of counts.entries()) {
    left -= count;
    if (left <= total / 200) return Math.max(index + 1, 10);
  }
  return Math.max(counts.length, 10);
}

/** @param {number} length @param {number} every */
function range(length, every) {
  return Array.from({ length: Math.floor(length / every) + 1 }, (_, index) => index * every);
}

/** Round values from 0 up to `highest`, about four of them. @param {number} highest */
export function steps(highest) {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power;
  return range(Math.floor(highest), Math.max(1, step));
}

/** @param {string} name */
function short(name) {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}
