/**
 * The basemap's style, night and day, from the tiles of the region pack.
 *
 * Quiet by intent: land barely lighter than the page, three greys of road, dark water, dim names; units and incidents
 * are the only bright things. No `glyphs`, no sprite: labels are drawn with fonts of the machine, and nothing is fetched
 * but our own tiles.
 */

/**
 * @typedef {import("maplibre-gl").StyleSpecification} Style
 * @typedef {import("maplibre-gl").LayerSpecification} Layer
 * @typedef {import("maplibre-gl").ExpressionSpecification} Expression
 * @typedef {"night" | "day"} Theme
 * @typedef {{basemap: string, attribution: string, attribution_url?: string}} Region as GET /api/v1/region/ gives it
 */

const PALETTES = {
  night: {
    land: "#0e141a",
    built: "#10171e",
    green: "#0e1d17",
    water: "#0a1d31",
    building: "#141c24",
    path: "#1a232c",
    small: "#1d2731",
    middle: "#273340",
    main: "#34424f",
    rail: "#1f2a34",
    boundary: "#2b3947",
    street: "#74828f",
    quarter: "#8391a0",
    town: "#a3b1bf",
    waterName: "#41678f",
    number: "#55636f",
    poi: "#74828f",
    halo: "#0b0f14",
  },
  day: {
    land: "#ece7dc",
    built: "#e6e0d3",
    green: "#d3dcc1",
    water: "#b4cbd9",
    building: "#dad3c4",
    path: "#d3cdc0",
    small: "#cdc6b8",
    middle: "#b9b2a4",
    main: "#a29b8d",
    rail: "#c4bcae",
    boundary: "#a79f90",
    street: "#5b5a54",
    quarter: "#5e5a50",
    town: "#45413a",
    waterName: "#3d6c8c",
    number: "#7b766b",
    poi: "#5b5a54",
    halo: "#f3efe6",
  },
};

const FONT = ["DejaVu Sans", "Noto Sans", "Verdana", "sans-serif"];

/**
 * @param {Theme} theme
 * @param {string} language code of the page's language: names are Cyrillic in `sr`, Latin in all others
 * @param {Region} [region] with it the style knows its attribution and the exact version of its tiles
 * @returns {Style}
 */
export function mapStyle(theme, language, region) {
  const palette = PALETTES[theme];
  const tiles = new URL(region?.basemap ?? "/region/basemap.pmtiles", globalThis.location?.href ?? "http://localhost/");
  return {
    version: 8,
    sources: {
      basemap: { type: "vector", url: `pmtiles://${tiles.href}`, ...(region && { attribution: credit(region) }) },
    },
    layers: [...land(palette), ...roads(palette), ...labels(palette, named(language))],
  };
}

/**
 * Thanks to those whose data is shown, with a link where there is one.
 * @param {Region} region
 */
function credit({ attribution, attribution_url: url }) {
  return url ? `<a href="${url}" target="_blank" rel="noopener">${attribution}</a>` : attribution;
}

/**
 * The name in the reader's script.
 * @param {string} language
 * @returns {Expression}
 */
function named(language) {
  return language === "sr" ? ["get", "name"] : ["coalesce", ["get", "latin"], ["get", "name"]];
}

/**
 * A width that doubles with each zoom level from `from` on, so that a road keeps its width in metres.
 * @param {number} thin
 * @param {number} wide
 * @returns {Expression}
 */
function width(thin, wide) {
  return ["interpolate", ["exponential", 1.6], ["zoom"], 9, thin, 18, wide];
}

/**
 * @param {typeof PALETTES.night} palette
 * @returns {Layer[]}
 */
function land(palette) {
  return [
    { id: "land", type: "background", paint: { "background-color": palette.land } },
    fill("built", "landuse", palette.built, ["==", ["get", "class"], "built"]),
    fill("green", "landuse", palette.green, ["==", ["get", "class"], "green"]),
    fill("water", "water", palette.water),
    {
      id: "waterway",
      type: "line",
      source: "basemap",
      "source-layer": "waterway",
      paint: {
        "line-color": palette.water,
        "line-width": ["match", ["get", "class"], ["river", "canal"], 2, 0.8],
      },
    },
    { ...fill("building", "building", palette.building), minzoom: 14 },
    {
      id: "boundary",
      type: "line",
      source: "basemap",
      "source-layer": "boundary",
      paint: { "line-color": palette.boundary, "line-width": 1, "line-dasharray": [4, 3] },
    },
  ];
}

