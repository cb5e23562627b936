/** How things stand for the crew: what the server said, and over it what was pressed and is not sent yet. */

import { unsent } from "./queue.js";
import { known } from "./state.js";

const ENDED = new Set(["cleared", "cancelled", "pre_empted", "refused"]);

/** What of the signed-in person is not sent. */
export const mine = () => (known.state ? unsent(known.state.user.id) : []);

const waiting = () => mine().filter((item) => item.state === "waiting");

/** The last step pressed and not sent, of an assignment. @param {Id} assignment */
const lastStep = (assignment) => waiting().findLast((item) => item.kind === "step" && item.assignment === assignment);

/** The job that the crew is on, where it stands, and whether the server knows that; null without one. */
export function present() {
  const job = known.state?.job;
  if (!job) return null;
  const step = lastStep(job.assignment.id);
  const status = step ? String(step.body.status) : job.assignment.status;
  return ENDED.has(status) ? null : { ...job, status, isSent: !step };
}

/** The job that is cleared here, and not yet at the server. */
export function clearedHere() {
  const job = known.state?.job;
  return job && lastStep(job.assignment.id)?.body.status === "cleared" ? job : null;
}

/** The unit's status, and whether the server knows it. */
export function unitStatus() {
  const unit = known.state?.unit;
  const pressed = waiting().findLast((item) => item.kind === "status");
  return { status: pressed ? String(pressed.body.status) : (unit?.status ?? ""), isSent: !pressed };
}

/** Whether a sign-off waits to be sent. */
export const isSigningOff = () => mine().some((item) => item.kind === "sign_off");
