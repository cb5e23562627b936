/** What a call's place brings to light while it is taken: incidents that are likely the same, and the centre it belongs to. */

import { html, nothing } from "lit";

import { read } from "../api.js";
import { fill, gettext, inScript } from "../i18n.js";
import { centres } from "./handover.js";
import { typeName } from "./kinds.js";
import { distance, incidentStatus, minutes } from "./words.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./handover.js").Centre} Centre */
/** @typedef {{incident: IncidentCard, distance_m: number, age_s: number}} Duplicate */

const DUPLICATES_MS = 250;
const SHOWN = 3;

export class Surroundings {
  /** Likely the same, the likeliest first. @type {Duplicate[]} */
  duplicates = [];
  /** The centre that answers for the place, where it is another one. @type {Centre | null} */
  centre = null;
  /** @type {LonLat | null} */
  #location = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #found;

  /** @param {() => void} found that there is something else to show */
  constructor(found) {
    this.#found = found;
  }

  /**
   * Look around again, as far as new values ask for it.
   * @param {Draft} draft as it is now
   * @param {Partial<Draft>} changed
   */
  look({ location, type }, changed) {
    this.#location = location;
    if ("location" in changed || "type" in changed) this.#lookForDuplicates(location, type);
    if ("location" in changed) void this.#lookForCentre(location);
  }

  forget() {
    clearTimeout(this.#timer);
    this.#location = null;
    this.duplicates = [];
    this.centre = null;
  }

  /** @param {LonLat | null} location */
  async #lookForCentre(location) {
    this.centre = null;
    if (!location) return;
    const found = await centres(location).catch(() => []);
    if (this.#location !== location) return;
    this.centre = found.find((one) => one.covers) ?? null;
    this.#found();
  }

  /** @param {LonLat | null} location @param {string} type */
  #lookForDuplicates(location, type) {
    clearTimeout(this.#timer);
    if (!location) {
      this.duplicates = [];
      return;
    }
    this.#timer = setTimeout(async () => {
      const [lon, lat] = location;
      const found = await read("incidents/duplicates/", { query: { lon, lat, type } }).catch(() => []);
      if (this.#location !== location) return;
      this.duplicates = found;
      this.#found();
    }, DUPLICATES_MS);
  }
}

/** @param {Duplicate[]} duplicates @param {(incident: Id) => void} attach */
export function duplicatesBox(duplicates, attach) {
  if (duplicates.length === 0) return nothing;
  return html`<section class="box notice" aria-label=${gettext("Likely the same incident")}>
    <h3>${gettext("Likely the same incident")}</h3>
    <ul>
      ${duplicates.slice(0, SHOWN).map(
        ({ incident, distance_m, age_s }, index) => html`<li class="duplicate">
          <span class="priority p${incident.priority}">${incident.priority}</span>
          <span>${typeName(incident.type)}, ${inScript(incident.place)}</span>
          <span class="by">${distance(distance_m)} · ${minutes(age_s)} · ${incidentStatus(incident.status)}</span>
          <button type="button" @click=${() => attach(incident.id)}>
            ${index === 0 ? html`<kbd>F2</kbd>` : nothing} ${gettext("attach this caller")}
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}

/**
 * The place is another centre's: the incident is opened here, so that nothing is lost, and offered at once.
 * @param {Centre | null} centre
 * @param {boolean} isSending
 * @param {(centre: Centre) => void} openFor
 */
export function centreBox(centre, isSending, openFor) {
  if (!centre) return nothing;
  const values = { centre: inScript(centre.name) };
  return html`<section class="box notice" aria-label=${gettext("Another operations centre")}>
    <p>${fill(gettext("This place is in the area of %(centre)s."), values)}</p>
    <p>
      <button type="button" ?disabled=${isSending} @click=${() => openFor(centre)}>
        <kbd>F3</kbd> ${fill(gettext("open it and offer it to %(centre)s"), values)}
      </button>
    </p>
  </section>`;
}
