/** The form of one shift: what the timeline cannot say. Rules are checked as one types. Nothing is lost on bad input. */

import { html, nothing, render } from "lit";

import { ApiError, command } from "../api.js";
import { compare, gettext, inScript } from "../i18n.js";
import { skillCode, skillNames } from "../skills.js";
import { asInput, change, create, say, state } from "./state.js";
import { taskNames } from "./words.js";
import { HOUR, instant, wall } from "./zone.js";

const TRY_AFTER_MS = 400;

/** @typedef {{kind: string, area: number | null, place: string, start: string, end: string, minutes: number, text: string, of?: any}} TaskRow */

/**
 * Ask for a shift: `shift` to change one, or a unit and a start for a new one.
 * @param {{shift?: PlanShift, unit?: number, start?: number}} given
 */
export function shiftForm({ shift, unit, start }) {
  const zone = state.data?.time_zone ?? "UTC";
  const known = shift ? asInput(shift) : null;
  const begins = start ?? Math.ceil(Date.now() / HOUR) * HOUR;
  const shown = {
    unit: known?.unit ?? unit ?? state.choices?.units[0]?.id,
    start: wall(known ? Date.parse(known.starts_at) : begins, zone),
    end: wall(known ? Date.parse(known.ends_at) : begins + 12 * HOUR, zone),
    crew: /** @type {number[]} */ ([...(known?.crew ?? [])]),
    tasks: /** @type {TaskRow[]} */ ((known?.tasks ?? []).map((/** @type {any} */ task) => ({ ...task, of: task, start: wall(Date.parse(task.starts_at), zone), end: wall(Date.parse(task.ends_at), zone) }))),
  };
  let wrong = /** @type {PlanViolation[]} */ (shift?.violations ?? []);
  let refusal = "";
  let timer = 0;
  const dialog = document.createElement("dialog");
  dialog.className = "ask plan-form";
  dialog.setAttribute("aria-labelledby", "form-title");
  document.body.append(dialog);
  const before = document.activeElement;

  const time = (/** @type {string} */ value, /** @type {string | undefined} */ kept) =>
    kept && value === wall(Date.parse(kept), zone) ? kept : new Date(instant(value, zone)).toISOString();
  const words = (/** @type {FormDataEntryValue | null} */ text) => String(text ?? "").split(",").map((part) => part.trim()).filter(Boolean);

  /** What the form says now. */
  function body() {
    const form = new FormData(/** @type {HTMLFormElement} */ (dialog.querySelector("form")));
    return {
      unit: Number(form.get("unit")),
      starts_at: time(String(form.get("start")), known?.starts_at),
      ends_at: time(String(form.get("end")), known?.ends_at),
      crew: shown.crew,
      vehicle: Number(form.get("vehicle")) || null,
      sector: Number(form.get("sector")) || null,
      skills_needed: words(form.get("skills")).map((word) => skillCode(word, known?.skills_needed)),
      equipment: words(form.get("equipment")),
      note: String(form.get("note")),
      tasks: shown.tasks.map(({ kind, area, place, start: from, end: to, minutes, text, of }) => ({ kind, area, place, minutes, text, starts_at: time(from, of?.starts_at), ends_at: time(to, of?.ends_at) })),
    };
  }

  async function check() {
    try {
      const found = await command("plan/try/", { ...body(), shift: shift?.id ?? null }, { label: gettext("Check the rules") });
      wrong = found.violations;
      refusal = "";
    } catch (error) {
      if (error instanceof ApiError) refusal = error.message;
      else if (!(error instanceof RangeError)) throw error;
    }
    draw();
  }

  function soon() {
    clearTimeout(timer);
    timer = window.setTimeout(() => void check(), TRY_AFTER_MS);
  }

  async function keep(/** @type {Event} */ event) {
    event.preventDefault();
    clearTimeout(timer);
    const form = new FormData(/** @type {HTMLFormElement} */ (dialog.querySelector("form")));
    const reasons = { reason: String(form.get("reason") ?? ""), override_reason: String(form.get("override") ?? "") };
    try {
      if (shift) {
        const now = /** @type {Record<string, any>} */ (body());
        const changed = Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known?.[name])));
        await change(shift, changed, reasons);
      } else await create(body());
      dialog.close();
      say(gettext("Kept."));
    } catch (error) {
      if (error instanceof ApiError) refusal = error.message;
      else if (error instanceof RangeError) refusal = gettext("A time is missing.");
      else throw error;
      draw();
    }
  }

  function draw() {
    const { units, officers, vehicles, areas } = /** @type {PlanChoices} */ (state.choices);
    const open = wrong.filter(({ reason }) => !reason);
    const isPublic = shift?.state === "published";
    const pick = (/** @type {{id: number, name: string}[]} */ rows, /** @type {number | null | undefined} */ chosen) => html`<option value="">–</option>${rows.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${inScript(name)}</option>`)}`;
    render(
      html`<form @submit=${keep} @input=${soon}>
        <h2 id="form-title">${shift ? gettext("Change the shift") : gettext("Plan a shift")}</h2>
        <div class="plan-fields">
          <div class="field"><label for="f-unit">${gettext("Unit")}</label>
            <select id="f-unit" name="unit">${units.map((one) => html`<option value=${one.id} ?selected=${one.id === shown.unit}>${inScript(one.call_sign)} · ${inScript(one.station)}</option>`)}</select></div>
          <div class="field"><label for="f-start">${gettext("Start")}</label><input id="f-start" name="start" type="datetime-local" required .defaultValue=${shown.start} /></div>
          <div class="field"><label for="f-end">${gettext("End")}</label><input id="f-end" name="end" type="datetime-local" required .defaultValue=${shown.end} /></div>
          <div class="field"><label for="f-vehicle">${gettext("Vehicle")}</label><select id="f-vehicle" name="vehicle">${pick(vehicles.map(({ id, plate }) => ({ id, name: plate })), known?.vehicle)}</select></div>
          <div class="field"><label for="f-sector">${gettext("Sector")}</label><select id="f-sector" name="sector">${pick(areas.filter(({ kind }) => kind === "sector" || kind === "section"), known?.sector)}</select></div>
          <div class="field"><label for="f-skills">${gettext("Skills needed, with commas")}</label><input id="f-skills" name="skills" .defaultValue=${skillNames(known?.skills_needed ?? [])} /></div>
          <div class="field wide"><label for="f-officer">${gettext("Crew; the first leads")}</label>
            <div class="plan-crew">${shown.crew.map((id) => html`<span class="chip">${inScript(officers.find((one) => one.id === id)?.name ?? shift?.crew.find((one) => one.id === id)?.name)} <button type="button" class="plain" aria-label=${gettext("Take out of the crew")} @click=${() => ((shown.crew = shown.crew.filter((one) => one !== id)), draw(), soon())}>×</button></span>`)}
              <select id="f-officer" @change=${(/** @type {Event} */ event) => {
                const select = /** @type {HTMLSelectElement} */ (event.target);
                if (select.value) shown.crew = [...shown.crew, Number(select.value)];
                select.value = "";
                draw();
              }}>
                <option value="">${gettext("Add an officer…")}</option>
                ${officers.filter(({ id }) => !shown.crew.includes(id)).sort((a, b) => compare(inScript(a.name), inScript(b.name))).map((one) => html`<option value=${one.id}>${[inScript(one.name), inScript(one.badge), skillNames(one.skills)].filter(Boolean).join(" · ")}</option>`)}
              </select></div></div>
          <div class="field wide"><label for="f-equipment">${gettext("Equipment, with commas")}</label><input id="f-equipment" name="equipment" .defaultValue=${(known?.equipment ?? []).join(", ")} /></div>
          <div class="field wide"><label for="f-note">${gettext("Note")}</label><input id="f-note" name="note" maxlength="500" .defaultValue=${known?.note ?? ""} /></div>
        </div>
        <fieldset><legend>${gettext("Tasks")}</legend>
          ${shown.tasks.map((task, index) => taskRow(task, index, areas, () => (shown.tasks.splice(index, 1), draw(), soon())))}
          <button type="button" @click=${addTask}>${gettext("Add a task")}</button>
        </fieldset>
        ${open.length ? html`<ul class="plan-wrong" aria-live="polite">${open.map(({ text }) => html`<li>${inScript(text)}</li>`)}</ul>` : html`<p class="dim" aria-live="polite">${gettext("No rule is broken.")}</p>`}
        ${isPublic ? html`<div class="field"><label for="f-reason">${gettext("Why the published plan changes (the crew reads it)")}</label><input id="f-reason" name="reason" required maxlength="500" /></div>` : nothing}
        ${isPublic && open.length ? html`<div class="field"><label for="f-override">${gettext("Why the rule may be broken")}</label><input id="f-override" name="override" maxlength="500" /></div>` : nothing}
        ${refusal ? html`<p class="message-box" role="alert">${refusal}</p>` : nothing}
        <div class="answers"><button type="button" @click=${() => dialog.close()}>${gettext("Cancel")} <kbd>Esc</kbd></button><button class="primary">${gettext("Keep")}</button></div>
      </form>`,
      dialog,
    );
  }

  function addTask() {
    const form = new FormData(/** @type {HTMLFormElement} */ (dialog.querySelector("form")));
    const begin = String(form.get("start"));
    const end = begin ? wall(instant(begin, zone) + 2 * HOUR, zone) : "";
    shown.tasks.push({ kind: "directed_patrol", area: Number(form.get("sector")) || null, place: "", start: begin, end, minutes: 30, text: "" });
    draw();
    soon();
  }

  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    else document.getElementById(`shift-${state.selected}`)?.focus();
  });
  draw();
  dialog.showModal();
}

/** @param {TaskRow} task @param {number} index @param {PlanChoices["areas"]} areas @param {() => void} remove */
function taskRow(task, index, areas, remove) {
  const keep = (/** @type {"kind" | "area" | "place" | "start" | "end" | "minutes" | "text"} */ name) => (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    Object.assign(task, { [name]: name === "minutes" ? Number(value) : name === "area" ? Number(value) || null : value });
  };
  const label = (/** @type {string} */ text) => `${text}, ${index + 1}`;
  return html`<div class="plan-task">
    <select aria-label=${label(gettext("Kind of task"))} @input=${keep("kind")}>${Object.entries(taskNames()).map(([kind, name]) => html`<option value=${kind} ?selected=${kind === task.kind}>${name}</option>`)}</select>
    <select aria-label=${label(gettext("Area"))} @input=${keep("area")}><option value="">–</option>${areas.map((one) => html`<option value=${one.id} ?selected=${one.id === task.area}>${inScript(one.name)}</option>`)}</select>
    <input aria-label=${label(gettext("Place"))} placeholder=${gettext("Place")} .value=${task.place} @input=${keep("place")} />
    <input aria-label=${label(gettext("From"))} type="datetime-local" required .value=${task.start} @input=${keep("start")} />
    <input aria-label=${label(gettext("To"))} type="datetime-local" required .value=${task.end} @input=${keep("end")} />
    <input aria-label=${label(gettext("Minutes"))} type="number" min="1" max="4320" required .value=${String(task.minutes)} @input=${keep("minutes")} />
    <input aria-label=${label(gettext("What to do"))} placeholder=${gettext("What to do")} .value=${task.text} @input=${keep("text")} />
    <button type="button" class="plain" aria-label=${label(gettext("Remove the task"))} @click=${remove}>×</button>
  </div>`;
}
