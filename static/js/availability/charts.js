/** The charts of availability, drawn as SVG; each has its table beside it. */

import { html, nothing, svg } from "lit";

import { fill, gettext, inScript } from "../i18n.js";
import { clockOf, HOUR, midnights } from "../plan/zone.js";
import { dayName, span } from "../plan/words.js";
import { number } from "../reports/words.js";
import { unitStatus } from "../console/words.js";
import { kinds, uses } from "./words.js";

const WIDTH = 960;
const LEFT = 40;

/**
 * By hour: what was there on average (bars), what is planned at least (outlined), and what is needed (a line).
 * @param {AvailabilityData} data
 */
export function curve(data) {
  const height = 200;
  const foot = 24;
  const { hours, time_zone: zone } = data;
  const high = Math.max(1, ...hours.map((hour) => Math.max(hour.needed, hour.least, hour.past ? sum(hour.past) : 0)));
  const step = (WIDTH - LEFT) / hours.length;
  const y = (/** @type {number} */ value) => height - foot - (value / high) * (height - foot - 12);
  const ticks = [...new Set([0, Math.round(high / 2), Math.ceil(high)])];
  const every = hours.length <= 26 ? 2 : 24;
  let need = "";
  hours.forEach((hour, index) => {
    const from = LEFT + index * step;
    if (hour.needed) need += `M${from} ${y(hour.needed)}h${step}`;
  });
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${gettext("Units by hour: what was, what is planned, what is needed")}>
    ${ticks.map((tick) => svg`<path class="grid" d="M${LEFT} ${y(tick)}H${WIDTH}"/><text class="tick" x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${number(tick)}</text>`)}
    ${hours.map((hour, index) => {
      const x = LEFT + index * step + 0.5;
      const title = svg`<title>${dayName(Date.parse(hour.start), zone)} ${span(Date.parse(hour.start), Date.parse(hour.end), zone)}</title>`;
      if (!hour.past) return svg`<rect class="planned" x=${x} y=${y(hour.least)} width=${Math.max(step - 1, 0.5)} height=${height - foot - y(hour.least)}>${title}</rect>`;
      let base = 0;
      return kinds().map(([kind]) => {
        const value = hour.past?.[kind] ?? 0;
        const top = y(base + value);
        const bar = svg`<rect class="kind ${kind}" x=${x} y=${top} width=${Math.max(step - 1, 0.5)} height=${Math.max(y(base) - top, 0)}>${title}</rect>`;
        base += value;
        return value ? bar : "";
      });
    })}
    ${need ? svg`<path class="need" d=${need}/>` : ""}
    ${hours.map((hour, index) => (index % every ? "" : svg`<text class="tick" x=${LEFT + index * step + 2} y=${height - 8}>${every === 24 ? dayName(Date.parse(hour.start), zone) : clockOf(Date.parse(hour.start), zone)}</text>`))}
  </svg>`;
}

/** @param {Record<string, number>} values */
function sum(values) {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

/** What the colours of the curve are. */
export function curveKey() {
  return html`<p class="key">
    ${kinds().map(([kind, name]) => html`<span><i class="swatch ${kind}"></i>${name}</span>`)}
    <span><i class="swatch planned"></i>${gettext("planned, at least")}</span><span><i class="swatch need"></i>${gettext("needed")}</span>
  </p>`;
}

/**
 * A unit's row of the timeline: the plan above, what it did below.
 * @param {AvailableUnit} unit @param {AvailabilityData} data
 */
export function unitLine(unit, data) {
  const [start, end, zone] = [Date.parse(data.starts_at), Date.parse(data.ends_at), data.time_zone];
  const x = (/** @type {string | number} */ at) => ((Math.min(Math.max(typeof at === "string" ? Date.parse(at) : at, start), end) - start) / (end - start)) * 1000;
  const now = Date.parse(data.now);
  return html`<svg class="unit-line" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label=${lineText(unit, zone)}>
    ${midnights(start, end, zone).map((at) => svg`<path class="grid" d="M${x(at)} 0V26"/>`)}
    ${unit.planned.map((one) => svg`<rect class="plan ${one.state}" x=${x(one.starts_at)} y="2" width=${Math.max(x(one.ends_at) - x(one.starts_at), 1)} height="7"/>`)}
    ${unit.duty.map((one) => svg`<rect class="kind ${kindOf(one)}" x=${x(one.start)} y="12" width=${Math.max(x(one.end) - x(one.start), 0.5)} height="12"><title>${unitStatus(one.status)}${one.number ? ` · ${one.number}` : ""}, ${span(Date.parse(one.start), Date.parse(one.end), zone)}</title></rect>`)}
    ${now > start && now < end ? svg`<path class="now" d="M${x(now)} 0V26"/>` : nothing}
  </svg>`;
}

/** @param {DutySegment} one */
export function kindOf(one) {
  if (one.status === "out_of_service") return "out";
  return one.availability === "unavailable" ? "busy" : one.availability;
}

/** @param {AvailableUnit} unit @param {string} zone */
function lineText(unit, zone) {
  const planned = unit.planned.map((one) => `${dayName(Date.parse(one.starts_at), zone)} ${span(Date.parse(one.starts_at), Date.parse(one.ends_at), zone)}`);
  const last = unit.duty.at(-1);
  return [
    inScript(unit.call_sign),
    planned.length ? fill(gettext("planned %(when)s"), { when: planned.join(", ") }) : gettext("not planned"),
    last ? fill(gettext("last: %(status)s"), { status: unitStatus(last.status) }) : gettext("not on duty in this period"),
  ].join("; ");
}

/** Marks over the timeline of units. @param {AvailabilityData} data */
export function lineMarks(data) {
  const [start, end, zone] = [Date.parse(data.starts_at), Date.parse(data.ends_at), data.time_zone];
  const days = midnights(start, end, zone);
  const isDay = days.length < 2;
  const marks = isDay ? Array.from({ length: Math.floor((end - start) / (3 * HOUR)) }, (_, index) => start + index * 3 * HOUR) : days;
  return html`<svg class="unit-line marks" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
      ${marks.map((at) => svg`<path class="grid" d="M${((at - start) / (end - start)) * 1000} 0V16"/>`)}</svg>
    <div class="mark-names" aria-hidden="true">${marks.map((at) => html`<span data-left=${(100 * (at - start)) / (end - start)}>${isDay ? clockOf(at, zone) : dayName(at, zone)}</span>`)}</div>`;
}

/** One bar of a whole, cut by use. @param {SplitGroup} group @param {number} longest */
export function splitBar(group, longest) {
  let at = 0;
  const scale = longest ? 300 / longest : 0;
  return html`<svg class="split-bar" viewBox="0 0 300 14" preserveAspectRatio="none" aria-hidden="true">
    ${uses().map(([use]) => {
      const width = group.seconds[use] * scale;
      const bar = svg`<rect class="use ${use}" x=${at} y="1" width=${width} height="12"/>`;
      at += width;
      return width ? bar : "";
    })}
  </svg>`;
}
