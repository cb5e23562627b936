/** What a measured page notes down about itself. Put in before the console's own scripts. */

const now = () => performance.timeOrigin + performance.now();

/** Call `done` in the first task after what the browser is doing now. */
const afterThis = (done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
};

/** Whether a frame is being made: what changes now is painted with it, not with the next. */
let isFrame = false;
const { requestAnimationFrame: nextFrame } = window;
window.requestAnimationFrame = (run) =>
  nextFrame.call(window, (time) => {
    if (!isFrame) afterThis(() => (isFrame = false));
    isFrame = true;
    run(time);
  });

/** Call `done` with the time once the frame that shows a change of this moment is painted. */
const painted = (done) => {
  const tell = () => afterThis(() => done(now()));
  if (isFrame) tell();
  else nextFrame.call(window, tell);
};

/** When all rows were first painted, or null. */
window.usableAt = null;
addEventListener("DOMContentLoaded", () => {
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll(".unit").length < 1000 || document.querySelectorAll(".incident").length < 200) return;
    watch.disconnect();
    painted((at) => (window.usableAt = at));
  });
  watch.observe(document.body, { childList: true, subtree: true });
});

/** When a change of each unit was committed (a moment before), when it was in the page, and when it was painted. */
window.committedUnits = {};
window.changedUnits = {};
window.paintedUnits = {};
window.watchUnits = async () => {
  const { live } = await import("/static/js/live.js");
  live.witness((event) => {
    if (event.data.unit) window.committedUnits[event.data.unit] = Date.parse(event.recorded_at);
  });
  new MutationObserver((records) => {
    for (const { target } of records) {
      const row = (target.parentElement ?? target).closest?.(".unit");
      const unit = row && Number(row.id.slice("unit-".length));
      if (!unit || !window.committedUnits[unit] || window.paintedUnits[unit]) continue;
      window.paintedUnits[unit] = Infinity;
      window.changedUnits[unit] = now();
      painted((at) => (window.paintedUnits[unit] = at));
    }
  }).observe(document.querySelector("unit-board"), { childList: true, subtree: true, characterData: true });
};

const TICKING = "elapsed-time, clock-time, fix-age, target-bar, until-time, canvas, unit-map, .live";

/** From each key to what changes first in the page, to what is seen first, and to the answer of its command. */
window.changes = [];
window.reactions = [];
window.answers = [];
window.sent = [];
window.statuses = [];
window.answered = null;
window.watchKeys = () => {
  let began = 0;
  let waits = false;
  addEventListener(
    "keydown",
    (event) => {
      began = performance.timeOrigin + event.timeStamp;
      waits = true;
    },
    true,
  );
  new MutationObserver((records) => {
    if (!waits) return;
    const own = records.some(({ target }) => !(target.parentElement ?? target).closest?.(TICKING));
    if (!own) return;
    waits = false;
    window.changes.push(now() - began);
    painted((at) => window.reactions.push(at - began));
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  const { fetch } = window;
  window.fetch = async (...given) => {
    const sentFor = began;
    const response = await fetch(...given);
    if (given[1]?.method === "POST") {
      window.answered = now() - sentFor;
      window.statuses.push(response.status);
    }
    return response;
  };
};

/** Tasks of the main thread over 50 ms, in ms. */
window.longTasks = [];
window.watchTasks = () =>
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: "longtask" });
