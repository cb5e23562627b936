/** Where a caller is, from a pasted AML message (ETSI TS 103 625). Pure. `rd=N` or `pm=N` means that there is no location. */

/**
 * @param {string} text
 * @returns {{location: [number, number], radius_m: number} | null | undefined} null: no location in it; undefined: no AML at all
 */
export function readAml(text) {
  const body = text.trim().match(/^A"?ML=\d+;?(.*)$/is)?.[1];
  if (body === undefined) return undefined;
  const pairs = body.split(";").map((part) => /** @type {[string, string]} */ (part.split("=", 2).map((one) => one.trim())));
  const { lt, lg, rd, pm } = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value ?? ""]));
  const [lat, lon, radius_m] = [lt, lg, rd].map((value) => (/^[-+]?\d+(\.\d+)?$/.test(value ?? "") ? Number(value) : NaN));
  const isThere = pm?.toUpperCase() !== "N" && radius_m >= 0 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return isThere && (lat !== 0 || lon !== 0) ? { location: [lon, lat], radius_m } : null;
}
