/** Base of the console's elements: Lit in the light DOM, drawn again when a topic changes. */

import { LitElement } from "lit";

import { subscribe } from "../bus.js";
import { COLLECTIONS } from "../store.js";

/** Longest wait for a frame: a window that is covered gets none, and must not stand still. */
const FRAME_MS = 100;

/** @returns {Promise<void>} */
const nextFrame = () =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME_MS);
    requestAnimationFrame(() => {
      clearTimeout(late);
      resolve();
    });
  });

/** What comes from the server by itself. @type {ReadonlySet<Topic>} */
const NEWS = new Set(COLLECTIONS);

export class View extends LitElement {
  /** What this element shows, besides the language. @type {readonly Topic[]} */
  static topics = [];

  /** @type {(() => void) | undefined} */
  #leave;
  /** @type {Promise<void> | null} */
  #frame = null;

  /** Keeps the light DOM: one stylesheet, labels that reach across. */
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const { topics } = /** @type {typeof View} */ (this.constructor);
    const own = topics.filter((topic) => !NEWS.has(topic));
    const leaveOwn = subscribe([...own, "language"], () => this.requestUpdate());
    const leaveNews = subscribe(topics.filter((topic) => NEWS.has(topic)), () => this.#soon());
    this.#leave = () => (leaveOwn(), leaveNews());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave?.();
  }

  /**
   * News are drawn once a frame, however many came in meanwhile; what the dispatcher does is drawn at once, so that the
   * next key finds its field.
   */
  #soon() {
    this.#frame ??= nextFrame().then(() => {
      this.#frame = null;
      this.requestUpdate();
    });
  }
}
