/**
 * Units that overlap on the screen are laid below each other, each with its sign and name; where there are too many, one
 * number stands for them and opens by a click. Whoever calls for help or is looked at never stands for another, nor
 * behind one. Pure, but for the features it makes.
 */

/** @typedef {GeoJSON.Feature<GeoJSON.Point>} PointFeature */
/** @typedef {{units: PointFeature[], crowds: PointFeature[], leaders: GeoJSON.Feature[]}} Spread */

/** Within how many pixels two units are on one spot: with names, and by their signs alone. */
const NAMED = { x: 46, y: 17 };
const BARE = { x: 11, y: 11 };
const LINE_PX = 20;
const COLUMN_PX = 84;
const COLUMN = 8;
/** So many are laid out by themselves; more wait behind a number. */
export const MOST_LAID_OUT = 5;
const TILE_PX = 512;
const LEADER_PX = 10;

/** @param {number} lon @param {number} lat @param {number} zoom @returns {[number, number]} pixels of the whole world */
export function toPixels(lon, lat, zoom) {
  const world = TILE_PX * 2 ** zoom;
  const north = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [((lon + 180) / 360) * world, ((1 - north / Math.PI) / 2) * world];
}

/** @param {number} x @param {number} y @param {number} zoom @returns {[number, number]} longitude and latitude */
export function fromPixels(x, y, zoom) {
  const world = TILE_PX * 2 ** zoom;
  const north = Math.PI * (1 - (2 * y) / world);
  return [(x / world) * 360 - 180, (Math.atan(Math.sinh(north)) * 180) / Math.PI];
}

/**
 * Lay units out for a zoom.
 * @param {PointFeature[]} features with `unit` and `rank`; from rank 2 on, a unit stands by itself
 * @param {number} zoom
 * @param {boolean} hasNames
 * @param {Id | null} opened a unit whose crowd is open
 * @returns {Spread}
 */
export function spread(features, zoom, hasNames, opened) {
  /** @type {Spread} */
  const made = { units: [], crowds: [], leaders: [] };
  for (const group of groupsOf(features, zoom, hasNames ? NAMED : BARE)) {
    const isOpen = group.some((one) => one.feature.properties?.unit === opened);
    const alone = group.filter((one) => one.feature.properties?.rank >= 2);
    const others = group.filter((one) => !alone.includes(one));
    const isCrowd = group.length > MOST_LAID_OUT && !isOpen;
    layOut(isCrowd ? alone : group, group[0], zoom, made);
    if (isCrowd) made.crowds.push(crowd(others, group[0], alone.length, zoom));
  }
  return made;
}

/** @typedef {{feature: PointFeature, x: number, y: number}} Placed */

/**
 * Those that are on one spot, each group with the weightiest first.
 * @param {PointFeature[]} features
 * @param {number} zoom
 * @param {{x: number, y: number}} near
 */
function groupsOf(features, zoom, near) {
  const placed = features.map((feature) => {
    const [lon, lat] = feature.geometry.coordinates;
    const [x, y] = toPixels(lon, lat, zoom);
    return { feature, x, y };
  });
  placed.sort(
    (a, b) =>
      b.feature.properties?.rank - a.feature.properties?.rank || a.feature.properties?.unit - b.feature.properties?.unit,
  );
  /** @type {Map<string, Placed[][]>} */
  const cells = new Map();
  /** @type {Placed[][]} */
  const groups = [];
  for (const one of placed) {
    const column = Math.floor(one.x / near.x);
    const line = Math.floor(one.y / near.y);
    const found = around(cells, column, line).find(
      ([first]) => Math.abs(first.x - one.x) < near.x && Math.abs(first.y - one.y) < near.y,
    );
    if (found) {
      found.push(one);
      continue;
    }
    const group = [one];
    groups.push(group);
    const key = `${column},${line}`;
    cells.set(key, [...(cells.get(key) ?? []), group]);
  }
  return groups;
}

/** @param {Map<string, Placed[][]>} cells @param {number} column @param {number} line */
function around(cells, column, line) {
  const found = [];
  for (let dx = -1; dx <= 1; dx += 1)
    for (let dy = -1; dy <= 1; dy += 1) found.push(...(cells.get(`${column + dx},${line + dy}`) ?? []));
  return found;
}

/**
 * Below each other from the first one on, in columns where they are many.
 * @param {Placed[]} list
 * @param {Placed} anchor
 * @param {number} zoom
 * @param {Spread} made
 */
function layOut(list, anchor, zoom, made) {
  for (const [index, { feature, x, y }] of list.entries()) {
    if (index === 0 && list.length === 1) {
      made.units.push(feature);
      continue;
    }
    const toX = anchor.x + Math.floor(index / COLUMN) * COLUMN_PX;
    const toY = anchor.y + (index % COLUMN) * LINE_PX;
    const shown = fromPixels(toX, toY, zoom);
    made.units.push({ ...feature, geometry: { type: "Point", coordinates: shown } });
    if (Math.hypot(toX - x, toY - y) > LEADER_PX)
      made.leaders.push({
        type: "Feature",
        geometry: { type: "LineString", coordinates: [feature.geometry.coordinates, shown] },
        properties: {},
      });
  }
}

/**
 * The number that stands for some.
 * @param {Placed[]} others
 * @param {Placed} anchor
 * @param {number} above how many are laid out above it
 * @param {number} zoom
 * @returns {PointFeature}
 */
function crowd(others, anchor, above, zoom) {
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: fromPixels(anchor.x, anchor.y + above * LINE_PX, zoom) },
    properties: { count: others.length, unit: others[0].feature.properties?.unit },
  };
}
