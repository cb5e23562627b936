/** The log of the shift, from the console: it opens beside it; a line may be written without going there. */

import { command } from "../api.js";
import { gettext } from "../i18n.js";
import { attempt } from "./actions.js";
import { settings } from "./settings.js";

/** Open the log of this board in its own window; the one that is open is brought up. */
export function openLog() {
  window.open(`/log/?board=${settings.board}`, `patrulja-log-${settings.board}`);
}

/** @param {string} text */
export function writeLog(text) {
  const write = () => command(`boards/${settings.board}/log/`, { text }, { label: gettext("writing into the log") });
  return attempt(write, gettext("Written into the log"));
}
