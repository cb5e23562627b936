/**
 * `<combo-box>`: a field with a list of what it may mean. Arrows choose, Enter takes, Escape closes the list.
 * After the ARIA pattern "combobox with list autocomplete".
 */

import { html, nothing } from "lit";

import { View } from "./view.js";

/** @typedef {{id: string, text: string, detail?: string, data: any}} Option */

const SEARCH_MS = 120;

export class ComboBox extends View {
  static properties = { value: { type: String }, placeholder: { type: String }, label: { type: String } };

  constructor() {
    super();
    this.value = "";
    this.placeholder = "";
    this.label = "";
    /** @type {(text: string, signal: AbortSignal) => Promise<Option[]>} */
    this.search = async () => [];
    /** How long to wait for the next letter before asking; 0 where the answers are at hand. */
    this.waitMs = SEARCH_MS;
    /** Whether the list opens on an empty field. */
    this.opensEmpty = false;
    /** @type {Option[]} */
    this.options = [];
    this.active = 0;
    this.isOpen = false;
  }

  #asking = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Whether an answer is awaited for what is in the field. */
  #isSearching = false;
  /** Whether Enter was pressed while waiting: then the first answer is taken. */
  #takesFirst = false;

  /** The field itself, for labels and focus. */
  get input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  render() {
    const list = `${this.id}-list`;
    const isShown = this.isOpen && this.options.length > 0;
    return html`
      <label for="${this.id}-input">${this.label}</label>
      <input
        id="${this.id}-input"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded=${isShown}
        aria-controls=${list}
        aria-activedescendant=${isShown ? `${list}-${this.active}` : nothing}
        autocomplete="off"
        spellcheck="false"
        placeholder=${this.placeholder}
        .value=${this.value}
        @input=${() => this.#typed()}
        @focus=${() => this.opensEmpty && this.#ask()}
        @blur=${() => this.#close()}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event)}
      />
      <ul id=${list} role="listbox" aria-label=${this.label} ?hidden=${!isShown}>
        ${this.options.map(
          (option, index) => html`<li
            role="option"
            id="${list}-${index}"
            aria-selected=${index === this.active}
            @mousedown=${(/** @type {MouseEvent} */ event) => {
              event.preventDefault();
              this.#take(option);
            }}
          >
            <span>${option.text}</span> <span class="dim">${option.detail ?? ""}</span>
          </li>`,
        )}
      </ul>
    `;
  }

  #typed() {
    this.value = this.input.value;
    this.#asking.abort(); // an answer to what stood here before must never be taken for one to what stands here now
    this.dispatchEvent(new CustomEvent("typed", { detail: this.value }));
    clearTimeout(this.#timer);
    this.#isSearching = this.value.trim() !== "";
    this.#takesFirst = false;
    if (this.waitMs === 0) void this.#ask();
    else this.#timer = setTimeout(() => this.#ask(), this.waitMs);
  }

  async #ask() {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const text = this.input.value;
    const found = text.trim() || this.opensEmpty ? await this.search(text, signal).catch(() => []) : [];
    if (signal.aborted || document.activeElement !== this.input) return;
    this.#isSearching = false;
    if (this.#takesFirst && found[0]) return this.#take(found[0]);
    this.options = found;
    this.active = 0;
    this.isOpen = true;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !this.isOpen) return void this.#ask();
    if (step) {
      this.active = (this.active + step + this.options.length) % Math.max(1, this.options.length);
      event.preventDefault();
      this.requestUpdate();
      void this.updateComplete.then(() =>
        this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }),
      );
    }
    if (event.key === "Enter" && !event.ctrlKey && this.#isSearching) {
      this.#takesFirst = true;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (!this.isOpen || this.options.length === 0) return;
    if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      event.stopPropagation();
      this.#take(this.options[this.active]);
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#close();
    }
  }

  /** @param {Option} option */
  #take(option) {
    this.value = option.text;
    this.#close();
    this.dispatchEvent(new CustomEvent("taken", { detail: option }));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#isSearching = this.#takesFirst = false;
    this.isOpen = false;
    this.requestUpdate();
  }
}

customElements.define("combo-box", ComboBox);
