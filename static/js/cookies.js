/** Cookies that scripts may read. */

/**
 * The value of a cookie, or "" where it is not set.
 * @param {string} name
 */
export function cookie(name) {
  const start = `${name}=`;
  const found = document.cookie.split("; ").find((part) => part.startsWith(start));
  return found ? decodeURIComponent(found.slice(start.length)) : "";
}
