/** What this dispatcher looks at: the selected incident with its details, the selected unit, notices. Nothing of it is shared. */

import { ApiError, read } from "../api.js";
import { changed, subscribe } from "../bus.js";
import { serverNow } from "../clock.js";
import { live } from "../live.js";
import { store } from "../store.js";
import { needsUnits, queue } from "./order.js";
import { isShown } from "./filter.js";
import { isHere } from "./layout.js";
import { queueOrder } from "./tastes.js";
import { may } from "./settings.js";

const SETTLE_MS = 120;
const AFTER_EVENT_MS = 200;
const REFRESH_PROPOSAL_MS = 15_000;

/** @typedef {{tone: "done" | "refused" | "news", text: string, at: number}} Notice */
/** @typedef {{location: LonLat, name: string}} Spot */
/** @typedef {{unit: Id} | {location: LonLat}} Goal */
/** What is looked at in all windows alike. @typedef {{incident: Id | null, unit: Id | null, spot: Spot | null, filter: string}} Look */

class Desk {
  /** @type {Id | null} */
  incident = null;
  /** @type {Id | null} */
  unit = null;
  /** Whether the form of a new call is open. */
  isTakingCall = false;
  /** Whether it is open in another window. */
  isCallElsewhere = false;
  /** @type {IncidentDetail | null} */
  detail = null;
  /** @type {TimelineEntry[] | null} */
  timeline = null;
  /** @type {Recommendation | null} */
  proposal = null;
  /** What is known of its address. @type {Known | null} */
  known = null;
  /** Why details could not be read, in words. */
  trouble = "";
  /** @type {Notice | null} */
  notice = null;
  /** A place that the map shows though nothing is there: what was searched or is being entered. @type {Spot | null} */
  spot = null;
  /** What the lists are narrowed to; alarms are never hidden. */
  filter = "";
  /** A call being taken that the form shall go on with. @type {Id | null} */
  entry = null;
  /** Whether the fields of the selected incident are being changed. */
  isEditing = false;
  /** Words with which the form of a call begins. */
  firstWords = "";
  /** An incident that was just opened here and will be selected when it comes. @type {Id | null} */
  #expected = null;
  /** @type {AbortController} */
  #asking = new AbortController();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  start() {
    live.witness((event) => this.#see(event));
    subscribe(["incidents"], () => this.#keepSelection());
    setInterval(() => this.#loadProposal(), REFRESH_PROPOSAL_MS);
  }

  /** The card of the selected incident. */
  get card() {
    return this.incident === null ? undefined : store.incidents.get(this.incident);
  }

  /**
   * Look at an incident.
   * @param {Id | null} incident
   */
  select(incident) {
    this.isTakingCall = false;
    if (incident !== this.incident) {
      this.incident = incident;
      this.isEditing = false;
      this.#forget();
      this.#later("detail", SETTLE_MS, () => void this.load());
    }
    this.unit = null;
    changed("desk", "detail");
  }

  /**
   * Look at the next or the one before in the queue; at its ends, stay.
   * @param {1 | -1} step
   */
  move(step) {
    const shown = queue(store.incidents.values(), serverNow(), queueOrder()).filter((card) => isShown(card, this));
    const order = shown.map((card) => card.id);
    if (order.length === 0) return;
    const at = this.incident === null ? -1 : order.indexOf(this.incident);
    this.select(order[Math.min(order.length - 1, Math.max(0, at + step))]);
  }

  /** @param {Id | null} unit */
  selectUnit(unit) {
    this.unit = unit;
    changed("desk");
  }

  /**
   * Look at what is looked at in another window; a call that is taken here goes on.
   * @param {Look} look
   */
  follow({ incident, unit, spot, filter }) {
    if (incident !== null && incident !== this.incident && store.incidents.has(incident)) {
      this.incident = incident;
      this.#forget();
      this.#later("detail", SETTLE_MS, () => void this.load());
      changed("detail");
    }
    Object.assign(this, { unit, spot, filter });
    changed("desk");
  }

  /**
   * Narrow the lists to what has these words in it; "" shows all.
   * @param {string} words
   */
  find(words) {
    this.filter = words.trim();
    changed("desk");
  }

  /**
   * Have the map show something, on whichever screen it is.
   * @param {Goal} goal
   */
  goTo(goal) {
    dispatchEvent(new CustomEvent("console-go", { detail: goal }));
  }

  /** @param {boolean} open */
  takeCall(open) {
    this.isTakingCall = open;
    if (!open) this.spot = null;
    changed("desk");
  }

  /** Change the fields of the selected incident, or be done with it. @param {boolean} open */
  edit(open) {
    this.isEditing = open && this.card !== undefined;
    changed("desk");
  }

  /** Go on with a call that is being taken, here or by somebody else. @param {Id} entry */
  openEntry(entry) {
    this.entry = entry;
    this.takeCall(true);
  }

  /**
   * Select an incident as soon as it is on the board.
   * @param {Id} incident
   */
  expect(incident) {
    this.#expected = incident;
    this.#keepSelection();
  }

  /** @param {Spot | null} spot */
  point(spot) {
    this.spot = spot;
    changed("desk");
  }

  /**
   * Say something to the dispatcher. It stays, with its time, until something else is said or Escape is pressed.
   * @param {Notice["tone"]} tone
   * @param {string} text
   */
  say(tone, text) {
    this.notice = { tone, text, at: serverNow() };
    changed("desk");
  }

  hush() {
    this.notice = null;
    changed("desk");
  }

  // --- details of the selected incident ---

  /** Read what the card does not hold. Reading a caller's data leaves a trace; it is asked for once a selection. */
  async load() {
    const { incident } = this;
    if (incident === null) return undefined;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    if (!isHere("incident")) return this.#loadProposal(); // another window shows it; looking leaves a trace once
    await Promise.all([
      this.#read(`incidents/${incident}/`, signal, (found) => (this.detail = found)),
      this.#read(`incidents/${incident}/known/`, signal, (found) => (this.known = found)),
      this.loadTimeline(),
      this.#loadProposal(),
    ]);
    return undefined;
  }

  /** Read the incident itself anew, such as after an answer. */
  async loadDetail() {
    if (this.incident === null) return;
    await this.#read(`incidents/${this.incident}/`, this.#asking.signal, (found) => (this.detail = found));
  }

  async loadTimeline() {
    if (this.incident === null || !isHere("incident")) return;
    const { signal } = this.#asking;
    await this.#read(`incidents/${this.incident}/timeline/`, signal, (found) => {
      this.timeline = Array.isArray(found) ? found : found.results;
    });
  }

