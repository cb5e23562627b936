/** How this person has arranged the console: panels, layers of the map, sounds. Kept by the server, alike in all windows. */

import { ApiError, command } from "../api.js";
import { changed } from "../bus.js";
import { gettext } from "../i18n.js";
import { settings } from "./settings.js";

const SETTLE_MS = 800;
const CHANNEL = "patrulja.layout";

/** Panels in the order of the work: name, element, how wide it is at first. @type {readonly [string, string, number][]} */
const PANELS = [
  ["queue", "incident-queue", 19.5],
  ["incident", "incident-panel", 24],
  ["map", "unit-map", 37],
  ["board", "unit-board", 19.5],
];

/** The element of a panel on this page. @param {string} name */
export const elementOf = (name) => /** @type {HTMLElement | null} */ (document.querySelector(PANELS.find(([one]) => one === name)?.[1] ?? "none"));

/** The panel that is all of this window, or "" where it is one of several. */
export const onlyPanel = PANELS.map(([name]) => name).find((name) => name === new URLSearchParams(location.search).get("panel")) ?? "";

/** Whether this window shows a panel. @param {string} name */
export const isHere = (name) => (onlyPanel ? name === onlyPanel : !layout.panels.some((panel) => panel.name === name && panel.hidden));

/** Layers that are shown until somebody says otherwise. */
const SHOWN_AT_FIRST = new Set(["sectors", "ways"]);

/** @typedef {{name: string, share: number, hidden: boolean}} Panel */

/** What the server has not said yes to, here, so that a window that is closed at once loses nothing. */
const UNSENT = `patrulja.layout.${settings.user.id}`;

const begun = { ...settings.layout, ...JSON.parse(localStorage.getItem(UNSENT) ?? "{}") };
/** @type {Layout} */
const layout = { ...begun, panels: whole(begun.panels) };

const channel = new BroadcastChannel(CHANNEL);
channel.addEventListener("message", ({ data }) => {
  Object.assign(layout, data);
  changed("layout");
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keeping;

/**
 * All panels, each once: those that are kept in their order, and new ones at the end.
 * @param {Panel[]} kept
 * @returns {Panel[]}
 */
function whole(kept) {
  const known = kept.filter(({ name }) => PANELS.some(([one]) => one === name));
  const missing = PANELS.filter(([name]) => !known.some((panel) => panel.name === name));
  return [...known, ...missing.map(([name, , share]) => ({ name, share, hidden: false }))];
}

/** Panels from left to right. @returns {readonly Panel[]} */
export const panels = () => layout.panels;

/** @param {string} name */
export const isLayerShown = (name) => layout.layers[name] ?? SHOWN_AT_FIRST.has(name);

/** @param {string} name */
export const isMuted = (name) => layout.muted.includes(name);

/** @param {string} name */
export function toggleLayer(name) {
  keep({ layers: { ...layout.layers, [name]: !isLayerShown(name) } });
}

/** @param {string} name */
export function toggleSound(name) {
  keep({ muted: isMuted(name) ? layout.muted.filter((one) => one !== name) : [...layout.muted, name] });
}

/** @param {Panel[]} wanted */
export function arrange(wanted) {
  keep({ panels: wanted });
}

/** Whether the panels are as they were at first; then the style sheet says how wide they are. */
export const isAsAtFirst = () => JSON.stringify(layout.panels) === JSON.stringify(whole([]));

/** Show or hide a panel; one always stays. @param {string} name @param {boolean} isHidden */
export function hidePanel(name, isHidden) {
  const wanted = layout.panels.map((panel) => (panel.name === name ? { ...panel, hidden: isHidden } : panel));
  if (wanted.some((panel) => !panel.hidden)) arrange(wanted);
}

/** Move a panel by one place. @param {string} name @param {1 | -1} step */
export function movePanel(name, step) {
  const wanted = [...layout.panels];
  const at = wanted.findIndex((panel) => panel.name === name);
  const to = at + step;
  if (at < 0 || to < 0 || to >= wanted.length) return;
  [wanted[at], wanted[to]] = [wanted[to], wanted[at]];
  arrange(wanted);
}

/** As it was at first. */
export function arrangeAnew() {
  keep({ panels: whole([]) });
}

/** @param {Partial<Layout>} news */
function keep(news) {
  Object.assign(layout, news);
  changed("layout");
  channel.postMessage(news);
  localStorage.setItem(UNSENT, JSON.stringify(layout));
  sendSoon();
}

function sendSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(() => void send(), SETTLE_MS);
}

/** Without a server the arrangement holds for this window alone; nobody is bothered with that. */
async function send() {
  const sent = JSON.stringify(layout);
  try {
    await command("console/layout/", layout, { label: gettext("keeping the arrangement"), method: "PUT" });
    if (localStorage.getItem(UNSENT) === sent) localStorage.removeItem(UNSENT);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

if (localStorage.getItem(UNSENT)) sendSoon();
