/**
 * Formats values as a line of `key=value` pairs, without a line end. A value that is not a single plain word
 * is written as a JSON string, so no value can end the line or imitate another pair. (npm's logfmt does not
 * escape line breaks; @jclem/logfmt2 replaces them by spaces.) Undefined values are left out.
 */
export function logfmt(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${word(key)}=${valueText(value)}`)
    .join(' ');
}

function word(key: string): string {
  return key.replace(/[^\p{L}\p{N}_.-]/gu, '_');
}

function valueText(value: unknown): string {
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=\\\p{C}]+$/u.test(plain) ? plain : quotedText(plain);
}

/** A JSON string that also escapes the control characters and separators that JSON allows. */
function quotedText(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
