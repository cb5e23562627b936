/** The call that is being taken here: what is typed of it, kept in this browser and, field by field, on the server. */

import { ApiError } from "../api.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { dropDraft, keepDraft, keptDraft, newDraft, TYPED } from "./draft.js";
import { Saver } from "./entering.js";

/** @typedef {import("./draft.js").Draft} Draft */

export class CallTaking {
  /** @type {Draft} */
  draft = keptDraft() ?? newDraft();
  saver = this.#newSaver();
  #took;
  #changed;

  /**
   * @param {(fields: Partial<Draft>) => void} took values that are new, whoever wrote them
   * @param {() => void} changed that it is saved, or not
   */
  constructor(took, changed) {
    this.#took = took;
    this.#changed = changed;
  }

  /** Save what was typed before anything could be saved. @returns {boolean} whether there was anything */
  saveUnsaved() {
    return this.change(Object.fromEntries(TYPED.filter((name) => this.draft[name]).map((name) => [name, this.draft[name]])));
  }

  /** Type something. @param {Partial<Draft>} fields @returns {boolean} false when there is nothing in it */
  change(fields) {
    if (Object.keys(fields).length === 0) return false;
    this.#keep(fields);
    this.saver.change(fields);
    this.#took(fields);
    return true;
  }

  /** Begin with an empty form; what was saved of the one before stays on the server. */
  begin() {
    dropDraft();
    this.saver.end();
    this.draft = newDraft();
    this.saver = this.#newSaver();
  }

  /**
   * Go on with a call that is on the server; what was in the form before is saved and stays in the list.
   * @param {Id} entry
   * @param {() => void} begun when the form is empty, to be emptied of what belonged to the call before
   */
  async resume(entry, begun) {
    const kept = this.draft.entry === entry ? this.draft : null;
    if (!kept) await this.saver.flush();
    this.begin();
    begun();
    try {
      const card = store.entries.get(entry);
      if (card) this.draft = { ...this.draft, begun_at: card.begun_at };
      if (await this.saver.resume(entry)) this.#keep({ entry });
      else dropDraft();
      if (kept && this.saver.id !== null) this.change(this.#unsavedOf(kept));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      desk.say("refused", error.message);
    }
  }

  // --- parts ---

  /** @param {Partial<Draft>} fields */
  #keep(fields) {
    this.draft = { ...this.draft, ...fields };
    keepDraft(this.draft);
  }

  /** What was typed here and had not reached the server when the page went. @param {Draft} kept @returns {Partial<Draft>} */
  #unsavedOf(kept) {
    const own = TYPED.filter((name) => !this.saver.others[name]);
    return Object.fromEntries(own.filter((name) => String(kept[name]) !== String(this.draft[name])).map((name) => [name, kept[name]]));
  }

  #newSaver() {
    return new Saver(
      this.draft.begun_at,
      (fields) => {
        this.#keep(fields);
        this.#took(fields);
      },
      () => {
        if (this.draft.entry !== this.saver.id) this.#keep({ entry: this.saver.id });
        this.#changed();
      },
    );
  }
}
