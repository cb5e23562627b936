/** The timeline: a row a unit, a bar a shift. Bars are moved and stretched by drag and by keys alike. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { compare, fill, gettext, inScript, ngettext } from "../i18n.js";
import { set, shiftOf, state, tryMove } from "./state.js";
import { dayName, lasting, shortSpan, span } from "./words.js";
import { clockOf, HOUR, midnights, MINUTE } from "./zone.js";

const EDGE_PX = 9;
const LANE_REM = 3;
const TRY_AFTER_MS = 250;

/** @typedef {{key: string, unit: PlanUnit, team: PlanNamed | null, shifts: PlanShift[]}} Row */
/** @typedef {{name: string, rows: Row[]}} Group */

/** The smallest step of a move. */
export function step() {
  return state.view === "week" ? 30 * MINUTE : 15 * MINUTE;
}

/** Where a shift is on the screen: as it is moved, or as it is kept. @param {PlanShift} shift @returns {PlanMove} */
export function placed(shift) {
  if (state.move?.id === shift.id) return state.move;
  return { id: shift.id, unit: shift.unit, start: Date.parse(shift.starts_at), end: Date.parse(shift.ends_at) };
}

/** Move a shift on the screen; whoever calls keeps it later. @param {PlanMove} move */
export function moveTo(move) {
  if (move.end - move.start < step()) return;
  set({ move, tried: null });
  clearTimeout(moveTo.timer);
  moveTo.timer = window.setTimeout(() => void tryMove(move), TRY_AFTER_MS);
}
moveTo.timer = 0;

/** @returns {Group[]} */
export function groups() {
  const { data, choices } = state;
  if (!data || !choices) return [];
  const units = new Map(choices.units.map((unit) => [unit.id, unit]));
  /** @type {Map<string, Map<string, Row>>} */
  const found = new Map();
  const row = (/** @type {PlanUnit} */ unit, /** @type {PlanNamed | null} */ team) => {
    const name = state.by === "team" ? (team?.name ?? gettext("Without a team")) : unit.station;
    const rows = found.get(name) ?? found.set(name, new Map()).get(name);
    const key = `${name}/${unit.id}`;
    return rows?.get(key) ?? rows?.set(key, { key, unit, team, shifts: [] }).get(key);
  };
  if (state.by === "unit") for (const unit of choices.units) row(unit, null);
  for (const shift of data.shifts) {
    const unit = units.get(placed(shift).unit);
    if (unit) row(unit, shift.team)?.shifts.push(shift);
  }
  return [...found]
    .map(([name, rows]) => ({ name, rows: [...rows.values()].sort((a, b) => compare(a.unit.call_sign, b.unit.call_sign)) }))
    .sort((a, b) => compare(a.name, b.name));
}

/** Lanes of a row, so that shifts that overlap stand below each other. @param {PlanShift[]} shifts */
function lanes(shifts) {
  const ends = /** @type {number[]} */ ([]);
  const sorted = [...shifts].sort((a, b) => placed(a).start - placed(b).start || a.id - b.id);
  return sorted.map((shift) => {
    const { start, end } = placed(shift);
    let lane = ends.findIndex((last) => last <= start);
    if (lane < 0) lane = ends.length;
    ends[lane] = end;
    return { shift, lane };
  });
}

function bounds() {
  const start = Date.parse(state.data?.starts_at ?? "");
  const end = Date.parse(state.data?.ends_at ?? "");
  return { start, end, share: (/** @type {number} */ at) => (100 * (Math.min(Math.max(at, start), end) - start)) / (end - start) };
}

/** Marks of the head: days in a week, every second hour in a day. */
function marks() {
  const { start, end } = bounds();
  const zone = state.data?.time_zone ?? "UTC";
  if (state.view === "week") return midnights(start, end, zone).map((at) => ({ at, name: dayName(at, zone), isDay: true }));
  const found = [];
  for (let at = start; at < end; at += 2 * HOUR) found.push({ at, name: clockOf(at, zone), isDay: false });
  return found;
}

