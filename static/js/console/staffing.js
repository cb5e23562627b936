/** Too few patrols, now or in the hours to come: one calm line, with the way to the page where one sees who could come. */

import { html, nothing } from "lit";

import { ApiError, read } from "../api.js";
import { serverNow, timeOfDay } from "../clock.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { live } from "../live.js";
import { skillName } from "../skills.js";
import { store } from "../store.js";
import { may, settings } from "./settings.js";
import { View } from "./view.js";

/** Plans change slowly; who signs off or on is asked for anew by this. */
const REFRESH_MS = 120_000;
const KINDS = new Set(["StaffingGapWarned", "PlanChanged", "ShiftStarted", "ShiftEnded"]);
const SETTLE_MS = 3000;

/** @typedef {{name: string, area: string | null, skill: string, start: Iso, end: Iso, has: number, needs: number}} StaffingGap */

class StaffingLine extends View {
  static topics = /** @type {const} */ (["live", "skills"]);

  /** @type {StaffingGap[]} */
  #gaps = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;

  connectedCallback() {
    super.connectedCallback();
    if (!may("plan.view") || !settings.pages.some(({ address }) => address === "/availability/")) return;
    setInterval(() => void this.#load(), REFRESH_MS);
    live.witness((event) => KINDS.has(event.kind) && this.#loadSoon(SETTLE_MS));
    this.#loadSoon(SETTLE_MS / 3);
  }

  /** @param {number} afterMs */
  #loadSoon(afterMs) {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#load(), afterMs);
  }

  async #load() {
    if (!store.board) return this.#loadSoon(SETTLE_MS);
    if (document.visibilityState === "hidden") return undefined;
    try {
      this.#gaps = await read("availability/gaps/", { query: { organisation: store.board.organisation } });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#gaps = [];
    }
    this.requestUpdate();
    return undefined;
  }

  render() {
    const [first, ...rest] = this.#gaps;
    if (!first || live.state === "signed_out" || live.state === "forbidden") return nothing;
    const more = fill(ngettext("%(count)s more", "%(count)s more", rest.length), { count: rest.length });
    return html`<p class="staffing" role="status">
      <b>○ ${gettext("Too few patrols")}</b> ${gapWords(first)}${rest.length ? ` · ${more}` : ""}
      <a href="/availability/?organisation=${store.board?.organisation}">${gettext("who could come")}</a>
    </p>`;
  }
}

/** A time of the day without its seconds. @param {Iso} at */
const hour = (at) => timeOfDay(at).slice(0, 5);

/** @param {StaffingGap} gap */
function gapWords(gap) {
  const where = [inScript(gap.area ?? gap.name), skillName(gap.skill)].filter(Boolean).join(", ");
  const values = { where, has: gap.has, needs: gap.needs, start: hour(gap.start), end: hour(gap.end) };
  return Date.parse(gap.start) <= serverNow()
    ? fill(gettext("%(where)s: %(has)s of %(needs)s until %(end)s"), values)
    : fill(gettext("%(where)s: %(has)s of %(needs)s from %(start)s to %(end)s"), values);
}

customElements.define("staffing-line", StaffingLine);
