/**
 * Sounds that can be told apart without looking: how many tones, how high, and which way they go. Only one window of a
 * dispatcher sounds. All but the call for help may be switched off; that one is in `alarm-sound.js` and never is.
 */

import { gettext } from "../i18n.js";
import { isMuted } from "./layout.js";

/** @typedef {"emergency" | "backup" | "welfare" | "urgent" | "reminder" | "watch" | "message"} SoundName */
/** @typedef {{hertz: number, s: number, wave: OscillatorType}} Tone */

const VOLUME = 0.2;
const PAUSE_S = 0.04;

/** @type {Record<SoundName, Tone[]>} */
const TONES = {
  emergency: [{ hertz: 988, s: 0.22, wave: "triangle" }, { hertz: 740, s: 0.22, wave: "triangle" }],
  backup: [523, 659, 784].map((hertz) => ({ hertz, s: 0.13, wave: "square" })),
  welfare: [440, 440].map((hertz) => ({ hertz, s: 0.3, wave: "sine" })),
  urgent: [880, 880, 880].map((hertz) => ({ hertz, s: 0.08, wave: "triangle" })),
  reminder: [587, 587].map((hertz) => ({ hertz, s: 0.15, wave: "triangle" })),
  watch: [{ hertz: 392, s: 0.25, wave: "sine" }],
  message: [{ hertz: 660, s: 0.12, wave: "sine" }],
};

/** How many times each has sounded on this page. @type {Record<SoundName, number>} */
export const played = { emergency: 0, backup: 0, welfare: 0, urgent: 0, reminder: 0, watch: 0, message: 0 };

/** From what must be heard above everything to what may wait. */
const WEIGHT = /** @type {SoundName[]} */ (["emergency", "backup", "welfare", "urgent", "reminder", "watch", "message"]);

/** @type {AudioContext | null} */
let context = null;
let freeAt = 0;
let isOurs = false;

/** Of several windows that somebody has touched one sounds; when it closes, another does. Untouched ones are kept silent by the browser. */
function claim() {
  for (const touch of ["pointerdown", "keydown"]) removeEventListener(touch, claim);
  if (!navigator.locks) {
    isOurs = true; // on plain http in a local network
    return;
  }
  void navigator.locks.request("patrulja.sound", () => {
    isOurs = true;
    return new Promise(() => {});
  });
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, claim);

/**
 * Sound once, unless it is switched off here; several at the same time come one after the other.
 * @param {SoundName} name
 */
export function sound(name) {
  if (isOurs && (name === "emergency" || !isMuted(name))) play(name);
}

/** @param {SoundName} name */
function play(name) {
  played[name] += 1;
  context ??= new AudioContext();
  if (context.state !== "running") return void context.resume();
  let at = Math.max(context.currentTime, freeAt);
  for (const { hertz, s, wave } of TONES[name]) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = wave;
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(wave === "square" ? VOLUME / 3 : VOLUME, at + 0.01);
    gain.gain.linearRampToValueAtTime(0, at + s);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + s);
    at += s + PAUSE_S;
  }
  freeAt = at + 0.1;
  return undefined;
}

/** @type {Record<SoundName, () => string>} */
const WORDS = {
  emergency: () => gettext("call for help"),
  backup: () => gettext("back-up asked for"),
  welfare: () => gettext("no contact with a patrol"),
  urgent: () => gettext("urgent call"),
  reminder: () => gettext("reminder"),
  watch: () => gettext("alarm from positions"),
  message: () => gettext("message"),
};

/** All sounds, the weightiest first, with a way to hear each. */
export const SOUNDS = WEIGHT.map((name) => ({ name, words: WORDS[name], isNeverMuted: name === "emergency", play: () => play(name) }));
