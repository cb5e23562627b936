/**
 * This device: the key that it made for itself, and orders of an administrator to erase what it keeps of somebody. The
 * key is its proof, so that an order reaches it also when nobody is signed in any more.
 */

import { changed } from "../bus.js";
import { forget, keep, recall, removeOf } from "./database.js";
import { forgetUnsent, unsent } from "./queue.js";
import { newKey, post } from "./sending.js";

const KEY = "device";

/** What was erased here since the page was opened, to be said. @type {{wasErased: boolean}} */
export const erased = { wasErased: false };

/** @type {Promise<string> | undefined} */
let key;

/** The key of this device; made at the first call. */
export function deviceKey() {
  key ??= (async () => {
    const kept = await recall(KEY);
    if (kept) return kept;
    const made = newKey();
    await keep(KEY, made);
    return made;
  })();
  return key;
}

/**
 * Ask whether there is something to erase; erase it, and say so.
 * @param {(user: Id) => Promise<void>} eraseKnown erases what the page knows, if it is this person's
 */
export async function contact(eraseKnown) {
  const device = await deviceKey();
  const answer = await post("/api/v1/field/contact/", { device });
  if (answer.status !== 200 || !answer.body.orders.length) return;
  const done = [];
  for (const { id, user, unsent: isAll } of answer.body.orders) {
    await eraseKnown(user);
    if (isAll) {
      await forgetUnsent(user);
      await removeOf("fixes", user);
      await forget(`emergency-${user}`);
    }
    done.push({ order: id, left: unsent(user).length });
  }
  erased.wasErased = true;
  changed("field");
  await post("/api/v1/field/contact/", { device, done });
}