/** How many units are planned, by pieces of the period: [from, to, count]. */
function covered() {
  const { start, end } = bounds();
  const piece = state.view === "week" ? 6 * HOUR : 2 * HOUR;
  const found = [];
  for (let at = start; at < end; at += piece) {
    const until = Math.min(at + piece, end);
    let least = Infinity;
    for (let hour = at; hour < until; hour += HOUR) {
      const units = new Set();
      for (const shift of state.data?.shifts ?? []) {
        const { unit, start: from, end: to } = placed(shift);
        if (from <= hour && to >= Math.min(hour + HOUR, until)) units.add(unit);
      }
      least = Math.min(least, units.size);
    }
    found.push({ at, until, least });
  }
  return found;
}

/** @param {{open: (shift: PlanShift) => void, add: (unit: PlanUnit, at?: number) => void, commit: () => void}} actions */
export function timeline(actions) {
  const { data, choices } = state;
  if (!data || !choices) return html`<p class="dim empty">${gettext("The plan is being read…")}</p>`;
  if (!choices.units.length)
    return html`<p class="dim empty">${gettext("This organisational unit has no patrols. An administrator adds them.")}</p>`;
  const { share } = bounds();
  const found = groups();
  const zone = data.time_zone;
  return html`<div class="timeline ${state.view}" role="group" aria-label=${gettext("Planned shifts by unit")}>
    <div class="tl-head">
      <div class="tl-name">${state.by === "team" ? gettext("Team") : gettext("Unit")}</div>
      <div class="tl-track">
        ${marks().map((mark) => html`<span class="tl-mark" data-left=${share(mark.at)}>${mark.name}</span>`)}
      </div>
    </div>
    ${found.length ? nothing : html`<p class="dim empty">${gettext("Nothing is planned in this period.")}</p>`}
    ${found.map(
      (group) => html`<h3 class="tl-group">${inScript(group.name)}</h3>
        ${repeat(group.rows, ({ key }) => key, (row) => rowView(row, actions, zone))}`,
    )}
    <div class="tl-row tl-sum">
      <div class="tl-name">${gettext("Units planned, at least")}</div>
      <div class="tl-track">
        ${covered().map(({ at, until, least }) => html`<span class="tl-count ${least ? "" : "none"}" data-left=${share(at)} data-right=${share(until)}>${least}</span>`)}
      </div>
    </div>
  </div>`;
}

/** @param {Row} row @param {any} actions @param {string} zone */
function rowView(row, actions, zone) {
  const placedIn = lanes(row.shifts);
  const height = Math.max(1, ...placedIn.map(({ lane }) => lane + 1));
  const { start, end } = bounds();
  const { share } = bounds();
  const at = (/** @type {MouseEvent} */ event) => {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    const raw = start + ((event.clientX - box.left) / box.width) * (end - start);
    return Math.floor(raw / HOUR) * HOUR;
  };
  return html`<div class="tl-row" data-unit=${row.unit.id}>
    <div class="tl-name">
      <b class="mono">${inScript(row.unit.call_sign)}</b> <span class="dim">${inScript(row.unit.sector)}</span>
      ${state.choices?.may_edit
        ? html`<button type="button" class="plain tl-add" title=${gettext("Plan a shift")} aria-label=${fill(gettext("Plan a shift of %(unit)s"), { unit: inScript(row.unit.call_sign) })} @click=${() => actions.add(row.unit)}>+</button>`
        : nothing}
    </div>
    <div class="tl-track" data-height=${height * LANE_REM} @dblclick=${(/** @type {MouseEvent} */ event) => event.target === event.currentTarget && state.choices?.may_edit && actions.add(row.unit, at(event))}>
      ${midnights(start, end, zone).map((day) => html`<i class="tl-line" data-left=${share(day)}></i>`)}
      <i class="tl-now" data-left=${share(Date.now())} ?hidden=${Date.now() < start || Date.now() > end}></i>
      ${repeat(placedIn, ({ shift }) => shift.id, ({ shift, lane }) => bar(shift, lane, actions, zone))}
    </div>
  </div>`;
}

