/** Which panels are shown and where, and each in a window of its own for a second and third screen. */

import { html } from "lit";

import { fill, gettext } from "../i18n.js";
import { arrangeAnew, hidePanel, isMuted, movePanel, onlyPanel, panels, toggleSound } from "./layout.js";
import { openWindow } from "./session.js";
import { SOUNDS } from "./sounds.js";
import { View } from "./view.js";
import { panelName } from "./words.js";

class PanelList extends View {
  static topics = /** @type {const} */ (["layout"]);

  render() {
    return html`${onlyPanel ? "" : this.#panels()}
      <fieldset class="sounds">
        <legend>${gettext("Sounds")}</legend>
        ${SOUNDS.map(
          ({ name, words, isNeverMuted, play }) => html`<p class="line">
            <label
              ><input type="checkbox" .checked=${isNeverMuted || !isMuted(name)} ?disabled=${isNeverMuted} @change=${() => toggleSound(name)} />
              ${words()}</label
            >
            <span class="spring"></span>
            <button class="plain" aria-label=${fill(gettext("hear: %(sound)s"), { sound: words() })} @click=${play}>♪</button>
          </p>`,
        )}
      </fieldset>`;
  }

  #panels() {
    return html`<fieldset class="panel-choices">
      <legend>${gettext("Panels")}</legend>
      ${panels().map(({ name, hidden }, index) => {
        const words = { panel: panelName(name) };
        return html`<p class="line">
          <label><input type="checkbox" .checked=${!hidden} @change=${() => hidePanel(name, !hidden)} /> ${words.panel}</label>
          <span class="spring"></span>
          <button class="plain" ?disabled=${index === 0} aria-label=${fill(gettext("%(panel)s: to the left"), words)} @click=${() => movePanel(name, -1)}>←</button>
          <button
            class="plain"
            ?disabled=${index === panels().length - 1}
            aria-label=${fill(gettext("%(panel)s: to the right"), words)}
            @click=${() => movePanel(name, 1)}
          >
            →
          </button>
          <button class="plain" aria-label=${fill(gettext("%(panel)s in a window of its own"), words)} @click=${() => openWindow(name)}>↗</button>
        </p>`;
      })}
      <button class="plain" @click=${arrangeAnew}>${gettext("as at first")}</button>
    </fieldset>`;
  }
}

customElements.define("panel-list", PanelList);
