/** A plan: what Enter would do, in words, and whether it can be done as it stands. */

/** @typedef {{say: string, isReady: boolean, run?: () => unknown, completions?: string[]}} Plan */

/** @param {string} say @param {string[]} [completions] @returns {Plan} */
export const notYet = (say, completions) => ({ say, isReady: false, completions });

/** @param {string} say @param {() => unknown} run @param {string[]} [completions] @returns {Plan} */
export const ready = (say, run, completions) => ({ say, isReady: true, run, completions });