/**
 * @param {string} id
 * @param {string} layer
 * @param {string} colour
 * @param {Expression} [filter]
 * @returns {import("maplibre-gl").FillLayerSpecification}
 */
function fill(id, layer, colour, filter) {
  return {
    id,
    type: "fill",
    source: "basemap",
    "source-layer": layer,
    paint: { "fill-color": colour },
    ...(filter && { filter }),
  };
}

/**
 * @param {typeof PALETTES.night} palette
 * @returns {Layer[]}
 */
function roads(palette) {
  return [
    { ...road("path", palette.path, width(0.2, 2)), minzoom: 14 },
    {
      id: "rail",
      type: "line",
      source: "basemap",
      "source-layer": "rail",
      paint: { "line-color": palette.rail, "line-width": width(0.6, 3), "line-dasharray": [6, 3] },
    },
    road("small", palette.small, width(0.3, 14)),
    road("middle", palette.middle, width(0.8, 20)),
    road("main", palette.main, width(1.2, 26)),
  ];
}

/**
 * @param {string} group
 * @param {string} colour
 * @param {Expression} lineWidth
 * @returns {import("maplibre-gl").LineLayerSpecification}
 */
function road(group, colour, lineWidth) {
  return {
    id: `road-${group}`,
    type: "line",
    source: "basemap",
    "source-layer": "road",
    filter: ["==", ["get", "group"], group],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": colour,
      "line-width": lineWidth,
      "line-opacity": ["case", ["to-boolean", ["get", "tunnel"]], 0.4, 1],
    },
  };
}

/**
 * @param {typeof PALETTES.night} palette
 * @param {Expression} name
 * @returns {Layer[]}
 */
function labels(palette, name) {
  return [
    {
      ...label("house-number", "house_number", ["get", "number"], 10, palette.number, palette.halo),
      minzoom: 17,
    },
    {
      ...label("water-name", "water_name", name, 11, palette.waterName, palette.halo),
      minzoom: 12,
    },
    alongStreet("street-small", "small", name, 11, palette, 15),
    alongStreet("street-middle", "middle", name, 11, palette, 13),
    alongStreet("street-main", "main", name, 12, palette, 12),
    {
      ...label("poi", "poi", name, 11, palette.poi, palette.halo),
      minzoom: 15,
    },
    {
      ...label("quarter", "place_name", name, 12, palette.quarter, palette.halo),
      filter: [">", ["get", "rank"], 4],
      minzoom: 12,
      maxzoom: 16,
    },
    {
      ...label("town", "place_name", name, 14, palette.town, palette.halo),
      filter: ["<=", ["get", "rank"], 4],
      maxzoom: 14,
    },
  ];
}

/**
 * @param {string} id
 * @param {string} layer
 * @param {Expression} text
 * @param {number} size
 * @param {string} colour
 * @param {string} halo
 * @returns {import("maplibre-gl").SymbolLayerSpecification}
 */
function label(id, layer, text, size, colour, halo) {
  return {
    id: `label-${id}`,
    type: "symbol",
    source: "basemap",
    "source-layer": layer,
    layout: { "text-field": text, "text-font": FONT, "text-size": size, "text-max-width": 8 },
    paint: { "text-color": colour, "text-halo-color": halo, "text-halo-width": 1.2 },
  };
}

/**
 * @param {string} id
 * @param {string} group
 * @param {Expression} name
 * @param {number} size
 * @param {typeof PALETTES.night} palette
 * @param {number} minzoom
 * @returns {import("maplibre-gl").SymbolLayerSpecification}
 */
function alongStreet(id, group, name, size, palette, minzoom) {
  const base = label(id, "road_name", name, size, palette.street, palette.halo);
  return {
    ...base,
    minzoom,
    filter: ["==", ["get", "group"], group],
    layout: { ...base.layout, "symbol-placement": "line", "symbol-spacing": 280, "text-max-angle": 30 },
  };
}
