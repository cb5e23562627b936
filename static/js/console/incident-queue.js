/** What waits: the queue of open incidents. One list box; J and K, or the arrows, move through it. */

import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";

import { onTick, serverNow } from "../clock.js";
import { fill, gettext, inScript, language, ngettext } from "../i18n.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { onDragLeave, onDragOver, onDragStart, onDrop } from "./dragging.js";
import "./ended-list.js";
import { entryList } from "./entry-list.js";
import { isShown } from "./filter.js";
import { isOverdue, needsUnits, queue, signOf, startedAt, stoppedAt } from "./order.js";
import { may } from "./settings.js";
import { signIcon } from "./signs.js";
import { orderQueue, queueOrder } from "./tastes.js";
import { kinds, typeName } from "./kinds.js";
import { filterNote } from "./filter-note.js";
import { View } from "./view.js";
import { callers, incidentStatus, patrolsNeeded } from "./words.js";

class IncidentQueue extends View {
  static topics = /** @type {const} */ (["incidents", "assignments", "units", "entries", "desk"]);

  /** Which incidents are overdue, as a key: when that changes, so does the order. */
  #overdue = "";
  /** The selected incident that was last brought into sight. @type {Id | null} */
  #inSight = null;
  /** @type {(() => void) | undefined} */
  #leaveClock;

  connectedCallback() {
    super.connectedCallback();
    this.#leaveClock = onTick((now) => {
      const overdue = [...store.incidents.values()].filter((card) => isOverdue(card, now)).map((card) => card.id);
      const key = overdue.join();
      if (key !== this.#overdue) this.requestUpdate();
      this.#overdue = key;
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leaveClock?.();
  }

  /** Whoever scrolls the list is not pulled back by news: only another selection moves it. */
  updated() {
    if (desk.incident === this.#inSight) return;
    const row = this.querySelector('[aria-selected="true"]');
    if (row) this.#inSight = desk.incident;
    row?.scrollIntoView({ block: "nearest" });
  }

  render() {
    const now = serverNow();
    const all = queue(store.incidents.values(), now, queueOrder());
    const cards = all.filter((card) => isShown(card, desk));
    const count = all.length;
    return html`
      <header class="panel-head">
        <h2 id="queue-title">${gettext("Incidents")}</h2>
        <span class="dim mono short" aria-hidden="true">${count}</span>
        <span class="dim long">${fill(ngettext("%(count)s open", "%(count)s open", count), { count })}</span>
        <span class="spring"></span>${orderChoice()}<kbd>J</kbd> <kbd>K</kbd>
      </header>
      ${entryList()} ${filterNote(cards.length, count)}
      <div
        class="list"
        id="queue"
        role="listbox"
        tabindex="0"
        aria-labelledby="queue-title"
        aria-activedescendant=${desk.incident === null ? nothing : `incident-${desk.incident}`}
        @keydown=${onKey}
      >
        ${repeat(
          cards,
          (card) => card.id,
          (card) => guard(this.#inputs(card, now), () => row(card, now)),
        )}
      </div>
      ${count === 0 ? html`<p class="empty">${gettext("No open incidents.")}</p>` : nothing}
      <ended-list></ended-list>
    `;
  }

  /**
   * All that a row shows; it is drawn again only when some of it changes.
   * @param {IncidentCard} card
   * @param {number} now
   */
  #inputs(card, now) {
    const units = store.activeOn(card.id).map((job) => `${job.unit}${job.status}`);
    return [card, units.join(), desk.incident === card.id, isOverdue(card, now), language(), kinds.size];
  }
}

/**
 * @param {IncidentCard} card
 * @param {number} now
 */
function row(card, now) {
  const isSelected = desk.incident === card.id;
  const due = (stoppedAt(card) ? null : card.target?.due_at) ?? nothing;
  return html`<div
    class="incident ${needsUnits(card) ? "waits" : ""}"
    role="option"
    id="incident-${card.id}"
    aria-selected=${isSelected}
    draggable=${may("dispatch.assign")}
    @click=${() => desk.select(card.id)}
    @dragstart=${onDragStart({ incident: card.id })}
    @dragover=${onDragOver({ incident: card.id })}
    @dragleave=${onDragLeave}
    @drop=${onDrop({ incident: card.id })}
  >
    <span class="priority p${card.priority}" aria-label=${fill(gettext("priority %(priority)s"), { priority: card.priority })}
      >${card.priority}</span
    >
    <span class="what">${typeName(card.type)}</span>
    <elapsed-time from=${startedAt(card)} due=${due}></elapsed-time>
    <span class="where">${inScript(card.place) || gettext("place not known")}</span>
    <span class="state">${state(card, now)}</span>
    ${card.target
      ? html`<target-bar from=${startedAt(card)} due=${card.target.due_at} until=${stoppedAt(card) ?? nothing}></target-bar>`
      : nothing}
  </div>`;
}

/**
 * Who is on it, what is still needed, and by how much it is late.
 * @param {IncidentCard} card
 * @param {number} now
 */
function state(card, now) {
  const jobs = store.activeOn(card.id);
  const missing = card.min_units - jobs.length;
  const isLate = isOverdue(card, now) && !stoppedAt(card);
  return html`${jobs.map((job) => chip(job))}
  ${jobs.length === 0 ? html`<span class="word">${incidentStatus(card.status)}</span>` : nothing}
  ${needsUnits(card) && (card.min_units > 1 || jobs.length > 0)
    ? html`<span class="word">${patrolsNeeded(missing)}</span>`
    : nothing}
  ${card.callers > 1 ? html`<span class="dim">${callers(card.callers)}</span>` : nothing}
  ${isLate
    ? html`<span class="overdue">${gettext("target passed")} <until-time due=${card.target?.due_at}></until-time></span>`
    : nothing}`;
}

function orderChoice() {
  /** @type {[string, string][]} */
  const ways = [
    ["priority", gettext("by priority")],
    ["age", gettext("by age")],
    ["target", gettext("by target")],
  ];
  const now = queueOrder();
  return html`<select
    class="quiet"
    aria-label=${gettext("Order of incidents")}
    @change=${(/** @type {Event} */ event) => orderQueue(/** @type {HTMLSelectElement} */ (event.target).value)}
  >
    ${ways.map(([value, name]) => html`<option value=${value} ?selected=${value === now}>${name}</option>`)}
  </select>`;
}

/** @param {AssignmentCard} job */
function chip(job) {
  const unit = store.units.get(job.unit);
  if (!unit) return nothing;
  return html`<span class="chip">${signIcon(signOf(unit))}<span class="mono">${unit.call_sign}</span></span>`;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  desk.move(/** @type {1 | -1} */ (step));
}

customElements.define("incident-queue", IncidentQueue);
