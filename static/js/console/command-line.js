/** The command line: says as one types what Enter would do, then how it went. Conflicts offer their choices here. */

import { html, nothing } from "lit";

import { timeOfDay } from "../clock.js";
import { gettext } from "../i18n.js";
import { complete } from "./command/grammar.js";
import { plan } from "./command/plans.js";
import { desk } from "./desk.js";
import { mayTakeBack } from "./undo.js";
import { View } from "./view.js";

const KEPT = 50;

export class CommandLine extends View {
  static topics = /** @type {const} */ (["desk", "detail", "units", "assignments", "incidents"]);

  #text = "";
  /** @type {string[]} */
  #past = [];
  #at = 0;
  /** What was being typed when an earlier command was brought back. */
  #draft = "";

  /**
   * Begin a command, such as `n `.
   * @param {string} text
   */
  begin(text) {
    this.#text = text;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.#input.focus();
      this.#input.setSelectionRange(text.length, text.length);
    });
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  render() {
    const found = plan(this.#text);
    return html`
      <kbd>/</kbd>
      <input
        id="command"
        aria-label=${gettext("Command line")}
        aria-describedby="command-echo"
        autocomplete="off"
        spellcheck="false"
        .value=${this.#text}
        @input=${() => this.#typed()}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}
      />
      <p class="echo" id="command-echo" role="status">${this.#echo(found)}</p>
      <span class="spring"></span>
      <p class="key-hints" aria-hidden="true">
        <kbd>C</kbd> ${gettext("new call")} <kbd>D</kbd> ${gettext("send")} <kbd>S</kbd> ${gettext("status")} <kbd>G</kbd>
        ${gettext("go to")} <kbd>Z</kbd> ${gettext("undo")} <kbd>?</kbd> ${gettext("keys")}
      </p>
    `;
  }

  /** @param {import("./command/plan.js").Plan} found */
  #echo(found) {
    if (this.#text.trim())
      return html`<span class=${found.isReady ? "" : "dim"}>→ ${found.say}</span> ${found.isReady
          ? html`<span class="dim">· Enter</span>`
          : nothing}`;
    const { notice } = desk;
    if (!notice) return nothing;
    return html`<span class="mono dim">${timeOfDay(notice.at)}</span>
      <span class="said ${notice.tone}">${notice.text}</span>
      ${mayTakeBack(notice.text) ? html`<span class="dim"><kbd>Z</kbd> ${gettext("take back")}</span>` : nothing}`;
  }

  #typed() {
    this.#text = this.#input.value;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const done = {
      Enter: () => this.#run(),
      Escape: () => this.#leave(),
      Tab: () => this.#complete(),
      ArrowUp: () => this.#recall(-1),
      ArrowDown: () => this.#recall(1),
    }[event.key];
    if (!done || (event.key === "Tab" && (event.shiftKey || !this.#text.trim()))) return;
    event.preventDefault();
    done();
  }

  #run() {
    const found = plan(this.#text);
    if (!found.isReady || !found.run) return;
    this.#past = [...this.#past.slice(1 - KEPT), this.#text];
    this.#at = this.#past.length;
    this.#leave();
    void found.run();
  }

  /** Back to the queue, so that single keys hold again. */
  #leave() {
    this.#text = "";
    this.#input.value = "";
    this.requestUpdate();
    document.getElementById("queue")?.focus();
  }

  /** Complete what is being typed as far as all that begin so agree. */
  #complete() {
    this.begin(complete(this.#text, plan(this.#text).completions ?? []));
  }

  /** @param {1 | -1} step */
  #recall(step) {
    if (this.#at === this.#past.length) this.#draft = this.#text;
    this.#at = Math.min(this.#past.length, Math.max(0, this.#at + step));
    this.begin(this.#past[this.#at] ?? this.#draft);
  }
}

customElements.define("command-line", CommandLine);
