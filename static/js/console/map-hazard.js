/** A hazard on the map: who says so and until when; what it says is opened by the incident's panel or here, and logged. */

import * as maplibregl from "maplibre-gl";
import { html, render } from "lit";

import { ApiError, read } from "../api.js";
import { dateAndTime } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { desk } from "./desk.js";
import { ground } from "./map-ground.js";
import { hazardKind } from "./words.js";

/**
 * Say what is known of a hazard, where it is.
 * @param {maplibregl.Map} map
 * @param {Id} id
 */
export function openHazard(map, id) {
  const found = ground.hazards.find((hazard) => hazard.id === id);
  if (!found?.location) return;
  const content = document.createElement("div");
  show(content, found, "");
  new maplibregl.Popup({ maxWidth: "22rem" }).setLngLat(found.location).setDOMContent(content).addTo(map);
}

/**
 * @param {HTMLElement} content
 * @param {Hazard & {place: string}} found
 * @param {string} text what it says, once it is opened
 */
function show(content, found, text) {
  const values = { author: inScript(found.author), date: dateAndTime(found.expires_at) };
  render(
    html`<p><b>${hazardKind(found.kind)}</b> · ${inScript(found.place)} ${inScript(found.place_detail)}</p>
      ${text ? html`<p>${inScript(text)}</p>` : html`<p><button @click=${() => void open(content, found)}>${gettext("open")}</button></p>`}
      <p class="dim">${fill(gettext("Entered by %(author)s, valid until %(date)s"), values)}</p>`,
    content,
  );
}

/** @param {HTMLElement} content @param {Hazard & {place: string}} found */
async function open(content, found) {
  try {
    const { text } = await read(`hazards/${found.id}/`);
    show(content, found, text || gettext("nothing more is recorded"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    desk.say("refused", error.message);
  }
}
