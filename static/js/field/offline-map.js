/**
 * The region's map, kept on the device when the officer asks for it: the basemap's file in pieces, so that a download that
 * broke off goes on where it was. The service worker answers from the pieces (`templates/field_worker.js`).
 */

import { html, nothing } from "lit";

import { ApiError, read } from "../api.js";
import { changed } from "../bus.js";
import { dateAndTime } from "../clock.js";
import { fill, gettext } from "../i18n.js";
import { keep, recall } from "./database.js";

const CACHE = "field-map";
const PIECE = 2 ** 20;
const KEY = "map";

/**
 * What is kept: of which file, how large it is, when the last piece came (null: not whole yet).
 * @typedef {{basemap: string, size: number, keptAt: number | null}} KeptMap
 */

/** @type {{kept: KeptMap | null, region: any, done: number, size: number, isBusy: boolean, fault: string}} */
export const offlineMap = { kept: null, region: null, done: 0, size: 0, isBusy: false, fault: "" };

/** What is kept here, and whether there is a newer map. */
export async function openMap() {
  offlineMap.kept = (await recall(KEY)) ?? null;
  offlineMap.region = (await recall("region")) ?? null;
  changed("field");
}

/** The region as the server says it, or as it was last said. */
export async function regionInUse() {
  try {
    offlineMap.region = await read("region/");
    await keep("region", offlineMap.region);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    offlineMap.region ??= (await recall("region")) ?? null;
  }
  changed("field");
  return offlineMap.region;
}

/** The address of one piece in the cache; the worker makes the same. @param {string} basemap @param {number} index */
const pieceAddress = (basemap, index) => `${new URL(basemap, location.href)}&piece=${index}`;

/** Keep the whole map; goes on where it stopped before. */
export async function downloadMap() {
  if (offlineMap.isBusy) return;
  Object.assign(offlineMap, { isBusy: true, fault: "", done: 0 });
  changed("field");
  try {
    const region = await regionInUse();
    if (!region) throw new ApiError(0, {});
    await fetchPieces(region.basemap);
  } catch (error) {
    offlineMap.fault = error instanceof ApiError ? error.message : gettext("The map could not be kept: the network broke off, or the device is full.");
    if (!(error instanceof ApiError || error instanceof TypeError || error instanceof DOMException)) throw error;
  } finally {
    offlineMap.isBusy = false;
    changed("field");
  }
}

/** @param {string} basemap */
async function fetchPieces(basemap) {
  const cache = await caches.open(CACHE);
  const first = await piece(cache, basemap, 0);
  const size = sizeOf(first);
  Object.assign(offlineMap, { size, done: Math.min(PIECE, size) });
  if (offlineMap.kept?.basemap !== basemap) await note({ basemap, size, keptAt: null });
  for (let index = 1; index * PIECE < size; index += 1) {
    await piece(cache, basemap, index);
    offlineMap.done = Math.min((index + 1) * PIECE, size);
    changed("field");
  }
  await note({ basemap, size, keptAt: Date.now() });
  const wanted = new URL(basemap, location.href).href;
  for (const request of await cache.keys()) if (!request.url.startsWith(wanted)) await cache.delete(request);
}

/** @param {KeptMap} kept */
async function note(kept) {
  offlineMap.kept = kept;
  await keep(KEY, kept);
}

/** One piece: as it is kept, or fetched and kept. @param {Cache} cache @param {string} basemap @param {number} index */
async function piece(cache, basemap, index) {
  const address = pieceAddress(basemap, index);
  const kept = await cache.match(address);
  if (kept) return kept;
  const range = `bytes=${index * PIECE}-${(index + 1) * PIECE - 1}`;
  const answer = await fetch(basemap, { headers: { Range: range, "X-Piece": "1" }, credentials: "same-origin", cache: "no-store" });
  if (answer.status !== 206) throw new ApiError(answer.status, {});
  const headers = { "Content-Type": "application/octet-stream", "X-Size": String(sizeOf(answer)) };
  const made = new Response(await answer.arrayBuffer(), { headers });
  await cache.put(address, made.clone());
  return made;
}

/** The size of the whole file, in bytes, as the answer for a part of it says. @param {Response} answer */
function sizeOf(answer) {
  return Number(answer.headers.get("X-Size") ?? answer.headers.get("Content-Range")?.split("/")[1] ?? 0);
}

/** Erase the kept map. */
async function dropMap() {
  await caches.delete(CACHE);
  await keep(KEY, null);
  offlineMap.kept = null;
  changed("field");
}

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;

export function mapPanel() {
  const { kept, region, isBusy, done, size, fault } = offlineMap;
  const isWhole = kept?.keptAt != null;
  const isOld = isWhole && region !== null && region.basemap !== kept.basemap;
  return html`<section class="part map-panel" aria-labelledby="map-title">
    <h1 id="map-title">${gettext("Map without a network")}</h1>
    <p>${standing(kept, isOld)}</p>
    ${isBusy
      ? html`<progress max=${size || 1} value=${done} aria-label=${gettext("Map without a network")}></progress>
          <p class="mono" role="status">${megabytes(done)} / ${size ? megabytes(size) : "…"}</p>`
      : nothing}
    ${fault ? html`<p class="message-box" role="alert">${fault}</p>` : nothing}
    <button class="big primary" ?disabled=${isBusy} @click=${() => void downloadMap()}>
      ${kept && !isWhole ? gettext("Go on") : isWhole ? gettext("Fetch it again") : gettext("Keep the map on this device")}
    </button>
    ${kept && !isBusy ? html`<button class="big" @click=${() => void dropMap()}>${gettext("Erase the map")}</button>` : nothing}
  </section>`;
}

/** @param {KeptMap | null} kept @param {boolean} isOld */
function standing(kept, isOld) {
  if (!kept) return gettext("Without it, the map shows without a network only what the device has seen before.");
  if (kept.keptAt === null) return gettext("Kept in part only; it is used once it is whole.");
  const values = { size: megabytes(kept.size), time: dateAndTime(new Date(kept.keptAt).toISOString()) };
  return isOld
    ? fill(gettext("Kept: %(size)s, since %(time)s. There is a newer one."), values)
    : fill(gettext("Kept: %(size)s, since %(time)s."), values);
}
