/** What the page of the plan shows, and what it asks of the server. Nothing is kept here that the server has not kept. */

import { ApiError, command, read } from "../api.js";
import { gettext } from "../i18n.js";
import { plusDays } from "./zone.js";

/**
 * @typedef {object} State
 * @property {number} node
 * @property {"day" | "week"} view
 * @property {"unit" | "team"} by
 * @property {string} first local day
 * @property {PlanData | null} data
 * @property {PlanChoices | null} choices
 * @property {number | null} selected
 * @property {PlanMove | null} move
 * @property {boolean} isKeeping a move is on its way to the server
 * @property {PlanViolation[] | null} tried what would be wrong where the shift is moved to
 * @property {string} message
 * @property {boolean} isError
 * @property {{label: string, take: () => Promise<void>}[]} undo newest last
 */

/** @type {State} */
export const state = {
  node: 0,
  view: "week",
  by: "unit",
  first: "",
  data: null,
  choices: null,
  selected: null,
  move: null,
  isKeeping: false,
  tried: null,
  message: "",
  isError: false,
  undo: [],
};

/** Called after each change of the state. */
let redraw = () => {};

/** @param {() => void} callback */
export function onChange(callback) {
  redraw = callback;
}

/** @param {Partial<State>} values */
export function set(values) {
  Object.assign(state, values);
  redraw();
}

/** @param {string} message @param {boolean} [isError] */
export function say(message, isError = false) {
  set({ message, isError });
}

export function last() {
  return plusDays(state.first, state.view === "week" ? 6 : 0);
}

export function period() {
  return { organisation: state.node, first: state.first, last: last() };
}

/** Do something that the server may refuse; a refusal is said. @param {() => Promise<void>} work */
export async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message, true);
    if (error.status === 409) await load();
    if (error.status === 409) say(error.message, true);
  }
}

let asked = 0;

/** Read the period that is shown. */
export async function load() {
  const mine = ++asked;
  const [data, choices] = await Promise.all([
    read("plan/", { query: period() }),
    state.choices ? state.choices : read(`plan/choices/${state.node}/`),
  ]);
  if (mine !== asked) return;
  set({ data, choices, move: null, tried: null });
}

/** @param {number | null} id */
export function shiftOf(id) {
  return state.data?.shifts.find((shift) => shift.id === id) ?? null;
}

/**
 * Keep a change of a shift, and know how to take it back while it is a draft.
 * @param {PlanShift} shift @param {Record<string, unknown>} changes @param {{reason?: string, override_reason?: string}} [reasons]
 */
export async function change(shift, changes, reasons = {}) {
  const label = gettext("Change the shift");
  const body = { version: shift.version, ...changes, ...reasons };
  const kept = await command(`plan/shifts/${shift.id}/`, body, { label, method: "PATCH" });
  if (kept.state === "draft") remember(shift, kept, Object.keys(changes));
  await load();
  return kept;
}

/** @param {PlanShift} before @param {PlanShift} after @param {string[]} names */
function remember(before, after, names) {
  const known = asInput(before);
  const back = Object.fromEntries(names.map((name) => [name, known[name]]));
  if ("starts_at" in back || "ends_at" in back) back.tasks = known.tasks;
  state.undo.push({
    label: before.call_sign,
    take: async () => {
      const now = shiftOf(after.id);
      await command(`plan/shifts/${after.id}/`, { version: now?.version ?? after.version, ...back }, { label: gettext("Undo"), method: "PATCH" });
    },
  });
}

/** A card as it would be entered. @param {PlanShift} shift @returns {Record<string, any>} */
export function asInput(shift) {
  return {
    unit: shift.unit,
    starts_at: shift.starts_at,
    ends_at: shift.ends_at,
    crew: shift.crew.map(({ id }) => id),
    vehicle: shift.vehicle?.id ?? null,
    sector: shift.sector?.id ?? null,
    skills_needed: shift.skills_needed,
    equipment: shift.equipment,
    note: shift.note,
    tasks: shift.tasks.map(({ id: _id, area, ...task }) => ({ ...task, area: area?.id ?? null })),
  };
}

/** @param {Record<string, unknown>} body */
export async function create(body) {
  const made = await command("plan/shifts/", body, { label: gettext("Plan a shift") });
  rememberMade([made.id], made.call_sign);
  await load();
  set({ selected: made.id });
}

/** @param {number[]} ids @param {string} label */
export function rememberMade(ids, label) {
  if (!ids.length) return;
  state.undo.push({
    label,
    take: async () => {
      await command("plan/discard/", { shifts: ids }, { label: gettext("Undo") });
    },
  });
}

/** Take back the newest change that can be. */
export async function undo() {
  const step = state.undo.pop();
  if (!step) return say(gettext("There is nothing to take back."));
  await attempt(async () => {
    await step.take();
    await load();
    say(gettext("Taken back."));
  });
}

/** @param {PlanMove} move */
export async function tryMove(move) {
  const shift = shiftOf(move.id);
  if (!shift || !state.move || !sameMove(state.move, move)) return;
  const delta = move.start - Date.parse(shift.starts_at);
  const whole = move.end - Date.parse(shift.ends_at) === delta;
  const later = (/** @type {string} */ at) => new Date(Date.parse(at) + delta).toISOString();
  const input = asInput(shift);
  const tasks = whole ? input.tasks.map((/** @type {any} */ task) => ({ ...task, starts_at: later(task.starts_at), ends_at: later(task.ends_at) })) : [];
  const body = { ...input, tasks, shift: shift.id, unit: move.unit, starts_at: new Date(move.start).toISOString(), ends_at: new Date(move.end).toISOString() };
  try {
    const { violations } = await command("plan/try/", body, { label: gettext("Check the rules") });
    if (state.move && sameMove(state.move, move)) set({ tried: violations });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @param {PlanMove} a @param {PlanMove} b */
function sameMove(a, b) {
  return a.id === b.id && a.unit === b.unit && a.start === b.start && a.end === b.end;
}
