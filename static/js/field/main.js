/** The field unit: opens from what the device keeps, then asks, sends and goes on. */

import { subscribe } from "../bus.js";
import { dispositionRows, kinds, knowDispositions, loadKinds } from "../console/kinds.js";
import { keep, recall } from "./database.js";
import { openQueue, whenSent } from "./queue.js";
import { openEmergency } from "./emergency.js";
import "./field-unit.js";
import { tellDelivered } from "./messages.js";
import { openMap, regionInUse } from "./offline-map.js";
import { sendFixes, watchFor } from "./positions.js";
import { ask, eraseNow, known, learnAnswer, openState } from "./state.js";
import { watchWelfare } from "./welfare.js";

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
  void tellDelivered();
});

await recallKinds();
await openMap();
await openQueue();
await openState();
await openEmergency();
watchWelfare();
void loadKinds().then(keepKinds);
void regionInUse();
await import("./field-way.js");
void navigator.storage?.persist?.();
void keepFiles();

/** The kinds of incidents and how they end, as they were last known: both are chosen from without a network, too. */
async function recallKinds() {
  for (const kind of (await recall("kinds")) ?? []) kinds.set(kind.code, kind);
  knowDispositions((await recall("dispositions")) ?? []);
}

/** What could not be read anew stays as it was kept. */
async function keepKinds() {
  await keep("kinds", [...kinds.values()]);
  await keep("dispositions", dispositionRows());
}

/** Let the worker keep every file that this page was made of. */
async function keepFiles() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/field/worker.js", { scope: "/field/" });
  const { active } = await navigator.serviceWorker.ready;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const files = loaded.filter((name) => name.startsWith(`${location.origin}/static/`));
  const others = ["/field/", "/field/map-worker.js", "/jsi18n/"].map((path) => location.origin + path);
  const threads = ["maplibre-gl-worker.mjs", "maplibre-gl-shared.mjs"].map((name) => new URL(name, import.meta.resolve("maplibre-gl")).href);
  active?.postMessage({ files: [...files, ...threads, ...others] });
}
