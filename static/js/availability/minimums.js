/** How many units are needed where and when: read by all who may see the plan, set by commanders. */

import { html, nothing, render } from "lit";

import { ApiError, command, read } from "../api.js";
import { ask, askUntil } from "../console/ask-dialog.js";
import { fill, gettext, inScript } from "../i18n.js";
import { day } from "../reports/words.js";
import { skillChoices, skillName } from "../skills.js";

/**
 * @typedef {{id: number, name: string}} Named
 * @typedef {{id: number, organisation: number, name: string, area: Named | null, skill: string, units: number, weekdays: number[], starts: string, ends: string, valid_from: string, valid_to: string | null, warn_before_h: number, version: string}} Minimum
 */

const WEEKDAYS = () => [gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat"), gettext("Sun")];

/** @param {number[]} days */
function daysInWords(days) {
  if (days.length === 7) return gettext("every day");
  const names = WEEKDAYS();
  const isRow = days.length > 2 && days.every((one, index) => index === 0 || one === (days[index - 1] ?? 0) + 1);
  return isRow ? `${names[(days[0] ?? 1) - 1]}–${names[(days.at(-1) ?? 1) - 1]}` : days.map((one) => names[one - 1]).join(", ");
}

/** Weekdays to choose from: the usual groups, each day alone, and what a row has. @param {number[]} own */
function dayChoices(own) {
  const groups = [[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5], [6, 7], [5, 6], ...[1, 2, 3, 4, 5, 6, 7].map((one) => [one])];
  if (!groups.some((group) => group.join() === own.join())) groups.unshift(own);
  return groups.map((group) => ({ value: group.join(), text: daysInWords(group) }));
}

/**
 * The dialog with all minimums of a node.
 * @param {number} node
 * @param {string} today
 * @param {() => void} after
 */
export async function minimums(node, today, after) {
  /** @type {{minimums: Minimum[], may_edit: boolean}} */
  const found = await read("availability/minimums/", { query: { organisation: node } });
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-labelledby", "minimums-title");
  const before = document.activeElement;
  const then = (/** @type {() => Promise<unknown>} */ act) => async () => {
    dialog.close();
    if (await act()) after();
    await minimums(node, today, after);
  };
  const row = (/** @type {Minimum} */ one) => html`<tr class=${one.valid_to && one.valid_to < today ? "dim" : ""}>
    <th scope="row">${inScript(one.name)}${one.area ? `, ${inScript(one.area.name)}` : ""}</th>
    <td class="number">${one.units}${one.skill ? ` (${skillName(one.skill)})` : ""}</td>
    <td>${daysInWords(one.weekdays)}, ${one.starts === one.ends ? gettext("all day") : `${one.starts}–${one.ends}`}</td>
    <td>${day(one.valid_from)} – ${one.valid_to ? day(one.valid_to) : ""}</td>
    <td class="number">${one.warn_before_h} h</td>
    ${found.may_edit ? html`<td>${one.valid_to && one.valid_to < today ? nothing : html`<button type="button" @click=${then(() => keep(node, today, one))}>${gettext("Change")}</button> <button type="button" @click=${then(() => end(today, one))}>${gettext("End")}</button>`}</td>` : nothing}
  </tr>`;
  render(
    html`<header><h2 id="minimums-title" tabindex="-1" autofocus>${gettext("What is needed")}</h2><button type="button" @click=${() => dialog.close()}>${gettext("Close")} <kbd>Esc</kbd></button></header>
      ${found.minimums.length
        ? html`<div class="scrolled" tabindex="0"><table>
            <thead><tr><th scope="col">${gettext("Where")}</th><th scope="col" class="number">${gettext("Units")}</th><th scope="col">${gettext("When")}</th><th scope="col">${gettext("Valid")}</th><th scope="col" class="number">${gettext("Warning before")}</th>${found.may_edit ? html`<th scope="col"><span class="visually-hidden">${gettext("Change")}</span></th>` : nothing}</tr></thead>
            <tbody>${found.minimums.map(row)}</tbody></table></div>`
        : html`<p class="dim">${gettext("No minimum is set here.")}</p>`}
      ${found.may_edit ? html`<p class="answers"><button type="button" class="primary" @click=${then(() => keep(node, today))}>${gettext("Add what is needed")}</button></p>` : nothing}`,
    dialog,
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {number} node @param {string} today @param {Minimum} [row] */
async function keep(node, today, row) {
  /** @type {{areas: {id: number, name: string}[]}} */
  const { areas } = await read(`plan/choices/${row?.organisation ?? node}/`);
  const places = [{ value: "", text: gettext("the whole organisational unit") }, ...areas.map(({ id, name }) => ({ value: String(id), text: inScript(name) }))];
  return askUntil(
    {
      title: row ? gettext("Change what is needed") : gettext("Add what is needed"),
      text: row && row.valid_from < today ? gettext("It changes from today on; what held on past days stays.") : "",
      fields: [
        { name: "units", label: gettext("Units needed"), type: "number", value: String(row?.units ?? 2), required: true },
        { name: "area", label: gettext("Where"), options: places, value: String(row?.area?.id ?? "") },
        { name: "weekdays", label: gettext("Days of the week (a night belongs to the day on which it begins)"), options: dayChoices(row?.weekdays ?? [1, 2, 3, 4, 5, 6, 7]), value: row?.weekdays.join() ?? "1,2,3,4,5,6,7" },
        { name: "starts", label: gettext("From"), type: "time", value: row?.starts ?? "19:00", required: true },
        { name: "ends", label: gettext("To (the same is all day)"), type: "time", value: row?.ends ?? "07:00", required: true },
        { name: "skill", label: gettext("With the skill"), options: skillChoices(row?.skill ?? ""), value: row?.skill ?? "" },
        { name: "valid_from", label: gettext("Valid from"), type: "date", value: row && row.valid_from > today ? row.valid_from : today, required: true },
        { name: "valid_to", label: gettext("Valid to"), type: "date", value: row?.valid_to ?? "" },
        { name: "warn_before_h", label: gettext("Warn so many hours before"), type: "number", value: String(row?.warn_before_h ?? 24), required: true },
      ],
      yes: gettext("Keep"),
    },
    (values) => {
      const body = {
        ...values,
        organisation: row?.organisation ?? node,
        units: Number(values.units),
        area: values.area ? Number(values.area) : null,
        weekdays: (values.weekdays ?? "").split(",").map(Number),
        valid_to: values.valid_to || null,
        warn_before_h: Number(values.warn_before_h),
      };
      return row
        ? command(`availability/minimums/${row.id}/`, { ...body, version: row.version }, { method: "PATCH", label: gettext("Change what is needed") })
        : command("availability/minimums/", body, { label: gettext("Add what is needed") });
    },
  );
}

/** @param {string} today @param {Minimum} row */
async function end(today, row) {
  let text = fill(gettext("%(units)s are needed there until that day."), { units: row.units });
  for (let value = today; ; ) {
    const answer = await ask({ title: gettext("End what is needed"), text, fields: [{ name: "last_day", label: gettext("Last day"), type: "date", value, required: true }], yes: gettext("End") });
    if (!answer) return false;
    try {
      await command(`availability/minimums/${row.id}/end/`, { version: row.version, last_day: answer.last_day }, { label: gettext("End what is needed") });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      text = error.message;
      value = answer.last_day ?? today;
    }
  }
}
