/** The style of the basemap in the present theme and language. */

import { mapStyle } from "../../map/style.js";
import { read } from "../api.js";
import { language } from "../i18n.js";

/** The region in use, asked for once. @type {Promise<any> | undefined} */
let region;

/** Whether the theme that is shown is the night's. */
export function isNight() {
  const { theme } = document.documentElement.dataset;
  if (theme === "auto") return !matchMedia("(prefers-color-scheme: light)").matches;
  return theme !== "day";
}

/** @returns {Promise<import("maplibre-gl").StyleSpecification>} */
export async function basemap() {
  region ??= read("region/").catch(() => undefined);
  const style = mapStyle(isNight() ? "night" : "day", language(), await region);
  return /** @type {import("maplibre-gl").StyleSpecification} */ (style);
}
