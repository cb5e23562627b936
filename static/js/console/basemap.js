/** The style of the basemap in the present theme and language. */

import { mapStyle } from "../../map/style.js";
import { language } from "../i18n.js";

/** Whether the theme that is shown is the night's. */
export function isNight() {
  const { theme } = document.documentElement.dataset;
  if (theme === "auto") return !matchMedia("(prefers-color-scheme: light)").matches;
  return theme !== "day";
}

/** @returns {Promise<import("maplibre-gl").StyleSpecification>} */
export async function basemap() {
  return mapStyle(isNight() ? "night" : "day", language());
}
