/** The panels of this window: their order, how wide they are, which are shown; and the handles between them. */

import { subscribe } from "../bus.js";
import { fill, gettext, language } from "../i18n.js";
import { arrange, elementOf, isAsAtFirst, isHere, onlyPanel, panels } from "./layout.js";
import { panelName } from "./words.js";

const LEAST_PX = 200;
const STEP_PX = 24;

const columns = /** @type {HTMLElement} */ (document.querySelector("main.columns"));

/** Those that this window shows, from left to right. */
const shown = () => panels().filter(({ name }) => isHere(name));

/** Begin to arrange, and go on. */
export function startPanels() {
  document.body.classList.toggle("single", onlyPanel !== "");
  subscribe(["layout", "language"], arrangeHere);
  arrangeHere();
}

/** Which panels stand in which order, and in which language: only when that changes are they put in their places. */
let standing = "";

function arrangeHere() {
  const here = shown();
  const order = [language(), ...panels().map(({ name }) => name), "|", ...here.map(({ name }) => name)].join();
  if (order !== standing) putInPlace(here.map(({ name }) => name));
  standing = order;
  columns.classList.toggle("arranged", !isAsAtFirst() || onlyPanel !== "");
  columns.style.setProperty("--columns", here.map(({ share }) => `minmax(12rem, ${share}fr)`).join(" 0 "));
  requestAnimationFrame(() => {
    for (const handle of columns.querySelectorAll(".splitter")) handle.setAttribute("aria-valuenow", sharePercent(handle));
  });
}

/** How much of the window the panel before a handle has, in percent. @param {Element} handle */
function sharePercent(handle) {
  const width = handle.previousElementSibling?.getBoundingClientRect().width ?? 0;
  return String(Math.round((100 * width) / columns.clientWidth));
}

/** @param {string[]} here names of those that are shown, from left to right */
function putInPlace(here) {
  columns.querySelectorAll(".splitter").forEach((handle) => handle.remove());
  for (const { name } of panels()) {
    const element = elementOf(name);
    if (!element) continue;
    element.hidden = !isHere(name);
    putLast(element);
  }
  for (const [index, name] of here.entries()) if (index > 0) elementOf(name)?.before(splitter(here[index - 1], name));
  if (onlyPanel) document.title = `${panelName(onlyPanel)} · Patrulja`;
}

/** Without losing what is typed in it, where the browser can. @param {HTMLElement} element */
function putLast(element) {
  if (element === columns.lastElementChild) return;
  const host = /** @type {HTMLElement & {moveBefore?: (node: Node, before: Node | null) => void}} */ (columns);
  if (host.moveBefore) host.moveBefore(element, null);
  else host.append(element);
}

/**
 * The handle between two panels: by mouse, or by the arrows.
 * @param {string} left
 * @param {string} right
 */
function splitter(left, right) {
  const handle = document.createElement("div");
  handle.className = "splitter";
  handle.tabIndex = 0;
  handle.setAttribute("role", "separator");
  handle.setAttribute("aria-orientation", "vertical");
  handle.setAttribute("aria-label", fill(gettext("Width of: %(panel)s"), { panel: panelName(left) }));
  handle.setAttribute("aria-valuenow", "25");
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (!step) return;
    event.preventDefault();
    resize(left, right, step);
  });
  handle.addEventListener("pointerdown", (event) => follow(event, handle, left, right));
  return handle;
}

/** @param {string} name */
const widthOf = (name) => elementOf(name)?.getBoundingClientRect().width ?? 0;

/**
 * Move the border between two panels by so many pixels; the others keep their widths.
 * @param {string} left
 * @param {string} right
 * @param {number} byPx
 */
function resize(left, right, byPx) {
  const widths = new Map(shown().map(({ name }) => [name, widthOf(name)]));
  const [before, after] = [widths.get(left) ?? 0, widths.get(right) ?? 0];
  const move = Math.min(Math.max(byPx, LEAST_PX - before), after - LEAST_PX);
  widths.set(left, before + move);
  widths.set(right, after - move);
  const all = [...widths.values()].reduce((sum, width) => sum + width, 0);
  arrange(
    panels().map((panel) => {
      const width = widths.get(panel.name);
      return width === undefined ? panel : { ...panel, share: Math.max(1, Math.round((width / all) * 1000) / 10) };
    }),
  );
}

/**
 * @param {PointerEvent} start
 * @param {HTMLElement} handle
 * @param {string} left
 * @param {string} right
 */
function follow(start, handle, left, right) {
  start.preventDefault();
  handle.classList.add("held");
  const ended = new AbortController();
  const { signal } = ended;
  const move = (/** @type {PointerEvent} */ event) => handle.style.setProperty("--moved", `${event.clientX - start.clientX}px`);
  const drop = (/** @type {PointerEvent} */ event) => {
    ended.abort();
    handle.classList.remove("held");
    if (event.type === "pointerup" && event.clientX !== start.clientX) resize(left, right, event.clientX - start.clientX);
  };
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", drop, { signal });
  addEventListener("pointercancel", drop, { signal });
}
