/** Plain pages: language and theme are kept as soon as they are chosen. */

import { keepPreference } from "./preferences.js";

for (const select of document.querySelectorAll("select[data-preference]")) {
  if (!(select instanceof HTMLSelectElement)) continue;
  const name = /** @type {"language" | "theme"} */ (select.dataset.preference);
  select.addEventListener("change", async () => {
    await keepPreference(name, select.value);
    if (name === "theme") document.documentElement.dataset.theme = select.value;
    else location.reload();
  });
}
