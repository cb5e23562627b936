/** Language and theme of a person: kept by the server where somebody is signed in, else by this browser. */

import { cookie } from "./cookies.js";

const LANGUAGE_COOKIE = "patrulja_language";
const YEAR_S = 365 * 86400;

/**
 * Keep a preference. Never throws: without a network the choice holds for this page alone.
 * @param {"language" | "theme"} name
 * @param {string} value
 */
export async function keepPreference(name, value) {
  if (name === "language") document.cookie = `${LANGUAGE_COOKIE}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
  const body = new URLSearchParams({ [name]: value });
  const headers = { "X-CSRFToken": cookie("patrulja_csrf") };
  try {
    await fetch("/preferences/", { method: "POST", body, headers, redirect: "manual" });
  } catch {
    // The cookie is set; the server learns it with the next choice.
  }
}
