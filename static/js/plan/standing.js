/** What plans are made from: who is away, and the teams with their patrols. Each list is shown anew after each change. */

import { html, nothing } from "lit";

import { ApiError, command, read } from "../api.js";
import { askUntil, confirm } from "../console/ask-dialog.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { day } from "../reports/words.js";
import { show } from "./dialogs.js";
import { attempt, load, say, state } from "./state.js";
import { moment, stateName } from "./words.js";
import { plusDays } from "./zone.js";

/**
 * @typedef {{id: number, name: string}} Named
 * @typedef {{id: number, officer: Named & {badge: string}, kind: string, first_day: string, last_day: string, version: string}} Absence
 * @typedef {{unit: Named, vehicle: Named | null, sector: Named | null, crew: Named[], equipment: string[]}} Post
 * @typedef {{id: number, organisation: number, name: string, anchor: string, active: boolean, pattern: number, posts: Post[], version: string}} Team
 */

const DAYS_AHEAD = 60;
const SEATS = 4;

const kinds = () => /** @type {Record<string, string>} */ ({ leave: gettext("annual leave"), sick: gettext("sick leave"), training: gettext("training"), court: gettext("court"), other: gettext("other reason") });

/** @param {Record<string, string>} names */
const asOptions = (names) => Object.entries(names).map(([value, text]) => ({ value, text }));

/** Close what is open before something else opens. */
function closeAll() {
  for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
}

/** What a button in a list does: the list closes, it is done, the list opens again. @param {() => Promise<unknown>} act @param {() => Promise<void>} again */
const then = (act, again) => async () => {
  closeAll();
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message, true);
  }
  await again();
};

// --- absences ---

/** Who is away in what is shown and the sixty days after it. */
export async function absences() {
  await attempt(async () => {
    const period = { organisation: state.node, first: state.first, last: plusDays(state.first, DAYS_AHEAD) };
    /** @type {Absence[]} */
    const rows = await read("plan/absences/", { query: period });
    const may = state.choices?.may_edit;
    const names = kinds();
    show(
      fill(gettext("Absences, %(first)s to %(last)s"), { first: day(period.first), last: day(period.last) }),
      html`${rows.length
        ? html`<div class="plan-outcomes" tabindex="0"><table>
            <thead><tr><th scope="col">${gettext("Officer")}</th><th scope="col">${gettext("Why")}</th><th scope="col">${gettext("First day")}</th><th scope="col">${gettext("Last day")}</th>${may ? html`<th scope="col"><span class="visually-hidden">${gettext("Change")}</span></th>` : nothing}</tr></thead>
            <tbody>${rows.map((row) => html`<tr><th scope="row">${inScript(row.officer.name)} <span class="dim mono">${row.officer.badge}</span></th><td>${names[row.kind]}</td><td>${day(row.first_day)}</td><td>${day(row.last_day)}</td>${may ? html`<td class="plan-row-actions"><button type="button" @click=${then(() => keepAbsence(row), absences)}>${gettext("Change")}</button><button type="button" @click=${then(() => removeAbsence(row), absences)}>${gettext("Take back")}</button></td>` : nothing}</tr>`)}</tbody>
          </table></div>`
        : html`<p class="dim">${gettext("Nobody is away in these days.")}</p>`}`,
      may ? { text: gettext("Add an absence"), act: () => void then(() => keepAbsence(), absences)() } : undefined,
    );
  });
}

/** @param {Absence} [row] */
async function keepAbsence(row) {
  const officers = (state.choices?.officers ?? []).map(({ id, name, badge }) => ({ value: String(id), text: `${inScript(name)} · ${badge}` }));
  const kept = await askUntil(
    {
      title: row ? gettext("Change the absence") : gettext("Add an absence"),
      fields: [
        { name: "officer", label: gettext("Officer"), options: officers, value: String(row?.officer.id ?? "") },
        { name: "kind", label: gettext("Why"), options: asOptions(kinds()), value: row?.kind },
        { name: "first_day", label: gettext("First day"), type: "date", value: row?.first_day ?? state.first, required: true },
        { name: "last_day", label: gettext("Last day"), type: "date", value: row?.last_day ?? state.first, required: true },
      ],
      yes: gettext("Keep"),
    },
    (values) => {
      const body = { ...values, officer: Number(values.officer) };
      return row
        ? command(`plan/absences/${row.id}/`, { ...body, version: row.version }, { method: "PATCH", label: gettext("Change the absence") })
        : command("plan/absences/", body, { label: gettext("Add an absence") });
    },
  );
  if (!kept) return;
  await load();
  tellShifts(kept.in_the_way);
}