/** @param {PlanShift} shift */
export function openViolations(shift) {
  return shift.violations.filter(({ reason }) => !reason);
}

/** @param {PlanShift} shift @param {number} lane @param {any} actions @param {string} zone */
function bar(shift, lane, actions, zone) {
  const where = placed(shift);
  const { share, start, end } = bounds();
  const wrong = openViolations(shift);
  const isMoved = state.move?.id === shift.id;
  const words = isMoved ? (state.tried?.[0]?.text ?? "") : (wrong[0]?.text ?? "");
  const crew = shift.crew.map(({ name }) => name.split(" ").at(-1)).join(", ");
  const kinds = [shift.state, wrong.length ? "wrong" : "", isMoved ? "moved" : "", where.start < start ? "from-before" : "", where.end > end ? "to-after" : ""];
  const hidden = [
    shift.state === "draft" ? gettext("draft") : gettext("published"),
    words && crew ? shift.crew.map(({ name }) => name).join(", ") : "",
    ...wrong.slice(1).map(({ text }) => text),
  ];
  return html`<button
    type="button"
    class="tl-bar ${kinds.filter(Boolean).join(" ")}"
    id="shift-${shift.id}"
    data-left=${share(where.start)}
    data-right=${share(where.end)}
    data-top=${lane * LANE_REM}
    aria-pressed=${state.selected === shift.id}
    @focus=${() => state.selected !== shift.id && set({ selected: shift.id })}
    @dblclick=${() => actions.open(shift)}
    @pointerdown=${(/** @type {PointerEvent} */ event) => grab(event, shift, actions)}
  >
    <i class="visually-hidden">${inScript(shift.call_sign)}, ${dayName(where.start, zone)} </i>
    <span class="tl-when mono">${wrong.length && !isMoved ? html`<b class="sign">▲</b>` : nothing}${(state.view === "week" && !isMoved ? shortSpan : span)(where.start, where.end, zone)} <span class="faint">${lasting(where.end - where.start)}</span></span>
    <span class="tl-who">${inScript(words || crew || gettext("nobody in the crew"))}</span>
    <i class="visually-hidden">. ${inScript(hidden.filter(Boolean).join(". "))}</i>
  </button>`;
}

/** @param {PointerEvent} event @param {PlanShift} shift @param {{commit: () => void, hold: () => void}} actions */
function grab(event, shift, actions) {
  if (event.button !== 0 || !state.choices?.may_edit || state.isKeeping || (state.move && state.move.id !== shift.id)) return;
  actions.hold();
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const box = button.getBoundingClientRect();
  const track = /** @type {HTMLElement} */ (button.parentElement);
  const { start, end } = bounds();
  const perPx = (end - start) / track.getBoundingClientRect().width;
  const from = placed(shift);
  const edge = event.clientX - box.left < EDGE_PX ? "start" : box.right - event.clientX < EDGE_PX ? "end" : "";
  const at = { x: event.clientX, y: event.clientY };
  let isDragged = false;
  button.setPointerCapture(event.pointerId);

  const drag = (/** @type {PointerEvent} */ now) => {
    if (!isDragged && Math.hypot(now.clientX - at.x, now.clientY - at.y) < 4) return;
    isDragged = true;
    const by = Math.round(((now.clientX - at.x) * perPx) / step()) * step();
    const over = edge ? undefined : document.elementsFromPoint(now.clientX, now.clientY).map((found) => /** @type {HTMLElement | null} */ (found.closest(".tl-row[data-unit]"))).find(Boolean);
    const unit = state.by === "unit" && over ? Number(over.dataset.unit) : from.unit;
    const move = { id: shift.id, unit, start: edge === "end" ? from.start : from.start + by, end: edge === "start" ? from.end : from.end + by };
    if (!state.move || state.move.start !== move.start || state.move.end !== move.end || state.move.unit !== move.unit) moveTo(move);
  };
  const drop = () => {
    document.removeEventListener("pointermove", drag);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", cancel);
    document.removeEventListener("keydown", escape, true);
    if (isDragged) actions.commit();
  };
  const cancel = () => {
    isDragged = false;
    set({ move: null, tried: null });
    drop();
  };
  const escape = (/** @type {KeyboardEvent} */ key) => {
    if (key.key !== "Escape") return;
    key.stopPropagation();
    cancel();
  };
  document.addEventListener("pointermove", drag);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", escape, true);
}

