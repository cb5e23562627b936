/** Parts of the log in words. */

import { gettext } from "../i18n.js";

/** @type {Record<string, () => string>} */
const NAMES = {
  log: () => gettext("own entry"),
  incident: () => gettext("incident"),
  sending: () => gettext("sending"),
  status: () => gettext("status"),
  duty: () => gettext("duty"),
  alarm: () => gettext("alarm"),
  handover: () => gettext("hand-over"),
  note: () => gettext("note"),
  message: () => gettext("message"),
};

export const PARTS = Object.keys(NAMES);

/** @param {string} part */
export const partName = (part) => NAMES[part]?.() ?? part;