/** Shifts that are planned in an absence all the same. @param {PlanShift[]} shifts */
function tellShifts(shifts) {
  if (!shifts.length) return say(gettext("The absence is kept; no shift is planned in it."));
  const zone = state.data?.time_zone ?? "UTC";
  const list = shifts.slice(0, 3).map((shift) => `${inScript(shift.call_sign)} ${moment(Date.parse(shift.starts_at), zone)} (${stateName(shift.state)})`).join(", ");
  say(fill(ngettext("The absence is kept. %(n)s shift is planned in it: %(list)s.", "The absence is kept. %(n)s shifts are planned in it: %(list)s.", shifts.length), { n: shifts.length, list }), true);
}

/** @param {Absence} row */
async function removeAbsence(row) {
  const text = fill(gettext("%(name)s is not away from %(first)s to %(last)s."), { name: inScript(row.officer.name), first: day(row.first_day), last: day(row.last_day) });
  if (!(await confirm({ title: gettext("Take the absence back"), text, yes: gettext("Take back") }))) return;
  await command(`plan/absences/${row.id}/remove/`, { version: row.version }, { label: gettext("Take the absence back") });
  await load();
  say(gettext("The absence is taken back."));
}

// --- teams ---

/** @param {Post} post */
const asSent = (post) => ({ unit: post.unit.id, crew: post.crew.map(({ id }) => id), vehicle: post.vehicle?.id ?? null, sector: post.sector?.id ?? null, equipment: post.equipment });

/** @param {Team} team @param {Record<string, unknown>} values */
const changed = (team, values) =>
  command(
    `plan/teams/${team.id}/`,
    { organisation: team.organisation, name: team.name, pattern: team.pattern, anchor: team.anchor, active: team.active, posts: team.posts.map(asSent), version: team.version, ...values },
    { method: "PATCH", label: gettext("Change the team") },
  );

/** The teams of the node, with their patrols. */
export async function teams() {
  await attempt(async () => {
    /** @type {{teams: Team[], patterns: Named[]}} */
    const found = await read("plan/teams/", { query: { organisation: state.node } });
    const may = state.choices?.may_edit;
    show(
      gettext("Teams"),
      html`${found.teams.length ? html`<div class="plan-outcomes" tabindex="0">${found.teams.map((team) => teamView(team, found.patterns))}</div>` : html`<p class="dim">${gettext("There is no team yet.")}</p>`}
        ${found.patterns.length ? nothing : html`<p class="dim">${gettext("A team follows a pattern of hours on and off duty; an administrator adds patterns.")}</p>`}`,
      may && found.patterns.length ? { text: gettext("Add a team"), act: () => void then(() => keepTeam(found.patterns), teams)() } : undefined,
    );
  });
}

