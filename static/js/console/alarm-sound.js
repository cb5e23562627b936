/**
 * The sound of an alarm, made here: two falling tones, again and again until somebody answers for it; from its escalation
 * on, twice as often and higher. Browsers let a page sound only after somebody has touched it; until then it says so.
 */

const REPEAT_MS = 2500;
const REPEAT_ESCALATED_MS = 1200;
const TONE_S = 0.22;
const TONES_HZ = [988, 740];
const TONES_ESCALATED_HZ = [1319, 988, 1319];
const TONES_CHIME_HZ = [660, 880];
const VOLUME = 0.25;

/** @typedef {"silent" | "calling" | "escalated"} Urgency */

/** @type {AudioContext | null} */
let context = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let repeating;
/** @type {Urgency} */
let urgency = "silent";

/** How many times alarms and chimes have sounded on this page. */
export const sounded = { times: 0, chimes: 0 };

/** Whether the browser keeps it silent until somebody touches the page. */
export function isMuted() {
  return urgency !== "silent" && context?.state !== "running";
}

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
  repeating = setInterval(play, wanted === "escalated" ? REPEAT_ESCALATED_MS : REPEAT_MS);
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
  if (!context) return;
  if (context.state !== "running") return void context.resume();
  sounded.times += 1;
  const tones = urgency === "escalated" ? TONES_ESCALATED_HZ : TONES_HZ;
  for (const [index, hertz] of tones.entries()) beep(context, hertz, context.currentTime + index * TONE_S);
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

for (const touch of ["pointerdown", "keydown"])
  addEventListener(touch, () => {
    context ??= new AudioContext();
    if (context.state !== "running") void context.resume();
  });
