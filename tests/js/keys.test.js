/** Single keys: each means one thing. */

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.addEventListener = () => {}; // there is no window here
const { bindKeys, boundKeys } = await import("../../static/js/keys.js");

const binding = (/** @type {string} */ key) => ({ key, label: () => key, run: () => {} });

test("a key that is bound already is refused, and keeps its meaning", () => {
  const first = binding("q");
  bindKeys([first, binding("F1")]);
  assert.throws(() => bindKeys([binding("w"), binding("q")]), /bound twice/);
  assert.equal(boundKeys().find(({ key }) => key === "q"), first);
});

test("one list may not name a key twice", () => {
  assert.throws(() => bindKeys([binding("a"), binding("a")]), /bound twice/);
});

test("a key that nobody can type is refused", () => {
  assert.throws(() => bindKeys([binding("ц")]), /typed as c/);
});
