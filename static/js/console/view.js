/** Base of the console's elements: Lit in the light DOM, drawn again when a topic changes. */

import { LitElement } from "lit";

import { subscribe } from "../bus.js";

export class View extends LitElement {
  /** What this element shows, besides the language. @type {readonly Topic[]} */
  static topics = [];

  /** @type {(() => void) | undefined} */
  #leave;

  /** Keeps the light DOM: one stylesheet, labels that reach across. */
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const { topics } = /** @type {typeof View} */ (this.constructor);
    this.#leave = subscribe([...topics, "language"], () => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave?.();
  }
}
