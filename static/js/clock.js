/** The server's time, one tick a second for everything that counts, and elements that show time without a re-render. */

import { language } from "./i18n.js";

let offsetMs = 0;
let zone = "Europe/Belgrade";
/** @type {Set<(nowMs: number) => void>} */
const tickers = new Set();

/**
 * Set the zone in which times are shown.
 * @param {string} name
 */
export function setTimeZone(name) {
  zone = name;
}

/** The zone in which times are shown. */
export function timeZone() {
  return zone;
}

/**
 * Learn the server's time from a message that has just come.
 * @param {Iso} now
 */
export function learnServerTime(now) {
  const measured = Date.parse(now) - Date.now();
  if (Math.abs(measured - offsetMs) > 500) offsetMs = measured;
}

/** The server's time now, in milliseconds. */
export function serverNow() {
  return Date.now() + offsetMs;
}

/**
 * Call `tick` now and once a second. Returns how to leave.
 * @param {(nowMs: number) => void} tick
 */
export function onTick(tick) {
  tickers.add(tick);
  tick(serverNow());
  return () => tickers.delete(tick);
}

setInterval(() => {
  const now = serverNow();
  for (const tick of tickers) tick(now);
}, 1000);

/**
 * Seconds as `m:ss`, or `h:mm:ss` from an hour on.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const ss = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${ss}` : `${m}:${ss}`;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = JSON.stringify([language(), zone, options]);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language(), { timeZone: zone, hour12: false, ...options });
    formats.set(key, found);
  }
  return found;
}

/**
 * The time of day, `22:41:07`, in the zone of the operations centre.
 * @param {Iso | number} at
 */
export function timeOfDay(at) {
  return format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
}

/**
 * Date and time, for what is not from today.
 * @param {Iso | number} at
 */
export function dateAndTime(at) {
  return format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/**
 * The day alone, for what is long ago.
 * @param {Iso | number} at
 */
export function day(at) {
  return format({ dateStyle: "medium" }).format(new Date(at));
}

/** Elements that are in sight, or about to be: the others need no new text every second. @type {WeakSet<Element>} */
const inSight = new WeakSet();
const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) inSight.delete(target);
      else if (!inSight.has(target)) {
        inSight.add(target);
        /** @type {Ticking} */ (target).tick(serverNow());
      }
    }
  },
  { rootMargin: "200px" },
);

/** Base of elements that change once a second, while they are in sight. */
class Ticking extends HTMLElement {
  /** @type {(() => void) | undefined} */
  #leave;

  connectedCallback() {
    inSight.add(this);
    sight.observe(this);
    this.#leave = onTick((now) => inSight.has(this) && this.tick(now));
  }

  disconnectedCallback() {
    sight.unobserve(this);
    this.#leave?.();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.tick(serverNow());
  }

  /** @param {number} _nowMs */
  tick(_nowMs) {}

  /** What it shows now. */
  #text = "";

  /** @param {string} text */
  show(text) {
    if (this.#text !== text) this.textContent = this.#text = text;
  }
}

/** `<elapsed-time from="ISO" until="ISO">`: how long it has been, growing until it is stopped. */
export class ElapsedTime extends Ticking {
  static observedAttributes = ["from", "until", "due"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const from = Date.parse(this.getAttribute("from") ?? "");
    const until = this.getAttribute("until");
    const end = until ? Date.parse(until) : nowMs;
    this.show(Number.isNaN(from) ? "" : duration((end - from) / 1000));
    const due = this.getAttribute("due");
    if (due) this.classList.toggle("overdue", end > Date.parse(due));
    else this.classList.remove("overdue");
  }
}

/** `<clock-time>`: the time of day, now. */
export class ClockTime extends Ticking {
  /** @param {number} nowMs */
  tick(nowMs) {
    this.show(timeOfDay(nowMs));
  }
}

/** `<target-bar from due until>`: the time against the target, as a bar; past it, it is full and red. */
export class TargetBar extends Ticking {
  static observedAttributes = ["from", "until", "due"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const from = Date.parse(this.getAttribute("from") ?? "");
    const due = Date.parse(this.getAttribute("due") ?? "");
    const until = this.getAttribute("until");
    const share = ((until ? Date.parse(until) : nowMs) - from) / Math.max(1, due - from);
    this.style.setProperty("--share", String(Math.min(1, Math.max(0, share))));
    this.classList.toggle("near", share > 0.66 && share <= 1 && !until);
    this.classList.toggle("past", share > 1);
    this.classList.toggle("stopped", Boolean(until));
  }
}

/** `<until-time due="ISO">`: how long until then; past it, `+m:ss`. */
export class UntilTime extends Ticking {
  static observedAttributes = ["due"];

  /** @param {number} nowMs */
  tick(nowMs) {
    const left = (Date.parse(this.getAttribute("due") ?? "") - nowMs) / 1000;
    this.classList.toggle("overdue", left < 0);
    this.show(left < 0 ? `+${duration(-left)}` : duration(left + 0.999));
  }
}

customElements.define("elapsed-time", ElapsedTime);
customElements.define("clock-time", ClockTime);
customElements.define("target-bar", TargetBar);
customElements.define("until-time", UntilTime);
export { Ticking };
