/** What a kind of incident asks: its questions in order, each answer saved by itself; and the plan, in words. */

import { html, nothing } from "lit";

import { ApiError, command } from "../api.js";
import { timeOfDay } from "../clock.js";
import { fill, gettext, inLanguage, inScript } from "../i18n.js";
import { attempt } from "./actions.js";
import { confirm } from "./ask-dialog.js";
import { desk } from "./desk.js";
import { kinds } from "./kinds.js";
import { may } from "./settings.js";

/** What names of fields begin with that hold answers while the call is taken. */
export const ANSWER = "answer.";

/** Questions of a kind. @param {string} type @returns {Question[]} */
export const questionsOf = (type) => kinds.get(type)?.questions ?? [];

/** @param {Question} question */
const textOf = (question) => inLanguage(question.texts, question.text);

/** An answer in words. @param {Question | undefined} question @param {any} value */
export function answerWords(question, value) {
  if (value === null || value === undefined) return gettext("not known");
  if (value === "yes") return gettext("yes");
  if (value === "no") return gettext("no");
  if (value === "unknown") return gettext("not known");
  const choice = question?.choices.find((one) => one.code === value);
  return choice ? inLanguage(choice.names, choice.code) : inScript(String(value));
}

/** A line of the timeline. @param {Record<string, unknown>} data */
export function answeredWords(data) {
  const question = questionsOf(String(data.type)).find((one) => one.code === data.question);
  return `${question ? textOf(question) : data.question} ${answerWords(question, data.value)}`;
}

/** What to send and do for a kind, in words. @param {string} type */
export function planOf(type) {
  const text = inLanguage(kinds.get(type)?.plan ?? {}, "");
  return text ? html`<p class="plan"><b>${gettext("Plan")}:</b> ${text}</p>` : nothing;
}

/**
 * The questions of a kind as fields.
 * @param {string} type
 * @param {(code: string) => any} valueOf what is answered
 * @param {(code: string, value: any) => void} answer
 * @param {(code: string) => unknown} [note] what is said below a field
 */
export function questionFields(type, valueOf, answer, note = () => nothing) {
  const list = questionsOf(type);
  if (list.length === 0) return nothing;
  return html`<div class="questions">
    ${list.map((question) => field(question, valueOf(question.code) ?? null, (value) => answer(question.code, value), note(question.code)))}
  </div>`;
}

/**
 * @param {Question} question
 * @param {any} value
 * @param {(value: any) => void} answer
 * @param {unknown} note
 */
function field(question, value, answer, note) {
  const id = `question-${question.code}`;
  const options =
    question.kind === "yes_no" ? ["yes", "no", "unknown"] : question.kind === "choice" ? question.choices.map((one) => one.code) : null;
  if (options)
    return html`<fieldset class="question">
      <legend>${textOf(question)}</legend>
      <span class="options">
        ${options.map(
          (code) => html`<label class="answer ${code === value ? "chosen" : ""}"
            ><input type="radio" name=${id} .checked=${code === value} @change=${() => answer(code)} />${answerWords(question, code)}</label
          >`,
        )}
      </span>
      ${note}
    </fieldset>`;
  const isNumber = question.kind === "number";
  /** @param {Event} event */
  const onChange = (event) => {
    const said = /** @type {HTMLInputElement} */ (event.target).value.trim();
    const given = said === "" ? null : isNumber ? Number(said.replace(",", ".")) : said;
    if (!Number.isNaN(given)) answer(given);
  };
  return html`<div class="question">
    <label for=${id}>${textOf(question)}</label>
    <input id=${id} inputmode=${isNumber ? "decimal" : "text"} maxlength="500" autocomplete="off" .value=${value === null ? "" : String(value)} @change=${onChange} />
    ${note}
  </div>`;
}

/** The questions of an incident, with what is answered. @param {IncidentCard} card */
export function questions(card) {
  if (questionsOf(card.type.code).length === 0 || !desk.detail) return nothing;
  const answers = new Map((desk.detail.answers ?? []).map((one) => [one.question, one]));
  return html`<section class="part" aria-labelledby="questions-title">
    <h3 class="part-head" id="questions-title">${gettext("Questions")}</h3>
    ${planOf(card.type.code)}
    <fieldset class="all-questions" ?disabled=${!may("incident.edit")}>
      ${questionFields(
        card.type.code,
        (code) => answers.get(code)?.value,
        (code, value) => void save(card, code, value, answers.get(code)?.version ?? 0),
        (code) => {
          const one = answers.get(code);
          return one ? html`<span class="dim by">${inScript(one.by)} ${timeOfDay(one.at)}</span>` : nothing;
        },
      )}
    </fieldset>
  </section>`;
}

/**
 * Save one answer. Where somebody else has answered meanwhile, both are said, and it is chosen.
 * @param {IncidentCard} card
 * @param {string} code
 * @param {any} value
 * @param {number} version
 */
async function save(card, code, value, version) {
  const body = { question: code, value, version };
  const label = gettext("saving the answer");
  try {
    await command(`incidents/${card.id}/answers/`, body, { label, isQuiet: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const theirs = error.code === "stale_answer" ? error.state?.answer : null;
    if (!theirs) desk.say("refused", error.message);
    else if (await choose(card, code, value, theirs))
      await attempt(() => command(`incidents/${card.id}/answers/`, { ...body, version: theirs.version }, { label }));
  }
  await desk.loadDetail();
}

/** @param {IncidentCard} card @param {string} code @param {any} value @param {Answer} theirs */
function choose(card, code, value, theirs) {
  const question = questionsOf(card.type.code).find((one) => one.code === code);
  const values = {
    name: inScript(theirs.by),
    time: timeOfDay(theirs.at),
    theirs: answerWords(question, theirs.value),
    mine: answerWords(question, value),
  };
  return confirm({
    title: question ? textOf(question) : code,
    text: fill(gettext("%(name)s answered “%(theirs)s” at %(time)s. Replace it by “%(mine)s”?"), values),
    yes: gettext("Replace"),
  });
}
