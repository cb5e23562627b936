/** Distances by the straight line. */

const EARTH_M = 6_371_000;

/**
 * The distance on a sphere, by the haversine formula.
 * @param {{lon: number, lat: number}} from
 * @param {{lon: number, lat: number}} to
 */
export function metresBetween(from, to) {
  const radians = Math.PI / 180;
  const north = Math.sin(((to.lat - from.lat) * radians) / 2);
  const east = Math.sin(((to.lon - from.lon) * radians) / 2);
  const share = north * north + Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * east * east;
  return 2 * EARTH_M * Math.asin(Math.sqrt(share));
}
