/** What the map shows, by choice, and whether it follows the selected patrol. */

import { html, nothing } from "lit";

import { fill, gettext, ngettext } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { isLayerShown, toggleLayer } from "./layout.js";
import { coverageMinutes, coverWithin, ground, MINUTES } from "./map-ground.js";
import { hasTrail, toggleTrail } from "./trail.js";
import { View } from "./view.js";

/** @type {[string, () => string, string][]} name, words, key */
const LAYERS = [
  ["sectors", () => gettext("sectors"), ""],
  ["coverage", () => gettext("reach of the free patrols"), "V"],
  ["hazards", () => gettext("hazards"), ""],
  ["ways", () => gettext("ways"), ""],
];

export class MapControls extends View {
  static topics = /** @type {const} */ (["layout", "ground", "desk", "trail"]);

  isOpen = false;
  isFollowing = false;

  render() {
    const unit = desk.unit === null ? undefined : store.units.get(desk.unit);
    return html`<div class="map-buttons">
        ${unit
          ? html`<button aria-pressed=${this.isFollowing} @click=${() => this.follow(!this.isFollowing)}>
              <kbd>Y</kbd> ${fill(gettext("follow %(unit)s"), { unit: unit.call_sign })}
            </button>
            <button aria-pressed=${hasTrail()} @click=${() => void toggleTrail()}><kbd>T</kbd> ${gettext("trail")}</button>`
          : nothing}
        <button aria-expanded=${this.isOpen} aria-controls="map-layers" @click=${() => this.open(!this.isOpen)}>
          <kbd>L</kbd> ${gettext("layers")}
        </button>
      </div>
      ${this.isOpen ? this.#layers() : isLayerShown("coverage") ? html`<p class="map-legend">${coverageWords()}</p>` : nothing}`;
  }

  #layers() {
    return html`<fieldset id="map-layers" data-own-keys @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}>
      <legend class="visually-hidden">${gettext("Layers of the map")}</legend>
      ${LAYERS.map(
        ([name, words, key]) => html`<label>
          <input type="checkbox" .checked=${isLayerShown(name)} @change=${() => toggleLayer(name)} />
          ${words()} ${key ? html`<kbd>${key}</kbd>` : nothing}
        </label>`,
      )}
      <label for="coverage-minutes">${gettext("Reach within")}</label>
      <select id="coverage-minutes" @change=${(/** @type {Event} */ event) => coverWithin(Number(/** @type {HTMLSelectElement} */ (event.target).value))}>
        ${MINUTES.map((n) => html`<option value=${n} ?selected=${n === coverageMinutes()}>${fill(gettext("%(m)s min"), { m: n })}</option>`)}
      </select>
      ${isLayerShown("coverage") ? html`<p class="dim">${coverageWords()}</p>` : nothing}
    </fieldset>`;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Escape" && event.key.toLowerCase() !== "l") return;
    event.preventDefault();
    event.stopPropagation();
    this.open(false);
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.isOpen = isOpen;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      /** @type {HTMLElement | null} */ (this.querySelector(isOpen ? "#map-layers input" : "[aria-controls]"))?.focus();
    });
  }

  /** @param {boolean} isFollowing */
  follow(isFollowing) {
    this.isFollowing = isFollowing && desk.unit !== null;
    this.requestUpdate();
    if (this.isFollowing && desk.unit !== null) desk.goTo({ unit: desk.unit });
  }
}

/** What is counted in the reach, and what is not. */
function coverageWords() {
  const { coverage } = ground;
  if (!coverage) return gettext("working out the reach …");
  const { units: count, minutes, pending, uncounted } = coverage;
  const words = ngettext(
    "within %(minutes)s min of %(count)s free patrol",
    "within %(minutes)s min of %(count)s free patrols",
    count,
  );
  const parts = [fill(words, { count, minutes })];
  if (pending) parts.push(fill(gettext("%(count)s still to come"), { count: pending }));
  if (uncounted) parts.push(fill(gettext("%(count)s cannot be counted"), { count: uncounted }));
  return parts.join(" · ");
}

customElements.define("map-controls", MapControls);
