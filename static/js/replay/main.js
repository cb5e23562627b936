/** The page of replays: choose a board and a period, then play, pause, scrub and change the speed, all by keyboard too. */

import { html, nothing, render } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { ApiError, whenSignedOut } from "../api.js";
import { dateAndTime, duration, setTimeZone, timeOfDay } from "../clock.js";
import { fill, gettext, inScript } from "../i18n.js";
import { kinds, loadKinds, typeName } from "../console/kinds.js";
import { settings } from "../console/settings.js";
import { signIcon } from "../console/signs.js";
import { unitStatus } from "../console/words.js";
import "../page.js";
import { Film } from "./film.js";
import { ReplayMap, signOfThen } from "./map.js";

const SPEEDS = [1, 5, 10, 30, 60, 120, 300];
const NEWS_SHOWN = 60;
const LISTS_MS = 250;
const MINUTE_MS = 60_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const trouble = /** @type {HTMLElement} */ (document.getElementById("ask-error"));
const transport = /** @type {HTMLElement} */ (document.getElementById("transport"));
const side = /** @type {HTMLElement} */ (document.getElementById("happened"));

/** @type {Film | null} */
let film = null;
/** @type {ReplayMap | null} */
let map = null;
let at = 0;
let speed = 30;
let isPlaying = false;
/** @type {Id | null} */
let chosen = null;
let drawnAt = 0;
let listedAt = 0;

// --- the period ---

/** The wall's clock of the centre, as a field for date and time wants it. @param {number} moment */
function wall(moment) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: settings.time_zone, dateStyle: "short", timeStyle: "short" });
  return format.format(moment).replace(" ", "T");
}

/** Some hours later on the wall. @param {string} from @param {number} hours */
function later(from, hours) {
  return new Date(Date.parse(`${from}Z`) + hours * 3600_000).toISOString().slice(0, 16);
}

async function ask() {
  const given = new FormData(form);
  const board = String(given.get("board"));
  if (board !== String(settings.board)) return void location.assign(`?${new URLSearchParams({ board, from: String(given.get("from")), hours: String(given.get("hours")) })}`);
  const from = String(given.get("from"));
  trouble.hidden = true;
  form.setAttribute("aria-busy", "true");
  try {
    film = await Film.open({ board, from, to: later(from, Number(given.get("hours"))) }, () => show(true));
    history.replaceState(null, "", `?${new URLSearchParams({ board, from, hours: String(given.get("hours")) })}`);
    map?.goHome(film.happened.board.center, film.happened.board.zoom);
    if (!transport.hasChildNodes()) side.replaceChildren();
    at = film.from;
    chosen = null;
    seek(at);
    /** @type {HTMLElement | null} */ (transport.querySelector("#play"))?.focus();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble.textContent = error.message;
    trouble.hidden = false;
  } finally {
    form.removeAttribute("aria-busy");
  }
  return undefined;
}

// --- time ---

/** @param {number} moment */
function seek(moment) {
  if (!film) return;
  at = Math.min(film.to, Math.max(film.from, moment));
  if (at >= film.to) isPlaying = false;
  film.need(at, chosen !== null);
  show(true);
}

function toggle() {
  if (!film) return;
  if (!isPlaying && at >= film.to) at = film.from;
  isPlaying = !isPlaying;
  drawnAt = performance.now();
  if (isPlaying) requestAnimationFrame(step);
  show(true);
}

/** @param {number} by */
function changeSpeed(by) {
  const index = Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(speed) + by));
  speed = SPEEDS[index] ?? speed;
  show(true);
}

/** @param {number} now */
function step(now) {
  if (!film || !isPlaying) return;
  const gone = Math.min(500, Math.max(0, now - drawnAt)); // the frame may have begun before the key was pressed
  drawnAt = now;
  film.need(at, chosen !== null);
  if (film.has(at)) at = Math.min(film.to, at + gone * speed);
  if (at >= film.to) isPlaying = false;
  show(!isPlaying);
  if (isPlaying) requestAnimationFrame(step);
}

/** @param {boolean} isWhole whether the lists are drawn at once, too */
function show(isWhole) {
  if (!film) return;
  map?.draw(film, at, chosen);
  const now = performance.now();
  if (!isWhole && now - listedAt < LISTS_MS) return;
  listedAt = now;
  render(controls(film), transport);
  render(happened(film), side);
}

// --- what is shown ---

/** @param {Film} shown */
function controls(shown) {
  const played = at - shown.from;
  return html`
    <button id="play" class="primary" @click=${toggle} aria-pressed=${isPlaying}>
      ${isPlaying ? gettext("Pause") : gettext("Play")} <kbd>${gettext("Space")}</kbd>
    </button>
    <output class="moment" aria-label=${gettext("Time")}><b>${timeOfDay(at)}</b> <span class="dim">${dateAndTime(at).split(",")[0]}</span></output>
    <input
      id="scrub"
      type="range"
      min="0"
      max=${shown.to - shown.from}
      step="1000"
      .value=${String(played)}
      aria-label=${gettext("Moment")}
      aria-valuetext=${timeOfDay(at)}
      @input=${(/** @type {Event} */ event) => seek(shown.from + Number(/** @type {HTMLInputElement} */ (event.target).value))}
    />
    <span class="dim">${duration(played / 1000)} / ${duration((shown.to - shown.from) / 1000)}</span>
    <label for="speed">${gettext("Speed")}</label>
    <select id="speed" @change=${(/** @type {Event} */ event) => changeSpeed(/** @type {HTMLSelectElement} */ (event.target).selectedIndex - SPEEDS.indexOf(speed))}>
      ${SPEEDS.map((one) => html`<option ?selected=${one === speed}>${one} ×</option>`)}
    </select>
    <span class="keys dim"><kbd>←</kbd> <kbd>→</kbd> ${gettext("a minute")} · <kbd>⇧</kbd> ${gettext("ten")} · <kbd>+</kbd> <kbd>−</kbd> ${gettext("speed")}</span>
    <span class="state" role="status">${shown.trouble || (shown.has(at) ? "" : gettext("Reading positions…"))}</span>
  `;
}