/**
 * What a key does to the selected shift: true where it did something.
 * @param {KeyboardEvent} event @param {PlanShift} shift
 */
export function nudge(event, shift) {
  const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
  const row = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  if (!event.ctrlKey || !(side || row) || !state.choices?.may_edit) return false;
  const from = placed(shift);
  if (side) {
    const by = side * step();
    moveTo({ ...from, start: event.shiftKey ? from.start : from.start + by, end: from.end + by });
    return true;
  }
  if (state.by !== "unit") return false;
  const units = groups().flatMap(({ rows }) => rows.map(({ unit }) => unit.id));
  const unit = units[units.indexOf(from.unit) + row];
  if (unit !== undefined) moveTo({ ...from, unit });
  return true;
}

/** Go to the next bar in a direction of the arrows. @param {string} key @param {PlanShift} shift */
export function neighbour(key, shift) {
  const rows = groups().flatMap(({ rows: own }) => own).filter(({ shifts }) => shifts.length);
  const index = rows.findIndex(({ shifts }) => shifts.includes(shift));
  const sorted = (/** @type {PlanShift[]} */ shifts) => [...shifts].sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const own = sorted(rows[index]?.shifts ?? []);
    return own[own.indexOf(shift) + (key === "ArrowRight" ? 1 : -1)] ?? null;
  }
  const there = rows[index + (key === "ArrowDown" ? 1 : -1)];
  const at = Date.parse(shift.starts_at);
  return there ? there.shifts.reduce((best, one) => (Math.abs(Date.parse(one.starts_at) - at) < Math.abs(Date.parse(best.starts_at) - at) ? one : best)) : null;
}

/** Put bars and lines in their places: the policy of the page allows no style in the markup. @param {ParentNode} root */
export function place(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-left], [data-height]"))) {
    const { left, right, top, height } = element.dataset;
    if (left) element.style.left = `${left}%`;
    if (left && right) element.style.width = `${Number(right) - Number(left)}%`;
    if (top) element.style.top = `${top}rem`;
    if (height) element.style.height = `${height}rem`;
  }
}

/** The next shift with something open, after the selected one. */
export function nextWrong() {
  const wrong = (state.data?.shifts ?? []).filter((shift) => openViolations(shift).length);
  const index = wrong.findIndex(({ id }) => id === state.selected);
  return wrong[(index + 1) % Math.max(wrong.length, 1)] ?? null;
}

/** @param {number | null} id */
export function focusShift(id) {
  const bar = id === null ? null : document.getElementById(`shift-${id}`);
  bar?.focus();
  bar?.scrollIntoView({ block: "nearest" });
}

/** What stands above the timeline: how many, how far, what is wrong. */
export function summary() {
  const shifts = state.data?.shifts ?? [];
  const drafts = shifts.filter((shift) => shift.state === "draft").length;
  const wrong = shifts.filter((shift) => openViolations(shift).length).length;
  return [
    fill(ngettext("%(n)s shift", "%(n)s shifts", shifts.length), { n: shifts.length }),
    fill(ngettext("%(n)s draft", "%(n)s drafts", drafts), { n: drafts }),
    wrong ? fill(ngettext("%(n)s breaks a rule", "%(n)s break rules", wrong), { n: wrong }) : gettext("no rule is broken"),
  ].join(" · ");
}

export { shiftOf };
