/** The ways to the selected incident: of those who drive there, of those who are proposed, of the one that is looked at. */

import { ApiError, read } from "../api.js";
import { store } from "../store.js";
import { desk } from "./desk.js";
import { signColour } from "./map-images.js";
import { needsUnits } from "./order.js";
import { offerOf, proposed } from "./proposal.js";

const KEPT = 50;
const SHOWN_OFFERS = 3;
const GRID = 3;

/** Ways already asked for, by rounded ends. @type {Map<string, Promise<GeoJSON.LineString | null>>} */
const known = new Map();

/**
 * Ways to draw now.
 * @param {boolean} isShown
 * @returns {Promise<GeoJSON.FeatureCollection>}
 */
export async function currentWays(isShown) {
  const { card } = desk;
  const to = card?.location;
  if (!isShown || !card || !to || desk.isTakingCall) return { type: "FeatureCollection", features: [] };
  const driving = store.activeOn(card.id).filter((job) => !job.on_scene_at && !job.action_taken_at);
  const offered = needsUnits(card) ? proposed().slice(0, SHOWN_OFFERS).map((offer) => offer.unit) : [];
  if (desk.unit !== null && !offered.includes(desk.unit) && offerOf(desk.unit)) offered.push(desk.unit);
  const features = await Promise.all([
    ...driving.map((job) => way(job.unit, to, false)),
    ...offered.filter((unit) => !driving.some((job) => job.unit === unit)).map((unit) => way(unit, to, true)),
  ]);
  return { type: "FeatureCollection", features: features.filter((feature) => feature !== null) };
}

/**
 * @param {Id} unit
 * @param {LonLat} to
 * @param {boolean} isProposed
 * @returns {Promise<GeoJSON.Feature | null>}
 */
async function way(unit, to, isProposed) {
  const position = store.positions.get(unit);
  if (!position) return null;
  const geometry = await route([position.lon, position.lat], to);
  if (!geometry) return null;
  const offer = isProposed ? offerOf(unit) : undefined;
  const colour = signColour(isProposed ? (offer?.conditional ? "conditional" : "available") : "en_route");
  return { type: "Feature", geometry, properties: { unit, colour, proposed: isProposed, main: !offer || offer.recommended } };
}

/**
 * @param {LonLat} from
 * @param {LonLat} to
 */
function route(from, to) {
  const key = [...from, ...to].map((degrees) => degrees.toFixed(GRID)).join();
  const found = known.get(key);
  if (found) return found;
  const asked = read("routes/", { query: { from: from.join(), to: to.join() } })
    .then((answer) => /** @type {GeoJSON.LineString} */ (answer.geometry))
    .catch((error) => {
      known.delete(key);
      if (error instanceof ApiError) return null;
      throw error;
    });
  if (known.size >= KEPT) known.delete(/** @type {string} */ (known.keys().next().value));
  known.set(key, asked);
  return asked;
}
