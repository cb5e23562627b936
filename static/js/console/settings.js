/** What the page says to its scripts before their first request. */

const source = document.getElementById("settings");

/** @type {PageSettings} */
export const settings = JSON.parse(source?.textContent || "{}");

const permissions = new Set(settings.permissions);

/**
 * Whether the person may do this on the board that is shown. The server decides; this only spares a vain try.
 * @param {string} permission
 */
export function may(permission) {
  return permissions.has(permission);
}
