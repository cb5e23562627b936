/** A file is read in: first what would become of it, then, on a button, what did. */

import { html, nothing } from "lit";

import { command } from "../api.js";
import { ask } from "../console/ask-dialog.js";
import { fill, gettext, inScript, ngettext } from "../i18n.js";
import { show } from "./dialogs.js";
import { attempt, last, load, say, state } from "./state.js";

/** @typedef {{row: number, title: string, outcome: string, text: string, warnings: string[]}} Row */

const TAKEN = ["added", "changed", "called_off"];

/** @returns {Promise<File | null>} */
function chosen() {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".csv,text/csv,.ics,text/calendar";
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

/** Read a table or a calendar. */
export async function importFile() {
  const file = await chosen();
  if (!file) return;
  const text = await file.text();
  const isCalendar = /^\s*BEGIN:VCALENDAR/i.test(text.replace(/^\ufeff/, ""));
  /** @type {Record<string, string> | null} */
  const days = isCalendar
    ? await ask({
        title: gettext("Read a calendar"),
        text: gettext("Events that begin in these days become drafts; recurring ones are spread over them. An event names its patrol in its title."),
        fields: [
          { name: "first", label: gettext("First day"), value: state.first, required: true },
          { name: "last", label: gettext("Last day"), value: last(), required: true },
        ],
        yes: gettext("Look at it first"),
      })
    : {};
  if (!days) return;
  const path = isCalendar ? "plan/calendar/" : "plan/csv/";
  const body = { organisation: state.node, text, ...days };
  await attempt(async () => {
    /** @type {{rows: Row[]}} */
    const { rows } = await command(path, { ...body, rehearse: true }, { label: gettext("Read a file") });
    const taken = rows.filter(({ outcome }) => TAKEN.includes(outcome)).length;
    show(gettext("What would become of the file"), outcomes(rows), taken ? { text: fill(ngettext("Take %(n)s in", "Take %(n)s in", taken), { n: taken }), act: () => void keep(path, body) } : undefined);
  });
}

/** @param {string} path @param {Record<string, unknown>} body */
async function keep(path, body) {
  await attempt(async () => {
    /** @type {{rows: Row[]}} */
    const { rows } = await command(path, body, { label: gettext("Read a file") });
    await load();
    say(sums(rows));
    if (rows.some(({ outcome }) => outcome === "refused")) show(gettext("What became of the file"), outcomes(rows));
  });
}

function names() {
  return /** @type {Record<string, string>} */ ({
    added: gettext("added"),
    changed: gettext("changed"),
    called_off: gettext("called off"),
    unchanged: gettext("as it stood"),
    outside: gettext("outside of the period"),
    refused: gettext("refused"),
  });
}

/** @param {Row[]} rows */
function sums(rows) {
  const counts = Object.entries(names()).map(([kind, name]) => ({ name, n: rows.filter(({ outcome }) => outcome === kind).length }));
  return counts.filter(({ n }) => n).map(({ name, n }) => `${name}: ${n}`).join(" · ") || gettext("The file is empty.");
}

/** Each row with what became of it; refused ones first. @param {Row[]} rows */
function outcomes(rows) {
  const order = ["refused", "added", "changed", "called_off", "unchanged", "outside"];
  const sorted = rows.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || a.row - b.row);
  const said = names();
  return html`<p><b>${sums(rows)}</b></p>
    ${rows.length
      ? html`<div class="plan-outcomes" tabindex="0"><table><thead><tr><th scope="col">${gettext("Row")}</th><th scope="col">${gettext("Shift")}</th><th scope="col">${gettext("What becomes of it")}</th></tr></thead>
          <tbody>${sorted.map((row) => html`<tr><td class="number">${row.row}</td><td>${inScript(row.title)}</td><td><span class=${row.outcome === "refused" ? "overdue" : ""}>${said[row.outcome]}</span>${row.text ? html`: ${inScript(row.text)}` : nothing}${row.warnings.map((text) => html`<small class="warning">▲ ${inScript(text)}</small>`)}</td></tr>`)}</tbody></table></div>`
      : nothing}`;
}
