/** With whom: units on duty by sector, station or status; what each does, since when, and how old its position is. */

import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";

import { duration, Ticking } from "../clock.js";
import { fill, gettext, inScript, language, ngettext } from "../i18n.js";
import { skillNames } from "../skills.js";
import { store } from "../store.js";
import { setUnitStatus } from "./actions.js";
import { desk } from "./desk.js";
import { onDragLeave, onDragOver, onDragStart, onDrop } from "./dragging.js";
import { isUnitShown } from "./filter.js";
import { filterNote } from "./filter-note.js";
import { alarmOf, groups, nextDue, OLD_FIX_S, signOf } from "./order.js";
import { may } from "./settings.js";
import { recordContact } from "./safety-actions.js";
import { signIcon } from "./signs.js";
import { grouping, groupUnits } from "./tastes.js";
import { View } from "./view.js";
import "./welfare.js";
import { GIVEN_STATUSES, jobStatus, members, minutes, unitStatus } from "./words.js";

/** `<fix-age unit="7">`: how old the position is, once it is old enough to matter; it grows by itself. */
class FixAge extends Ticking {
  static observedAttributes = ["unit"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const position = store.positions.get(Number(this.getAttribute("unit")));
    const age = position ? (nowMs - Date.parse(position.at)) / 1000 : Infinity;
    if (age <= OLD_FIX_S) return this.show("");
    this.show(position ? `${gettext("position")} ${minutes(age)}` : gettext("no position"));
  }
}
customElements.define("fix-age", FixAge);

/** `<late-step due="ISO" step="answer|arrival">`: by how much a patrol is late with its next step; empty while it is not. */
class LateStep extends Ticking {
  static observedAttributes = ["due", "step"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const late = (nowMs - Date.parse(this.getAttribute("due") ?? "")) / 1000;
    if (!(late > 0)) return this.show("");
    const words = this.getAttribute("step") === "answer" ? gettext("no answer for %(time)s") : gettext("late by %(time)s");
    this.show(fill(words, { time: duration(late) }));
  }
}
customElements.define("late-step", LateStep);

class UnitBoard extends View {
  static topics = /** @type {const} */ (["units", "assignments", "incidents", "desk", "skills"]);

  /** The selected unit that was last brought into sight. @type {Id | null} */
  #inSight = null;
  /** Units in the order of the screen. @type {Id[]} */
  #order = [];

  render() {
    const onDuty = [...store.units.values()].filter((unit) => unit.on_duty);
    const shown = onDuty.filter((unit) => isUnitShown(unit, desk));
    const list = groups(shown, groupOf);
    this.#order = list.flatMap((group) => group.units.map((unit) => unit.id));
    return html`
      <header class="panel-head">
        <h2 id="board-title">${gettext("Patrols")}</h2>
        <span class="spring"></span>${groupingChoice()}<kbd>U</kbd>
      </header>
      ${filterNote(shown.length, onDuty.length)}
      <div
        class="list"
        id="units"
        role="listbox"
        tabindex="0"
        aria-labelledby="board-title"
        aria-activedescendant=${desk.unit === null ? nothing : `unit-${desk.unit}`}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}
      >
        ${repeat(
          list,
          (group) => group.name,
          (group) => html`<div class="group" role="group" aria-label=${group.name || gettext("Needs help")}>
            ${group.name
              ? html`<p class="group-head" role="presentation">
                  <span>${group.name}</span><span class="mono">${group.free} / ${group.units.length}</span>
                </p>`
              : nothing}
            ${repeat(
              group.units,
              (unit) => unit.id,
              (unit) => guard(inputs(unit), () => row(unit)),
            )}
          </div>`,
        )}
      </div>
      ${onDuty.length === 0 ? html`<p class="empty">${gettext("No patrol is on duty.")}</p>` : nothing} ${this.#selected()}
    `;
  }

  updated() {
    if (desk.unit === this.#inSight) return;
    this.#inSight = desk.unit;
    if (desk.unit !== null) this.querySelector(`#unit-${desk.unit}`)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = desk.unit === null ? (step > 0 ? -1 : 0) : this.#order.indexOf(desk.unit);
      desk.selectUnit(this.#order[Math.min(this.#order.length - 1, Math.max(0, at + step))] ?? null);
    }
    if (event.key === "Enter" && desk.unit !== null) desk.goTo({ unit: desk.unit });
  }

  /** The selected unit: who is in it, and its status by hand. */
  #selected() {
    const unit = desk.unit === null ? undefined : store.units.get(desk.unit);
    if (!unit) return nothing;
    const job = store.activeOf(unit.id);
    return html`<aside class="unit-detail" aria-label=${fill(gettext("Patrol %(unit)s"), { unit: unit.call_sign })}>
      <p class="line">
        ${signIcon(signOf(unit))}<b class="mono">${unit.call_sign}</b> <span>${doing(unit)}</span><span class="spring"></span>
        <span class="mono dim">${unit.vehicle ?? gettext("no vehicle")}</span>
      </p>
      <p class="dim">${members(unit.crew)}${unit.crew_names.length ? `: ${unit.crew_names.map(inScript).join(", ")}` : ""}</p>
      ${equipment(unit)}
      ${unit.skills.length ? html`<p class="dim">${skillNames(unit.skills)}</p>` : nothing}
      ${may("unit.status")
        ? html`<p><button class="plain" @click=${() => void recordContact(unit)}><kbd>W</kbd> ${gettext("I have spoken with them")}</button></p>`
        : nothing}
      ${may("unit.status") && !job
        ? html`<label for="unit-status">${gettext("Status")}</label>
            <select id="unit-status" @change=${(/** @type {Event} */ event) => giveStatus(unit, event)}>
              ${[unit.status, ...GIVEN_STATUSES.filter((status) => status !== unit.status)].map(
                (status) => html`<option value=${status} .selected=${status === unit.status}>${unitStatus(status)}</option>`,
              )}
            </select>`
        : nothing}
    </aside>`;
  }
}

