/** The bar at the top: whose board, alarms, how things stand, how old the picture is, the clock, one's own settings. */

import { html, nothing } from "lit";

import { pending } from "../api.js";
import { changed } from "../bus.js";
import { Ticking, timeOfDay } from "../clock.js";
import { cookie } from "../cookies.js";
import { fill, gettext, inScript, language, useLanguage } from "../i18n.js";
import { live } from "../live.js";
import { keepPreference } from "../preferences.js";
import { store } from "../store.js";
import { startDrill } from "./actions.js";
import "./alarm-details.js";
import { alarmStrip } from "./alarms.js";
import "./message-panel.js";
import { isFree, needsUnits } from "./order.js";
import { signOut } from "./session.js";
import { may, settings } from "./settings.js";
import { View } from "./view.js";
import { role } from "./words.js";

/** What is saved by itself is not worth a word before this. */
const QUIET_MS = 1500;

/** `<waiting-commands>`: what has been sent and not answered yet, with its wait. */
class WaitingCommands extends Ticking {
  tick() {
    const first = [...pending.values()].find((one) => !one.isQuiet || Date.now() - one.since > QUIET_MS);
    this.hidden = !first;
    if (!first) return this.show("");
    const waited = Math.floor((Date.now() - first.since) / 1000);
    const others = pending.size > 1 ? ` +${pending.size - 1}` : "";
    const tries = first.tries > 1 ? ` · ${fill(gettext("try %(count)s"), { count: first.tries })}` : "";
    this.show(`${first.label}${others} …${waited > 0 ? ` ${waited} s` : ""}${tries}`);
  }
}
customElements.define("waiting-commands", WaitingCommands);

class TopBar extends View {
  static topics = /** @type {const} */ (["incidents", "assignments", "units", "alarms", "live", "commands", "theme"]);

  updated() {
    /** @type {WaitingCommands | null} */ (this.querySelector("waiting-commands"))?.tick();
  }

  render() {
    return html`
      <h1 class="brand">Patrulja</h1>
      ${this.#board()}
      <div class="alarms" role="region" aria-label=${gettext("Alarms")}>${alarmStrip()}</div>
      <waiting-commands role="status"></waiting-commands>
      <span class="spring"></span>
      <message-panel></message-panel>
      ${this.#counts()} ${this.#state()}
      <clock-time></clock-time>
      <details class="own">
        <summary>${inScript(settings.user.name)}</summary>
        ${this.#own()}
      </details>
    `;
  }

  #board() {
    const { boards, board } = settings;
    if (boards.length < 2) return html`<span class="dim board-name">${inScript(boards[0]?.name)}</span>`;
    return html`<select class="board-name" aria-label=${gettext("Operations centre")} @change=${openBoard}>
      ${boards.map(({ id, name }) => html`<option value=${id} ?selected=${id === board}>${inScript(name)}</option>`)}
    </select>`;
  }

  #counts() {
    const incidents = [...store.incidents.values()];
    const waiting = incidents.filter((card) => needsUnits(card)).length;
    const duty = [...store.units.values()].filter((unit) => unit.on_duty);
    const free = duty.filter((unit) => isFree(unit)).length;
    return html`<p class="counts">
      <span class="count">${gettext("waiting")} <b class=${waiting ? "warning" : ""}>${waiting}</b></span>
      <span class="count">${gettext("in hand")} <b>${incidents.length - waiting}</b></span>
      <span class="count">${gettext("free")} <b class=${free ? "free" : "overdue"}>${free}</b> / ${duty.length}</span>
    </p>`;
  }

  #state() {
    return html`<p class="live ${live.state}" role="status">${stateWords()}</p>`;
  }

  #own() {
    const theme = document.documentElement.dataset.theme;
    /** @type {[string, string][]} */
    const themes = [
      ["night", gettext("Night")],
      ["day", gettext("Day")],
      ["auto", gettext("As the device")],
    ];
    return html`<div class="own-panel">
      <p class="dim">${settings.user.roles.map(role).join(", ")}</p>
      <label for="own-language">${gettext("Language")}</label>
      <select id="own-language" @change=${chooseLanguage}>
        ${settings.languages.map(
          ({ code, name }) => html`<option value=${code} lang=${code} ?selected=${code === language()}>${name}</option>`,
        )}
      </select>
      <label for="own-theme">${gettext("Theme")}</label>
      <select id="own-theme" @change=${chooseTheme}>
        ${themes.map(([value, name]) => html`<option value=${value} ?selected=${value === theme}>${name}</option>`)}
      </select>
      <panel-list></panel-list>
      ${may("alarm.drill") ? html`<p><button @click=${startDrill}>${gettext("Drill an alarm")}…</button></p>` : nothing}
      ${settings.pages
        .filter(({ address }) => address !== location.pathname)
        .map(({ name, address }) => html`<a href=${address}>${gettext(name)}</a>`)}
      <form method="post" action="/sign-out/" @submit=${signOut}>
        <input type="hidden" name="csrfmiddlewaretoken" value=${cookie("patrulja_csrf")} />
        <button>${gettext("Sign out")}</button>
      </form>
    </div>`;
  }
}

/** How old the picture is, in words. */
function stateWords() {
  const since = { time: live.freshAt ? timeOfDay(live.freshAt) : "–" };
  switch (live.state) {
    case "live":
      return gettext("live");
    case "connecting":
    case "catching_up":
      return gettext("catching up");
    case "polling":
      return gettext("live, slower");
    case "stale":
      return fill(gettext("stale since %(time)s"), since);
    case "signed_out":
      return html`${gettext("signed out")} <a href="/sign-in/?next=/console/">${gettext("Sign in")}</a>`;
    case "forbidden":
      return gettext("your right to this board has ended");
    default:
      return nothing;
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;

/** @param {Event} event */
function openBoard(event) {
  location.assign(`/console/?board=${valueOf(event)}`);
}

/** @param {Event} event */
async function chooseLanguage(event) {
  const code = valueOf(event);
  await keepPreference("language", code);
  await useLanguage(code);
}

/** @param {Event} event */
function chooseTheme(event) {
  const theme = valueOf(event);
  document.documentElement.dataset.theme = theme;
  changed("theme");
  void keepPreference("theme", theme);
}

customElements.define("top-bar", TopBar);
