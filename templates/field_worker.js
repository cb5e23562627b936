// Keeps the crew's page on the device: version {{ version }}. Data is not kept here, but in the page's own database.

const KEPT = "field-{{ version }}";
const PATIENCE_MS = 4000;
const PAGE = "/field/";
const WORDS = "/jsi18n/";
const MAP_THREAD = "/field/map-worker.js";
const MAP = "/region/basemap.pmtiles";
const MAP_KEPT = "field-map"; // pieces that static/js/field/offline-map.js has kept
const PIECE = 2 ** 20;

self.addEventListener("install", (event) => event.waitUntil(takeOver()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("message", (event) => event.waitUntil(keepAll(event.data.files)));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(keptFirst(event.request));
  else if (pathname === MAP && event.request.headers.has("Range") && !event.request.headers.has("X-Piece"))
    event.respondWith(partOfMap(event.request));
  else if (pathname === PAGE || pathname === WORDS || pathname === MAP_THREAD) event.respondWith(newestFirst(event.request, pathname));
});

/** Fetch anew all that an older version kept, so that the page opens whole without a network. */
async function takeOver() {
  const files = [];
  for (const name of await caches.keys()) {
    if (name === MAP_KEPT) continue;
    for (const request of await (await caches.open(name)).keys()) files.push(request.url);
  }
  await keepAll(files);
  await self.skipWaiting();
}

async function forgetOlder() {
  for (const name of await caches.keys()) if (name !== KEPT && name !== MAP_KEPT) await caches.delete(name);
  await self.clients.claim();
}

/** Keep these files as they are now; what is gone or redirected is left out. */
async function keepAll(files) {
  const cache = await caches.open(KEPT);
  await Promise.all([...new Set(files)].map(async (file) => {
    if (await cache.match(file)) return;
    const response = await fetch(file, { cache: "no-cache", credentials: "same-origin" }).catch(() => null);
    if (isWhole(response)) await cache.put(file, response);
  }));
}

const isWhole = (response) => response !== null && response.status === 200 && !response.redirected;

async function keptFirst(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (isWhole(response)) await cache.put(request, response.clone());
  return response;
}

/** The page as the server has it; as it was kept, where the server does not answer in time. */
async function newestFirst(request, name) {
  const cache = await caches.open(KEPT);
  const asked = fetch(request).then(async (response) => {
    if (isWhole(response)) await cache.put(name, response.clone());
    return response;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  return answer ?? (await cache.match(name, { ignoreVary: true, ignoreSearch: true })) ?? asked;
}

/** The bytes of the map that are asked for, from the pieces that are kept; from the server where one is missing. */
async function partOfMap(request) {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("Range")) ?? [];
  if (from === undefined || !request.url.includes("?")) return fetch(request);
  const cache = await caches.open(MAP_KEPT);
  const first = Math.floor(from / PIECE);
  const head = await cache.match(`${request.url}&piece=${first}`);
  if (!head) return fetch(request);
  const size = Number(head.headers.get("X-Size"));
  const end = Math.min(Number(to), size - 1);
  const parts = [await head.arrayBuffer()];
  for (let index = first + 1; index * PIECE <= end; index += 1) {
    const next = await cache.match(`${request.url}&piece=${index}`);
    if (!next) return fetch(request);
    parts.push(await next.arrayBuffer());
  }
  const start = from - first * PIECE;
  const body = new Blob(parts).slice(start, start + end - from + 1);
  const headers = { "Content-Range": `bytes ${from}-${end}/${size}`, "Content-Length": String(body.size) };
  return new Response(body, { status: 206, headers });
}
