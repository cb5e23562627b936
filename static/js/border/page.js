/** The page of the border: asks for a situation, shows it, records events. The address keeps what was asked. */

import { html, render } from "lit";

import { ApiError, read, whenSignedOut } from "../api.js";
import { fill, gettext } from "../i18n.js";
import { openJoint } from "./joint.js";
import { eventMap } from "./map.js";
import { openRecord } from "./record.js";
import { situationView } from "./view.js";

const DAYS = 30;

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const failure = /** @type {HTMLElement} */ (document.getElementById("ask-error"));
const shown = /** @type {HTMLElement} */ (document.getElementById("situation"));

/** @type {import("maplibre-gl").Map | undefined} */
let map;
/** How often was asked; an answer to an earlier question is not shown. */
let asked = 0;

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (document.getElementById(name));

/** @param {number} back days before today */
function day(back) {
  const at = new Date(Date.now() - back * 86_400_000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Put what the address asks into the form. */
function take() {
  const asked = new URLSearchParams(location.search);
  field("section").value = asked.get("section") ?? "";
  field("from").value = asked.get("from") ?? day(DAYS - 1);
  field("to").value = asked.get("to") ?? day(0);
}

/** @param {string} [note] what to say above the situation */
async function ask(note = "") {
  failure.hidden = true;
  asked += 1;
  const mine = asked;
  const query = { section: field("section").value, from: field("from").value, to: field("to").value };
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  try {
    const found = await read("border/situation/", { query });
    if (mine !== asked) return;
    shown.querySelector(".empty")?.remove();
    map?.remove();
    map = undefined;
    render(html`${note ? html`<p class="notice" role="status">${note}</p>` : ""}${situationView(found, String(search))}`, shown);
    const drawn = await eventMap(/** @type {HTMLElement} */ (shown.querySelector(".event-map")), found.events, query.section);
    if (mine === asked) map = drawn;
    else drawn.remove();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure.textContent = error.message;
    failure.hidden = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  history.pushState(null, "", `?${query}`);
  void ask();
});
addEventListener("popstate", () => {
  take();
  void ask();
});
document.getElementById("record")?.addEventListener("click", () => {
  openRecord((number) => void ask(fill(gettext("Recorded with incident %(number)s."), { number })));
});
document.getElementById("plan-joint")?.addEventListener("click", () => {
  void openJoint((callSign) => void ask(fill(gettext("The joint patrol of %(unit)s is planned."), { unit: callSign })));
});
whenSignedOut(() => location.reload());
take();
if (JSON.parse(document.getElementById("settings")?.textContent ?? "{}").may_report) void ask();