/** What the crew found of its equipment at sign-on. @param {UnitCard} unit */
function equipment({ equipment: found }) {
  if (!found) return nothing;
  const { checked, missing } = found;
  if (missing.length === 0) return html`<p class="dim">${gettext("Equipment")}: ✓ ${fill(ngettext("%(n)s item checked, all there", "%(n)s items checked, all there", checked), { n: checked })}</p>`;
  const words = missing.map(({ name, note }) => inScript(note ? `${name} (${note})` : name)).join(", ");
  return html`<p class="warning">▲ ${fill(gettext("Equipment missing: %(items)s"), { items: words })}</p>`;
}

/** @param {UnitCard} unit */
function groupOf(unit) {
  const by = grouping();
  if (by === "status") return unitStatus(store.activeOf(unit.id)?.status ?? unit.status);
  if (by === "station") return inScript(unit.station);
  return inScript(unit.sector) || inScript(unit.station);
}

function groupingChoice() {
  /** @type {[string, string][]} */
  const ways = [
    ["sector", gettext("by sector")],
    ["station", gettext("by station")],
    ["status", gettext("by status")],
  ];
  const now = grouping();
  return html`<select
    class="quiet"
    aria-label=${gettext("Grouping of patrols")}
    @change=${(/** @type {Event} */ event) => groupUnits(/** @type {HTMLSelectElement} */ (event.target).value)}
  >
    ${ways.map(([value, name]) => html`<option value=${value} ?selected=${value === now}>${name}</option>`)}
  </select>`;
}

/**
 * The choice shows what the server says, not what was chosen, until it is answered.
 * @param {UnitCard} unit
 * @param {Event} event
 */
function giveStatus(unit, event) {
  const select = /** @type {HTMLSelectElement} */ (event.target);
  const wanted = select.value;
  select.value = unit.status;
  void setUnitStatus(unit, wanted);
}

/**
 * All that a row shows; it is drawn again only when some of it changes.
 * @param {UnitCard} unit
 */
function inputs(unit) {
  const job = store.activeOf(unit.id);
  const incident = job && store.incidents.get(job.incident);
  return [unit, job, incident?.place, desk.unit === unit.id, language()];
}

/** @param {UnitCard} unit */
function row(unit) {
  const sign = signOf(unit);
  const job = store.activeOf(unit.id);
  return html`<div
    class="unit ${sign} ${job ? "on-job" : ""}"
    role="option"
    id="unit-${unit.id}"
    aria-selected=${desk.unit === unit.id}
    draggable=${may("dispatch.assign")}
    @click=${() => desk.selectUnit(unit.id)}
    @dblclick=${() => desk.goTo({ unit: unit.id })}
    @dragstart=${onDragStart({ unit: unit.id })}
    @dragover=${onDragOver({ unit: unit.id })}
    @dragleave=${onDragLeave}
    @drop=${onDrop({ unit: unit.id })}
  >
    ${signIcon(sign)}
    <span class="mono call-sign">${unit.call_sign}</span>
    <span class="doing"
      ><span class="place">${doing(unit)}</span> ${late(job)} ${unit.vehicle || unit.kind !== "car" ? nothing : html`<span class="dim">${gettext("no vehicle")}</span>`}
      <fix-age class="warning" unit=${unit.id}></fix-age> ${welfare(unit)}</span
    >
    <elapsed-time class="dim" from=${unit.status_since}></elapsed-time>
  </div>`;
}

/** @param {AssignmentCard | undefined} job */
function late(job) {
  const next = job && nextDue(job);
  return next ? html`<late-step class="overdue" due=${next.due} step=${next.step}></late-step>` : nothing;
}

/** When it is asked whether all is well, or for how long it has not answered. @param {UnitCard} unit */
function welfare(unit) {
  const timer = unit.welfare;
  return timer ? html`<welfare-time class="welfare ${timer.stage}" due=${timer.due_at} stage=${timer.stage}></welfare-time>` : nothing;
}

/** @param {UnitCard} unit */
function doing(unit) {
  const job = store.activeOf(unit.id);
  if (unit.status === "emergency") return unitStatus("emergency");
  if (alarmOf(unit.id)) return html`<b>${gettext("DRILL")}</b>`;
  if (!job) return unitStatus(unit.status);
  const place = inScript(store.incidents.get(job.incident)?.place);
  return html`<span class="visually-hidden">${jobStatus(job.status)}:</span> ${place || `${jobStatus(job.status)} · ${job.number}`}`;
}

customElements.define("unit-board", UnitBoard);
