/**
 * The sounds of what must not wait, made here and told apart by ear: an alarm is two falling tones, again and again until
 * somebody answers for it, from its escalation on twice as often and higher; a request for back-up three rising tones; a
 * patrol that gives no sign of life one low tone, seldom. A request that nobody has answered in time sounds twice as often,
 * too. Browsers let a page sound only after somebody has touched it;
 * until then it says so.
 */

const TONE_S = 0.22;
const TONES_CHIME_HZ = [660, 880];
const VOLUME = 0.25;

/** @typedef {"silent" | "reminder" | "welfare" | "backup" | "backup_urgent" | "backup_escalated" | "calling" | "escalated"} Urgency */

/** @type {Record<Exclude<Urgency, "silent">, {tonesHz: number[], everyMs: number}>} */
const SOUNDS = {
  reminder: { tonesHz: [587, 587], everyMs: 8000 },
  welfare: { tonesHz: [440], everyMs: 10_000 },
  backup: { tonesHz: [523, 659, 784], everyMs: 15_000 },
  backup_urgent: { tonesHz: [523, 659, 784], everyMs: 4000 },
  backup_escalated: { tonesHz: [659, 784, 1047], everyMs: 2000 },
  calling: { tonesHz: [988, 740], everyMs: 2500 },
  escalated: { tonesHz: [1319, 988, 1319], everyMs: 1200 },
};

/** @type {AudioContext | null} */
let context = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let repeating;
/** @type {Urgency} */
let urgency = "silent";

/** How many times alarms and chimes have sounded on this page, and alarms for what. @type {{times: number, chimes: number, of: Partial<Record<Urgency, number>>}} */
export const sounded = { times: 0, chimes: 0, of: {} };

/** Whether the browser keeps it silent until somebody touches the page. */
export function isMuted() {
  return urgency !== "silent" && context?.state !== "running";
}

/** What sounds here. */
export const sounding = () => urgency;

/**
 * Sound from now on, or fall silent.
 * @param {Urgency} wanted
 */
export function sound(wanted) {
  if (wanted === urgency) return;
  urgency = wanted;
  clearInterval(repeating);
  if (wanted === "silent") return;
  context ??= new AudioContext();
  play();
  repeating = setInterval(play, SOUNDS[wanted].everyMs);
}

/** A short rising sign that something came in; an alarm that sounds is not disturbed. */
export function chime() {
  if (urgency !== "silent") return;
  context ??= new AudioContext();
  if (context.state !== "running") return void context.resume();
  sounded.chimes += 1;
  for (const [index, hertz] of TONES_CHIME_HZ.entries()) beep(context, hertz, context.currentTime + index * TONE_S);
}

function play() {
  if (!context || urgency === "silent") return;
  if (context.state !== "running") return void context.resume();
  sounded.times += 1;
  sounded.of[urgency] = (sounded.of[urgency] ?? 0) + 1;
  for (const [index, hertz] of SOUNDS[urgency].tonesHz.entries()) beep(context, hertz, context.currentTime + index * TONE_S);
}

/**
 * @param {AudioContext} audio
 * @param {number} hertz
 * @param {number} at
 */
function beep(audio, hertz, at) {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.type = "triangle";
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
  gain.gain.setValueAtTime(VOLUME, at + TONE_S - 0.04);
  gain.gain.linearRampToValueAtTime(0, at + TONE_S);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + TONE_S);
}

function wake() {
  context ??= new AudioContext();
  if (context.state !== "running") void context.resume();
}

for (const touch of ["pointerdown", "keydown"])
  addEventListener(touch, () => setTimeout(wake, 50)); // making it takes long: what the key is for comes first