  async #loadProposal() {
    const { card } = this;
    if (!card || !card.location || !may("dispatch.assign") || document.visibilityState === "hidden") return;
    const { signal } = this.#asking;
    await this.#read(`incidents/${card.id}/recommendations/`, signal, (found) => (this.proposal = found));
  }

  /**
   * @param {string} path
   * @param {AbortSignal} signal
   * @param {(found: any) => void} take
   */
  async #read(path, signal, take) {
    try {
      const found = await read(path, { signal });
      if (signal.aborted) return;
      this.trouble = "";
      take(found);
      changed("detail");
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError)) return;
      if (error.status !== 404) this.trouble = error.message;
      changed("detail");
    }
  }

  /** @param {LiveEvent} event */
  #see(event) {
    if (this.incident === null) return;
    const cards = event.upserts.assignments ?? [];
    const isAboutIt =
      event.data.incident === this.incident ||
      event.upserts.incidents?.some((card) => card.id === this.incident) ||
      cards.some((card) => card.incident === this.incident);
    if (isAboutIt) {
      this.#later("timeline", AFTER_EVENT_MS, () => void this.loadTimeline());
      if (["CallAttached", "IncidentChanged", "QuestionAnswered", "IncidentSplit", "IncidentMerged", "IncidentMergeUndone"].includes(event.kind))
        this.#later("detail", AFTER_EVENT_MS, () => void this.load());
    }
    const card = this.card;
    const moved = event.upserts.units?.length || cards.length;
    if (card && (isAboutIt || (moved && needsUnits(card))))
      this.#later("proposal", isAboutIt ? AFTER_EVENT_MS : 1000, () => void this.#loadProposal());
  }

  #keepSelection() {
    if (this.#expected !== null && store.incidents.has(this.#expected)) {
      this.select(this.#expected);
      this.#expected = null;
    }
    if (this.incident !== null && store.incidents.has(this.incident)) return;
    const first = queue(store.incidents.values(), serverNow(), queueOrder())[0];
    const wasTakingCall = this.isTakingCall;
    this.select(first?.id ?? null);
    this.isTakingCall = wasTakingCall;
  }

  #forget() {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.detail = null;
    this.known = null;
    this.timeline = null;
    this.proposal = null;
    this.trouble = "";
  }

  /**
   * Do something soon, once; asked again meanwhile, it is done only then.
   * @param {string} name
   * @param {number} afterMs
   * @param {() => void} run
   */
  #later(name, afterMs, run) {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(name, setTimeout(run, afterMs));
  }
}

export const desk = new Desk();
