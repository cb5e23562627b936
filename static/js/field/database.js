/** What the device keeps: the queue and the positions by person, and what the page last knew. One IndexedDB database. */

const NAME = "patrulja-field";
const VERSION = 1;

/** @typedef {"queue" | "fixes" | "known"} StoreName */

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const name of ["queue", "fixes"]) {
        const store = request.result.createObjectStore(name, { keyPath: "id", autoIncrement: true });
        store.createIndex("user", "user");
      }
      request.result.createObjectStore("known");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * One transaction on one store; resolves once it is on the disk.
 * @template T
 * @param {StoreName} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T> | undefined} work
 * @returns {Promise<T | undefined>}
 */
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * Add a row; returns its number, which grows.
 * @param {StoreName} name
 * @param {object} row
 */
export async function add(name, row) {
  return Number(await within(name, "readwrite", (store) => store.add(row)));
}

/**
 * @param {StoreName} name
 * @param {object} row with its `id`
 */
export async function put(name, row) {
  await within(name, "readwrite", (store) => store.put(row));
}

/**
 * All rows of all people, in the order in which they were added.
 * @param {StoreName} name
 * @returns {Promise<any[]>}
 */
export async function all(name) {
  return (await within(name, "readonly", (store) => store.getAll())) ?? [];
}

/**
 * The first rows of one person.
 * @param {StoreName} name
 * @param {Id} user
 * @param {number} count
 * @returns {Promise<any[]>}
 */
export async function firstOf(name, user, count) {
  return (await within(name, "readonly", (store) => store.index("user").getAll(user, count))) ?? [];
}

/**
 * How many rows one person has.
 * @param {StoreName} name
 * @param {Id} user
 */
export async function countOf(name, user) {
  return (await within(name, "readonly", (store) => store.index("user").count(user))) ?? 0;
}

/**
 * Erase all rows of one person.
 * @param {StoreName} name
 * @param {Id} user
 */
export async function removeOf(name, user) {
  await remove(
    name,
    (await firstOf(name, user, 2 ** 31)).map((row) => row.id),
  );
}

/**
 * Every second one of the first rows of one person is given up, so that the others find room.
 * @param {StoreName} name
 * @param {Id} user
 * @param {number} count how many rows to thin
 */
export async function thin(name, user, count) {
  const rows = await firstOf(name, user, count);
  await remove(
    name,
    rows.filter((_row, index) => index % 2 === 1).map((row) => row.id),
  );
}

/**
 * @param {StoreName} name
 * @param {number[]} ids
 */
export async function remove(name, ids) {
  await within(name, "readwrite", (store) => {
    for (const id of ids) store.delete(id);
    return undefined;
  });
}

/** What the page last knew, or undefined. @param {string} key @returns {Promise<any>} */
export async function recall(key) {
  return within("known", "readonly", (store) => store.get(key));
}

/** @param {string} key @param {unknown} value */
export async function keep(key, value) {
  await within("known", "readwrite", (store) => store.put(value, key));
}

/** @param {string} key */
export async function forget(key) {
  await within("known", "readwrite", (store) => store.delete(key));
}
