/** The field unit: opens from what the device keeps, then asks, sends and goes on. */

import { subscribe } from "../bus.js";
import { loadKinds } from "../console/kinds.js";
import { openQueue, whenSent } from "./queue.js";
import { openEmergency } from "./emergency.js";
import "./field-unit.js";
import { sendFixes, watchFor } from "./positions.js";
import { ask, eraseNow, known, learnAnswer, openState } from "./state.js";

const SETTLE_MS = 500;

performance.setResourceTimingBufferSize(1000);
whenSent(
  async (item, answer) => {
    if (item.kind === "sign_off") await eraseNow();
    else learnAnswer(item.kind, answer);
  },
  ask,
);
subscribe(["field"], () => {
  const { state, link } = known;
  watchFor(state?.user.id ?? null, state?.unit?.id ?? null);
  if (state && link === "live") void sendFixes(state.user.id);
});

await openQueue();
await openState();
await openEmergency();
void loadKinds();
await import("./field-way.js");
void navigator.storage?.persist?.();
void keepFiles();

/** Let the worker keep every file that this page was made of. */
async function keepFiles() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/field/worker.js", { scope: "/field/" });
  const { active } = await navigator.serviceWorker.ready;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const files = loaded.filter((name) => name.startsWith(`${location.origin}/static/`));
  active?.postMessage({ files: [...files, `${location.origin}/field/`, `${location.origin}/jsi18n/`] });
}
