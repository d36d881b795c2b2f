/**
 * Whether a text is JSON for DuckDB as well as by the standard. DuckDB also takes NaN and trailing commas,
 * which other programs do not. And it refuses half of a surrogate pair as an escape, which the standard
 * permits: such a text could not be recorded.
 */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  // In JSON each backslash begins an escape.
  const pairs = /\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u(d[89a-f][0-9a-f]{2})|[^])/gi;
  return ![...text.matchAll(pairs)].some(([, half]) => half !== undefined);
}
