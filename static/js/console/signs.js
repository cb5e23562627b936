/** The signs of units, by shape and colour together; the same in lists, chips, board and map. */

import { html, svg } from "lit";

/** @typedef {import("./order.js").Sign} Sign */

const STAR = "M8 .9l2.1 4.7 5.1.5-3.9 3.4 1.2 5L8 11.9l-4.5 2.6 1.2-5L.8 6.1l5.1-.5z";

/** @type {Record<Sign, ReturnType<typeof svg>>} */
const SHAPES = {
  available: svg`<circle cx="8" cy="8" r="5.5" fill="currentColor"/>`,
  conditional: svg`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M8 3a5 5 0 0 0 0 10z" fill="currentColor"/>`,
  en_route: svg`<path d="M8 1.5 14 14 8 11 2 14z" fill="currentColor"/>`,
  on_scene: svg`<rect x="2.5" y="2.5" width="11" height="11" fill="currentColor"/>`,
  unavailable: svg`<circle cx="8" cy="8" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/>`,
  emergency: svg`<path d="${STAR}" fill="currentColor"/>`,
};

/**
 * A sign for text; the words beside it say the same.
 * @param {Sign} sign
 */
export function signIcon(sign) {
  return html`<svg class="sign ${sign}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SHAPES[sign]}</svg>`;
}

/**
 * Draw a sign on a canvas, for the map.
 * @param {CanvasRenderingContext2D} context scaled so that the sign takes 16 by 16
 * @param {Sign} sign
 * @param {string} colour
 */
export function drawSign(context, sign, colour) {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  const shape = new Path2D();
  switch (sign) {
    case "available":
      shape.arc(8, 8, 5.5, 0, 2 * Math.PI);
      return context.fill(shape);
    case "conditional": {
      shape.arc(8, 8, 5, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.stroke(shape);
      const half = new Path2D();
      half.arc(8, 8, 5, Math.PI / 2, (3 * Math.PI) / 2);
      return context.fill(half);
    }
    case "en_route":
      return context.fill(new Path2D("M8 1.5 14 14 8 11 2 14z"));
    case "on_scene":
      return context.fillRect(2.5, 2.5, 11, 11);
    case "unavailable":
      shape.arc(8, 8, 4.75, 0, 2 * Math.PI);
      context.lineWidth = 1.75;
      return context.stroke(shape);
    case "emergency":
      return context.fill(new Path2D(STAR));
  }
}
