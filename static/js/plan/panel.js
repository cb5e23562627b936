/** Beside the timeline: the selected shift with all that is wrong with it in words; below, all that is wrong. */

import { html, nothing } from "lit";

import { fill, gettext, inScript } from "../i18n.js";
import { skillNames } from "../skills.js";
import { set, shiftOf, state } from "./state.js";
import { focusShift, openViolations, placed } from "./timeline.js";
import { lasting, moment, span, stateName, taskNames } from "./words.js";

/** @param {{open: (shift: PlanShift) => void, cancel: (shift: PlanShift) => void, override: (shift: PlanShift) => void, history: (shift: PlanShift) => void}} actions */
export function panel(actions) {
  const shift = shiftOf(state.selected);
  return html`${shift ? details(shift, actions) : html`<p class="dim empty">${gettext("Choose a shift to see who rides, where and when.")}</p>`} ${allWrong(actions)} ${keys()}`;
}

/** @param {PlanShift} shift @param {any} actions */
function details(shift, actions) {
  const zone = state.data?.time_zone ?? "UTC";
  const where = placed(shift);
  const isMoved = state.move?.id === shift.id;
  const may = state.choices?.may_edit && shift.state !== "cancelled";
  return html`<section class="plan-shift" aria-labelledby="shift-title">
    <h2 id="shift-title"><span class="mono">${inScript(shift.call_sign)}</span> <span class="state ${shift.state}">${stateName(shift.state)}</span></h2>
    <p>${moment(where.start, zone)} – ${moment(where.end, zone)} <span class="dim">(${lasting(where.end - where.start)})</span></p>
    ${isMoved ? html`<p class="dim" role="status">${gettext("Enter keeps it here, Escape puts it back.")}</p>` : nothing}
    ${violations(isMoved && state.tried ? state.tried : shift.violations)}
    <dl>
      <dt>${gettext("Crew")}</dt>
      <dd>${shift.crew.length ? shift.crew.map(({ name }, seat) => html`<div>${inScript(name)}${seat ? nothing : html` <span class="dim">${gettext("leads")}</span>`}</div>`) : gettext("nobody in the crew")}</dd>
      <dt>${gettext("Vehicle")}</dt><dd>${inScript(shift.vehicle?.plate) || "–"}</dd>
      <dt>${gettext("Sector")}</dt><dd>${inScript(shift.sector?.name) || "–"}</dd>
      ${shift.team ? html`<dt>${gettext("Team")}</dt><dd>${inScript(shift.team.name)}</dd>` : nothing}
      ${shift.skills_needed.length ? html`<dt>${gettext("Skills needed")}</dt><dd>${skillNames(shift.skills_needed)}</dd>` : nothing}
      ${shift.equipment.length ? html`<dt>${gettext("Equipment")}</dt><dd>${inScript(shift.equipment.join(", "))}</dd>` : nothing}
      ${shift.note ? html`<dt>${gettext("Note")}</dt><dd>${inScript(shift.note)}</dd>` : nothing}
      ${shift.tasks.length
        ? html`<dt>${gettext("Tasks")}</dt>
            <dd>${shift.tasks.map((task) => html`<div>${taskNames()[task.kind]}, ${inScript(task.area?.name ?? task.place)} <span class="mono dim">${span(Date.parse(task.starts_at), Date.parse(task.ends_at), zone)}, ${task.minutes} min</span></div>`)}</dd>`
        : nothing}
    </dl>
    <div class="plan-actions">
      ${may ? html`<button type="button" @click=${() => actions.open(shift)}>${gettext("Edit")} <kbd>Enter</kbd></button>` : nothing}
      ${may && openViolations(shift).length ? html`<button type="button" @click=${() => actions.override(shift)}>${gettext("Give a reason")} <kbd>G</kbd></button>` : nothing}
      ${may ? html`<button type="button" @click=${() => actions.cancel(shift)}>${shift.state === "draft" ? gettext("Remove") : gettext("Call off")} <kbd>Del</kbd></button>` : nothing}
      ${shift.published_at ? html`<button type="button" @click=${() => actions.history(shift)}>${gettext("History")} <kbd>H</kbd></button>` : nothing}
      <a class="button" href="/api/v1/plan/shifts/${shift.id}/order/">${gettext("Patrol order")}</a>
    </div>
  </section>`;
}

/** @param {PlanViolation[]} found */
function violations(found) {
  if (!found.length) return nothing;
  return html`<ul class="plan-wrong" aria-live="polite">
    ${found.map(
      (one) => html`<li class=${one.reason ? "let-be" : ""}>${inScript(one.text)}${one.reason ? html`<small class="dim">${fill(gettext("Let be by %(name)s: %(reason)s"), { name: inScript(one.reason_by), reason: inScript(one.reason) })}</small>` : nothing}</li>`,
    )}
  </ul>`;
}

/** @param {any} actions */
function allWrong(actions) {
  const zone = state.data?.time_zone ?? "UTC";
  const wrong = (state.data?.shifts ?? []).filter((shift) => openViolations(shift).length);
  if (!wrong.length) return nothing;
  return html`<section aria-labelledby="wrong-title">
    <h2 id="wrong-title">${gettext("Rules that are broken")} <kbd>V</kbd></h2>
    <ul class="plan-all-wrong">
      ${wrong.map(
        (shift) => html`<li>
          <button type="button" class="plain" @click=${() => (set({ selected: shift.id }), focusShift(shift.id))} @dblclick=${() => actions.open(shift)}>
            <b class="mono">${inScript(shift.call_sign)}</b> <span class="dim">${moment(Date.parse(shift.starts_at), zone)}</span>
            ${openViolations(shift).map(({ text }) => html`<span class="text">${inScript(text)}</span>`)}
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}

function keys() {
  /** @type {[string, string][]} */
  const lines = [
    ["← ↑ → ↓", gettext("to another shift")],
    ["Ctrl ← →", gettext("move")],
    ["Ctrl Shift ← →", gettext("stretch or shorten")],
    ["Ctrl ↑ ↓", gettext("give to another unit")],
    ["N", gettext("plan a shift")],
    ["Z", gettext("take back")],
  ];
  return html`<details class="plan-keys"><summary>${gettext("Keys")}</summary><dl>${lines.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl></details>`;
}
