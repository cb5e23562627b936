/** Copy, pattern, publish, import, history: each asks, does it, and says what came of it. */

import { html, nothing, render } from "lit";

import { ApiError, command, read } from "../api.js";
import { ask } from "../console/ask-dialog.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { differences } from "./differences.js";
import { attempt, last, load, period, rememberMade, say, state } from "./state.js";
import { moment, shiftCount } from "./words.js";
import { plusDays } from "./zone.js";

/** @param {{ids: number[], skipped: number}} made @param {string} label */
async function afterMaking(made, label) {
  rememberMade(made.ids, label);
  await load();
  const added = fill(ngettext("%(n)s draft was added.", "%(n)s drafts were added.", made.ids.length), { n: made.ids.length });
  const left = fill(ngettext("%(n)s was left out: the patrol is planned for that time already.", "%(n)s were left out: the patrols are planned for that time already.", made.skipped), { n: made.skipped });
  say(made.skipped ? `${added} ${left}` : added);
}

/** Copy what is shown to another day or week. */
export async function copy() {
  const days = state.view === "week" ? 7 : 1;
  const answer = await ask({
    title: state.view === "week" ? gettext("Copy this week") : gettext("Copy this day"),
    text: gettext("Shifts are copied as drafts, at the same times on the wall, with crews and tasks."),
    fields: [{ name: "to", label: gettext("First day of the copy (year-month-day)"), value: plusDays(state.first, days), required: true }],
    yes: gettext("Copy"),
  });
  if (!answer) return;
  await attempt(async () => afterMaking(await command("plan/copy/", { ...period(), to: answer.to }, { label: gettext("Copy") }), gettext("Copy")));
}

/** Draft the duties of a team. */
export async function pattern() {
  const teams = state.choices?.teams ?? [];
  if (!teams.length) return say(gettext("There is no team yet: add one under “People, files”."), true);
  const answer = await ask({
    title: gettext("Apply a pattern"),
    text: gettext("The duties of the team that begin in these days become drafts."),
    fields: [
      { name: "team", label: gettext("Team"), options: [{ value: "all", text: gettext("all teams") }, ...teams.map((team) => ({ value: String(team.id), text: `${inScript(team.name)} · ${team.pattern.hours.join("/")}` }))] },
      { name: "first", label: gettext("First day"), value: state.first, required: true },
      { name: "last", label: gettext("Last day"), value: last(), required: true },
    ],
    yes: gettext("Apply"),
  });
  if (!answer) return;
  await attempt(async () => {
    const chosen = answer.team === "all" ? teams.map(({ id }) => id) : [Number(answer.team)];
    const made = { ids: /** @type {number[]} */ ([]), skipped: 0 };
    for (const team of chosen) {
      const one = await command("plan/pattern/", { team, first: answer.first, last: answer.last }, { label: gettext("Apply a pattern") });
      made.ids.push(...one.ids);
      made.skipped += one.skipped;
    }
    await afterMaking(made, gettext("Apply a pattern"));
  });
}

/** Publish what is shown. */
export async function publish() {
  const drafts = (state.data?.shifts ?? []).filter((shift) => shift.state === "draft");
  if (!drafts.length) return say(gettext("There are no drafts in this period."));
  const answer = await ask({
    title: gettext("Publish the plan"),
    text: fill(gettext("%(shifts)s, %(first)s to %(last)s. Crews are told, and each later change is recorded with its reason."), { shifts: shiftCount(drafts.length), first: state.first, last: last() }),
    yes: gettext("Publish"),
  });
  if (!answer) return;
  try {
    const { count } = await command("plan/publish/", period(), { label: gettext("Publish") });
    state.undo.length = 0;
    await load();
    say(fill(ngettext("%(n)s shift is published.", "%(n)s shifts are published.", count), { n: count }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await load();
    say(error.message, true);
  }
}

/** What was published, and what changed after that. @param {PlanShift} shift */
export async function history(shift) {
  const zone = state.data?.time_zone ?? "UTC";
  await attempt(async () => {
    /** @type {PlanRevision[]} */
    const rows = await read(`plan/shifts/${shift.id}/revisions/`);
    show(
      fill(gettext("History of the shift of %(unit)s"), { unit: inScript(shift.call_sign) }),
      html`<ol class="plan-history">${rows.map((row) => html`<li><p><b>${{ published: gettext("published"), changed: gettext("changed"), cancelled: gettext("called off") }[row.kind]}</b> <time>${moment(Date.parse(row.at), zone)}</time>, ${inScript(row.by_name)}</p>${row.reason ? html`<p>${inScript(row.reason)}</p>` : nothing}${row.before ? differences(row.before, row.after, zone) : nothing}</li>`)}</ol>`,
    );
  });
}

/**
 * Show something to read; with something to do about it, where there is.
 * @param {string} title
 * @param {unknown} content
 * @param {{text: string, act: () => void}} [next]
 */
export function show(title, content, next) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask plan-form";
  dialog.setAttribute("aria-labelledby", "show-title");
  render(
    html`<h2 id="show-title" tabindex="-1" autofocus>${title}</h2>${content}
      <div class="answers">
        <button type="button" class=${next ? "" : "primary"} @click=${() => dialog.close()}>${gettext("Close")} <kbd>Esc</kbd></button>
        ${next ? html`<button type="button" class="primary" @click=${() => (dialog.close(), next.act())}>${next.text}</button>` : nothing}
      </div>`,
    dialog,
  );
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
