/** How this person has arranged the console: panels, layers of the map, sounds. Kept by the server, alike in all windows. */

import { ApiError, command } from "../api.js";
import { changed } from "../bus.js";
import { cookie } from "../cookies.js";
import { gettext } from "../i18n.js";
import { settings } from "./settings.js";

const SETTLE_MS = 800;
const CHANNEL = "patrulja.layout";

/** Names of panels, in the order of the work, with how wide they are at first. @type {readonly [string, number][]} */
export const PANELS = [
  ["queue", 19.5],
  ["incident", 24],
  ["map", 37],
  ["board", 19.5],
];

/** Layers that are shown until somebody says otherwise. */
const SHOWN_AT_FIRST = new Set(["sectors", "ways"]);

/** @typedef {{name: string, share: number, hidden: boolean}} Panel */

/** @type {Layout} */
const layout = { panels: whole(settings.layout?.panels ?? []), layers: settings.layout?.layers ?? {}, muted: settings.layout?.muted ?? [] };

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
  return [...known, ...missing.map(([name, share]) => ({ name, share, hidden: false }))];
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

/** As it was at first. */
export function arrangeAnew() {
  keep({ panels: whole([]) });
}

/** @param {Partial<Layout>} news */
function keep(news) {
  Object.assign(layout, news);
  changed("layout");
  channel.postMessage(news);
  clearTimeout(keeping);
  keeping = setTimeout(() => void send(), SETTLE_MS);
}

/** What was chosen just before the window closes is kept as well. */
addEventListener("pagehide", () => {
  if (keeping === undefined) return;
  clearTimeout(keeping);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("patrulja_csrf") };
  void fetch("/api/v1/console/layout/", { method: "PUT", body: JSON.stringify(layout), headers, keepalive: true });
});

/** Without a server the arrangement holds for this window alone; nobody is bothered with that. */
async function send() {
  keeping = undefined;
  try {
    await command("console/layout/", layout, { label: gettext("keeping the arrangement"), method: "PUT" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
