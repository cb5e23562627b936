/** How things stand for the crew: what the server said, and over it what was pressed and is not sent yet. */

import { kinds } from "../console/kinds.js";
import { unsent } from "./queue.js";
import { known } from "./state.js";

const ENDED = new Set(["cleared", "cancelled", "pre_empted", "refused"]);

const own = () => (known.state ? unsent(known.state.user.id) : []);

/** What the signed-in person entered and is not sent. That a message was read is said by itself, and is no entry. */
export const mine = () => own().filter((item) => item.kind !== "receipt");

/** Messages that were opened here, and the server does not know it yet. */
export const readHere = () => new Set(own().flatMap((item) => (item.kind === "receipt" ? /** @type {Id[]} */ (item.body.read) : [])));

const waiting = () => mine().filter((item) => item.state === "waiting");

/** The last step pressed and not sent, of an assignment. @param {Id | string} assignment */
const lastStep = (assignment) => waiting().findLast((item) => item.kind === "step" && item.assignment === assignment);

/** The job that the crew is on, where it stands, and whether the server knows that; null without one. */
export function present() {
  const job = known.state?.job ?? enteredHere();
  if (!job) return null;
  const step = lastStep(job.assignment.id);
  const status = step ? String(step.body.status) : job.assignment.status;
  return ENDED.has(status) ? null : { ...job, status, isSent: !step && typeof job.assignment.id === "number" };
}

/**
 * The job on what the crew came upon, before the server knows of it. Its numbers are references: `@ref`.
 * @returns {(Omit<import("./state.js").Job, "assignment" | "incident"> & {assignment: LocalAssignment, incident: LocalIncident}) | null}
 */
function enteredHere() {
  const item = waiting().findLast((one) => one.kind === "on_view" && one.body.attend);
  if (!item) return null;
  const { body, ref, at } = item;
  const place = /** @type {{lon: number, lat: number} | null} */ (body.location);
  return {
    assignment: { id: `@${ref}`, status: "on_scene", dispatched_at: at },
    incident: {
      id: `@${ref}`,
      number: "",
      type: /** @type {{code: string, name: string}} */ (kinds.get(String(body.type)) ?? { code: String(body.type), name: String(body.type) }),
      priority: kinds.get(String(body.type))?.priority ?? 3,
      received_at: at,
      place: String(body.place),
      place_detail: "",
      location: place ? [place.lon, place.lat] : null,
      summary: String(body.summary),
    },
    ...{ calls: [], hazards: [], earlier: [], outcome: null, notes: [], colleagues: [] },
  };
}

/**
 * @typedef {Pick<AssignmentCard, "status" | "dispatched_at"> & {id: Id | string}} LocalAssignment
 * @typedef {Pick<IncidentCard, "number" | "type" | "priority" | "received_at" | "place" | "place_detail" | "location" | "summary"> & {id: Id | string}} LocalIncident
 */

/** How the crew said that its job ended, sent or not. @param {NonNullable<ReturnType<typeof present>>} job */
export function outcomeOf(job) {
  const said = waiting().findLast((item) => item.kind === "outcome" && item.assignment === job.assignment.id);
  if (said) return { disposition: String(said.body.disposition), text: String(said.body.text ?? ""), isSent: false };
  return job.outcome ? { ...job.outcome, isSent: true } : null;
}

/** What waits of one kind. @param {import("./queue.js").Kind} kind */
export const waitingOf = (kind) => waiting().filter((item) => item.kind === kind);

/** The job that is cleared here, and not yet at the server. */
export function clearedHere() {
  const job = known.state?.job ?? enteredHere();
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
