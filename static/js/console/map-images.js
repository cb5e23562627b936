/** Images that the map draws with: the signs, and the label's ground, in the colours of the theme. */

import { drawSign } from "./signs.js";

/** @typedef {import("./order.js").Sign} Sign */

/** @type {readonly Sign[]} */
export const SIGNS = ["available", "conditional", "en_route", "on_scene", "unavailable", "emergency"];

const RATIO = 2;
const SIGN_PX = 16;

/** @type {HTMLElement | undefined} */
let probe;

/**
 * A colour token as the present theme has it.
 * @param {string} token such as `--available`
 */
export function colour(token) {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}

/** @param {Sign} sign */
export const signColour = (sign) => colour(`--${sign.replace("_", "-")}`);

/**
 * @param {number} width
 * @param {number} height
 * @param {(context: CanvasRenderingContext2D) => void} draw in CSS pixels
 */
function image(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(RATIO, RATIO);
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * Give the map its images, again after a change of the theme.
 * @param {import("maplibre-gl").Map} map
 */
export function addImages(map) {
  for (const sign of SIGNS) {
    put(map, `sign-${sign}`, image(SIGN_PX, SIGN_PX, (context) => drawSign(context, sign, signColour(sign))));
  }
  put(map, "hazard", image(20, 20, drawHazard));
  put(map, "label", label(colour("--panel"), colour("--line-strong")), STRETCH);
  put(map, "label-selected", label(colour("--selected"), colour("--accent")), STRETCH);
  put(map, "label-emergency", label(colour("--alarm"), colour("--alarm-line")), STRETCH);
}

/** A triangle: a danger that is known. @param {CanvasRenderingContext2D} context */
function drawHazard(context) {
  const shape = new Path2D("M10 1.5 19 18 1 18z");
  context.fillStyle = colour("--hazard");
  context.strokeStyle = colour("--warning");
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.fill(shape);
  context.stroke(shape);
}

/** @type {Partial<import("maplibre-gl").StyleImageMetadata>} */
const STRETCH = { stretchX: [[8, 32]], stretchY: [[8, 32]], content: [0, 0, 40, 40] };

/**
 * @param {string} ground
 * @param {string} line
 */
function label(ground, line) {
  return image(20, 20, (context) => {
    context.beginPath();
    context.roundRect(0.5, 0.5, 19, 19, 3);
    context.fillStyle = ground;
    context.globalAlpha = 0.92;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.stroke();
  });
}

/**
 * @param {import("maplibre-gl").Map} map
 * @param {string} name
 * @param {ImageData} data
 * @param {Partial<import("maplibre-gl").StyleImageMetadata>} [options]
 */
function put(map, name, data, options = {}) {
  if (map.hasImage(name)) map.removeImage(name);
  map.addImage(name, data, { pixelRatio: RATIO, ...options });
}