/** @param {Film} shown */
function happened(shown) {
  const past = shown.news.filter((one) => one.at <= at).slice(-NEWS_SHOWN).reverse();
  const units = shown.happened.units.flatMap((unit) => {
    const status = shown.statusOf(unit, at);
    return status && status.status !== "off_duty" ? [{ unit, status }] : [];
  });
  const open = shown.incidentsAt(at);
  return html`
    <p class="counts">
      ${fill(gettext("Open incidents: %(count)s"), { count: open.length })} · ${fill(gettext("Patrols on duty: %(count)s"), { count: units.length })}
    </p>
    <h2>${gettext("What happened")}</h2>
    ${past.length === 0 ? html`<p class="dim">${gettext("Nothing yet in this period.")}</p>` : nothing}
    <ol class="news">
      ${repeat(past, (one) => `${one.at} ${one.kind} ${one.unit ?? one.incident?.id}`, (one) => html`<li>
        <button class="plain" @click=${() => look(shown, one)}><time>${timeOfDay(one.at)}</time> ${words(shown, one)}</button>
      </li>`)}
    </ol>
    <h2>${gettext("Patrols")}</h2>
    <ul class="units">
      ${repeat(units, ({ unit }) => unit.id, ({ unit, status }) => html`<li>
        <button class="plain" aria-pressed=${unit.id === chosen} @click=${() => choose(unit.id)}>
          ${signIcon(signOfThen(status, shown.needsHelp(unit.id, at)))} <b class="call-sign">${unit.call_sign}</b>
          <span class="dim">${unitStatus(status.status)}</span>
        </button>
      </li>`)}
    </ul>
  `;
}

/** @type {Record<string, () => string>} */
const KINDS = {
  received: () => gettext("call: %(what)s"),
  reopened: () => gettext("reopened: %(what)s"),
  ended: () => gettext("ended: %(what)s"),
  dispatched: () => gettext("%(unit)s sent to %(number)s"),
  en_route: () => gettext("%(unit)s on the way to %(number)s"),
  on_scene: () => gettext("%(unit)s on the scene of %(number)s"),
  action_taken: () => gettext("%(unit)s has taken action on %(number)s"),
  alarm: () => gettext("%(unit)s calls for help"),
  resolved: () => gettext("call for help of %(unit)s resolved"),
};

/** @param {Film} shown @param {import("./film.js").News} one */
function words(shown, one) {
  const unit = shown.happened.units.find(({ id }) => id === one.unit)?.call_sign ?? "?";
  const name = one.incident ? (kinds.has(one.incident.type.code) ? typeName(one.incident.type) : inScript(one.incident.type.name)) : "";
  const what = one.incident ? `${name}, ${inScript(one.incident.place)} (${one.incident.number})` : "";
  return fill(KINDS[one.kind]?.() ?? one.kind, { unit, number: one.number ?? "", what });
}

/** @param {Film} shown @param {import("./film.js").News} one */
function look(shown, one) {
  seek(one.at);
  if (one.unit !== undefined) choose(one.unit, true);
  else if (one.incident?.location) map?.goTo(one.incident.location);
  shown.need(one.at, true);
}

/** @param {Id} unit @param {boolean} [isKept] */
function choose(unit, isKept = false) {
  chosen = chosen === unit && !isKept ? null : unit;
  film?.need(at, true);
  const place = chosen === null ? null : film?.placeOf(chosen, at);
  if (place) map?.goTo([place.lon, place.lat]);
  show(true);
}

// --- keys ---

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const KEYS = {
  " ": toggle,
  k: toggle,
  ArrowLeft: ({ shiftKey }) => seek(at - (shiftKey ? 10 : 1) * MINUTE_MS),
  ArrowRight: ({ shiftKey }) => seek(at + (shiftKey ? 10 : 1) * MINUTE_MS),
  Home: () => film && seek(film.from),
  End: () => film && seek(film.to),
  "+": () => changeSpeed(1),
  "=": () => changeSpeed(1),
  "-": () => changeSpeed(-1),
};

addEventListener("keydown", (event) => {
  const { target } = event;
  const isField = target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.id !== "scrub");
  const isMap = target instanceof HTMLCanvasElement && event.key.startsWith("Arrow");
  if (event.ctrlKey || event.altKey || event.metaKey || isField || isMap) return;
  if (event.key === " " && target instanceof HTMLButtonElement && target.id !== "play") return;
  const run = KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run(event);
});

// --- the beginning ---

setTimeZone(settings.time_zone);
whenSignedOut(() => location.assign("/sign-in/"));
const given = new URLSearchParams(location.search);
/** @type {HTMLInputElement} */ (form.elements.namedItem("from")).value = given.get("from") ?? wall(Date.now() - 3600_000);
const hours = /** @type {HTMLSelectElement} */ (form.elements.namedItem("hours"));
if (given.get("hours")) hours.value = given.get("hours") ?? hours.value;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask();
});
void loadKinds().then(() => show(true));
map = await ReplayMap.open(/** @type {HTMLElement} */ (document.getElementById("map")), (unit) => choose(unit));
if (given.has("from")) void ask();
