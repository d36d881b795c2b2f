/**
 * One line of `key=value` pairs of JSON values, without its end. A value that is more than one
 * plain word is written as a JSON string, so no value can end the line or look
 * like another pair. (npm's logfmt lets a line break through; @jclem/logfmt2
 * turns it into a space.) Undefined values are left out.
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

/** JSON's quotes, and its escapes for the other controls and separators that JSON lets stand. */
function quotedText(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