/** @param {Team} team @param {Named[]} patterns */
function teamView(team, patterns) {
  const may = state.choices?.may_edit;
  const pattern = patterns.find(({ id }) => id === team.pattern)?.name ?? "";
  const act = (/** @type {() => Promise<unknown>} */ what) => then(async () => (await what(), load()), teams);
  return html`<section class="plan-team">
    <h3>${inScript(team.name)} <span class="dim">${inScript(pattern)}, ${fill(gettext("first duty on %(day)s"), { day: day(team.anchor) })}${team.active ? nothing : html` · ${gettext("ended")}`}</span></h3>
    ${team.posts.length
      ? html`<table><thead><tr><th scope="col">${gettext("Patrol")}</th><th scope="col">${gettext("Crew")}</th><th scope="col">${gettext("Vehicle")}</th><th scope="col">${gettext("Sector")}</th>${may ? html`<th scope="col"><span class="visually-hidden">${gettext("Change")}</span></th>` : nothing}</tr></thead>
          <tbody>${team.posts.map((post, index) => html`<tr><th scope="row" class="mono">${inScript(post.unit.name)}</th><td>${inScript(post.crew.map(({ name }) => name).join(", ")) || "–"}</td><td>${inScript(post.vehicle?.name) || "–"}</td><td>${inScript(post.sector?.name) || "–"}</td>${may ? html`<td class="plan-row-actions"><button type="button" @click=${act(() => keepPost(team, index))}>${gettext("Change")}</button><button type="button" @click=${act(() => changed(team, { posts: team.posts.filter((_one, at) => at !== index).map(asSent) }))}>${gettext("Remove")}</button></td>` : nothing}</tr>`)}</tbody></table>`
      : html`<p class="dim">${gettext("No patrol is in this team.")}</p>`}
    ${may
      ? html`<p class="plan-row-actions"><button type="button" @click=${act(() => keepPost(team, team.posts.length))}>${gettext("Add a patrol")}</button><button type="button" @click=${act(() => keepTeam(patterns, team))}>${gettext("Name, pattern, first duty")}</button><button type="button" @click=${act(() => changed(team, { active: !team.active }))}>${team.active ? gettext("End the team") : gettext("Take it up again")}</button></p>`
      : nothing}
  </section>`;
}

/** @param {Named[]} patterns @param {Team} [team] */
function keepTeam(patterns, team) {
  return askUntil(
    {
      title: team ? gettext("Change the team") : gettext("Add a team"),
      fields: [
        { name: "name", label: gettext("Name"), value: team?.name, required: true },
        { name: "pattern", label: gettext("Pattern"), options: patterns.map(({ id, name }) => ({ value: String(id), text: inScript(name) })), value: String(team?.pattern ?? "") },
        { name: "anchor", label: gettext("A day of the first duty"), type: "date", value: team?.anchor ?? state.first, required: true },
      ],
      yes: gettext("Keep"),
    },
    (values) => {
      const body = { ...values, pattern: Number(values.pattern) };
      return team ? changed(team, body) : command("plan/teams/", { ...body, organisation: state.node, posts: [] }, { label: gettext("Add a team") });
    },
  );
}

/** A patrol of a team, the one at `index` or a new one. @param {Team} team @param {number} index */
function keepPost(team, index) {
  const post = team.posts[index];
  const { units = [], officers = [], vehicles = [], areas = [] } = state.choices ?? {};
  const none = { value: "", text: "–" };
  const people = [none, ...officers.map(({ id, name, badge }) => ({ value: String(id), text: `${inScript(name)} · ${badge}` }))];
  const number = (/** @type {string | undefined} */ value) => (value ? Number(value) : null);
  return askUntil(
    {
      title: fill(gettext("A patrol of %(team)s"), { team: inScript(team.name) }),
      fields: [
        { name: "unit", label: gettext("Patrol"), options: units.map(({ id, call_sign, station }) => ({ value: String(id), text: `${inScript(call_sign)} · ${inScript(station)}` })), value: String(post?.unit.id ?? "") },
        ...Array.from({ length: SEATS }, (_none, seat) => ({ name: `crew-${seat}`, label: seat ? gettext("Officer") : gettext("Leads"), options: people, value: String(post?.crew[seat]?.id ?? "") })),
        { name: "vehicle", label: gettext("Vehicle"), options: [none, ...vehicles.map(({ id, plate }) => ({ value: String(id), text: inScript(plate) }))], value: String(post?.vehicle?.id ?? "") },
        { name: "sector", label: gettext("Sector"), options: [none, ...areas.map(({ id, name }) => ({ value: String(id), text: inScript(name) }))], value: String(post?.sector?.id ?? "") },
      ],
      yes: gettext("Keep"),
    },
    (values) => {
      const seated = Array.from({ length: SEATS }, (_none, seat) => Number(values[`crew-${seat}`])).filter(Boolean);
      const crew = [...seated, ...(post?.crew.slice(SEATS).map(({ id }) => id) ?? [])];
      const one = { unit: Number(values.unit), crew, vehicle: number(values.vehicle), sector: number(values.sector), equipment: post?.equipment ?? [] };
      return changed(team, { posts: [...team.posts.slice(0, index).map(asSent), one, ...team.posts.slice(index + 1).map(asSent)] });
    },
  );
}
