/** Letters of both scripts. Pure: nothing of the page. */

const LATIN = new Map(
  "аaбbвvгgдdђđеeжžзzиiјjкkлlмmнnоoпpрrсsтtћćуuфfхhцcчčшš"
    .match(/../gu)
    ?.map((pair) => /** @type {[string, string]} */ ([pair[0], pair[1]])),
);
for (const [letter, pair] of [["љ", "lj"], ["њ", "nj"], ["џ", "dž"]]) LATIN.set(letter, pair);

/** The Latin key in the place of a Cyrillic one, where that is not the same sound. */
const KEYS = new Map([["љ", "q"], ["њ", "w"], ["џ", "x"], ["ш", "["], ["ђ", "]"], ["ч", ";"], ["ћ", "'"], ["ж", "\\"]]);

/**
 * Serbian Cyrillic as Latin; everything else stays. „Љубићева" → „Ljubićeva", „ЉУБАВ" → „LJUBAV".
 * @param {string} text
 */
export function latin(text) {
  return text.replace(/[\u0400-\u04ff]/g, (letter, at) => {
    const lower = letter.toLowerCase();
    const found = LATIN.get(lower) ?? letter;
    if (letter === lower) return found;
    const next = text[at + 1] ?? "";
    const shouts = found.length > 1 && next !== next.toLowerCase();
    return shouts ? found.toUpperCase() : found[0].toUpperCase() + found.slice(1);
  });
}

/**
 * Letters for searching: both scripts, cases and diacritics alike; đ and dj too.
 * @param {string} text
 */
export function fold(text) {
  return latin(text.toLowerCase())
    .replaceAll("đ", "dj")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/**
 * A letter as the Latin key in its place, so that nobody has to switch the layout; names of other keys stay.
 * @param {string} key
 */
export function latinKey(key) {
  if (key.length !== 1) return key;
  const lower = key.toLowerCase();
  return KEYS.get(lower) ?? LATIN.get(lower) ?? lower;
}
