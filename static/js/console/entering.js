/**
 * A call being taken is a row on the server from the first key on. Each field is saved as it is typed, on its own version:
 * two people in one call see each other's fields at once, and where both changed one, each reads who, what and when, and
 * chooses. Nothing is lost with the browser: whoever comes back finds the call where it was.
 */

import { ApiError, command, read } from "../api.js";
import { subscribe } from "../bus.js";
import { gettext } from "../i18n.js";
import { store } from "../store.js";
import { settings } from "./settings.js";

const SETTLE_MS = 400;
const AGAIN_MS = 5000;

/** Fields that are chosen together. */
const GROUPS = [
  ["place", "location", "location_source", "gazetteer_id"],
  ["type", "type_text", "priority"],
];

/** @typedef {{value: any, version: number, by: string, by_id: Id | null, at: Iso}} Field */
/** @typedef {Field & {field: string, yours: any}} Conflict */
/** @typedef {{id: Id, status: string, version: number, begun_at: Iso, begun_by: string, incident: Id | null, fields: Record<string, Field>}} Entry */

/** Those that are chosen with a field. @param {string} name */
const together = (name) => GROUPS.find((group) => group.includes(name)) ?? [name];

export class Saver {
  /** The row, once there is one. @type {Id | null} */
  id = null;
  /** By field, what somebody else wrote where this form has another value. @type {Record<string, Conflict>} */
  conflicts = {};
  /** By field, who else wrote it last. @type {Record<string, Field>} */
  others = {};
  /** Why it is not saved, in words. */
  trouble = "";
  /** What it became without this form: another incident, or nothing. @type {Entry | null} */
  ended = null;
  /** Versions that the form is built on. @type {Record<string, number>} */
  #versions = {};
  #version = 0;
  /** Typed and not saved. @type {Map<string, any>} */
  #unsaved = new Map();
  /** @type {Promise<void> | null} */
  #saving = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #begunAt;
  #taken;
  #changed;
  #leave;

  /**
   * @param {string} begunAt when the form was opened
   * @param {(fields: Record<string, any>) => void} taken what others wrote, to be shown
   * @param {() => void} changed that it is saved, or not
   */
  constructor(begunAt, taken, changed) {
    this.#begunAt = begunAt;
    this.#taken = taken;
    this.#changed = changed;
    this.#leave = subscribe(["entries"], () => this.#see());
  }

  /** Not to be used any more. */
  end() {
    clearTimeout(this.#timer);
    this.#leave();
  }

  get isSaved() {
    return this.#unsaved.size === 0 && !this.#saving;
  }

  /** Those fields of a group that are in conflict. @param {string} name */
  conflictsOf(name) {
    return together(name).flatMap((one) => this.conflicts[one] ?? []);
  }

  /**
   * Go on with a call that is on the server. False when it has ended.
   * @param {Id} id
   */
  async resume(id) {
    /** @type {Entry} */
    const entry = await read(`entries/${id}/`);
    if (entry.status !== "entering") return false;
    this.id = id;
    this.#begunAt = entry.begun_at;
    this.#take(entry, true);
    return true;
  }

  /** Save these, soon; the first at once. @param {Record<string, any>} fields */
  change(fields) {
    if (this.ended) return;
    for (const [name, value] of Object.entries(fields)) this.#unsaved.set(name, value);
    this.#later(this.id === null && !this.#saving ? 0 : SETTLE_MS);
  }

  /** Save what is not saved yet, now. */
  async flush() {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#sendable().length === 0) return;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
      this.#changed();
    });
    await this.#saving;
  }

  /** What stands on the server is right. @param {string} name */
  takeTheirs(name) {
    /** @type {Record<string, any>} */
    const fields = {};
    for (const conflict of this.conflictsOf(name)) {
      this.#versions[conflict.field] = conflict.version;
      this.#unsaved.delete(conflict.field);
      fields[conflict.field] = conflict.value;
      delete this.conflicts[conflict.field];
    }
    this.#taken(fields);
    this.#changed();
  }

  /** What was typed here is right. @param {string} name */
  keepMine(name) {
    for (const conflict of this.conflictsOf(name)) {
      this.#versions[conflict.field] = conflict.version;
      delete this.conflicts[conflict.field];
    }
    void this.flush();
  }

  /** No incident comes of it. */
  async drop() {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.id === null || this.ended) return;
    await command(`entries/${this.id}/drop/`, {}, { label: gettext("dropping the call") });
  }

  // --- parts ---

  /** @param {number} afterMs */
  #later(afterMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), afterMs);
  }

  #sendable() {
    return this.ended ? [] : [...this.#unsaved].filter(([name]) => !(name in this.conflicts));
  }

  async #save() {
    for (let batch = this.#sendable(); batch.length > 0; batch = this.#sendable()) {
      try {
        const entry = await this.#send(batch);
        for (const [name, value] of batch) if (this.#unsaved.get(name) === value) this.#unsaved.delete(name);
        for (const [name] of batch) this.#versions[name] = entry.fields[name]?.version ?? 0;
        this.id = entry.id;
        this.trouble = "";
        this.#take(entry);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!this.#learn(error)) return;
      }
    }
  }

  /** @param {[string, any][]} batch @returns {Promise<Entry>} */
  #send(batch) {
    const how = /** @type {const} */ ({ label: gettext("saving the call"), isQuiet: true });
    if (this.id === null) {
      const fields = Object.fromEntries(batch);
      return command("entries/", { board: settings.board, begun_at: this.#begunAt, fields }, how);
    }
    const fields = Object.fromEntries(batch.map(([name, value]) => [name, { value, version: this.#versions[name] ?? 0 }]));
    return command(`entries/${this.id}/`, { fields }, { ...how, method: "PATCH" });
  }

  /** What a refusal says; true when the rest may be tried at once. @param {ApiError} error */
  #learn(error) {
    if (error.code === "stale_field") {
      for (const conflict of error.state.conflicts) this.conflicts[conflict.field] = conflict;
      return true;
    }
    this.trouble = error.message;
    if (error.code === "entry_ended") this.ended = { ...error.state, fields: {} };
    else if (error.status === 0 || error.status >= 500) this.#later(AGAIN_MS);
    return false;
  }

  /** Somebody else may have written. */
  #see() {
    const card = this.id === null ? undefined : store.entries.get(this.id);
    if (!card || card.version <= this.#version || this.#saving) return;
    void this.#refresh();
  }

  async #refresh() {
    try {
      this.#take(await read(`entries/${this.id}/`));
      this.#changed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /**
   * Take what others wrote into fields that are not being typed in here.
   * @param {Entry} entry
   * @param {boolean} [isAll] own ones too
   */
  #take(entry, isAll = false) {
    this.#version = Math.max(this.#version, entry.version);
    /** @type {Record<string, any>} */
    const fields = {};
    for (const [name, field] of Object.entries(entry.fields)) {
      if (field.by_id !== settings.user.id) this.others[name] = field;
      if (field.version <= (this.#versions[name] ?? 0)) continue;
      if (this.#unsaved.has(name)) continue;
      this.#versions[name] = field.version;
      fields[name] = field.value;
    }
    if (isAll || Object.keys(fields).length > 0) this.#taken(fields);
  }
}

/** Calls being taken here, the oldest first. */
export const entries = () => [...store.entries.values()].sort((a, b) => a.id - b.id);

/** The newest call that this person was taking, such as before the browser died. */
export const ownEntry = () => entries().filter((card) => card.begun_by.id === settings.user.id).at(-1);
