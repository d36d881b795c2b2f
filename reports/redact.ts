const replacement = '[redacted]';
/** A shorter secret may be part of an ordinary word, so it is replaced only as a whole word. */
const surelySecret = 8;

/** Always secret: tokens, private keys, and logins within a URL. */
const secretShapes: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g, replacement],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\w+/=\s]|\\[rn])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
    replacement,
  ],
  [/(\w:\/\/)[^\s/@:"']*:[^\s/@"']+@/g, `$1${replacement}@`],
];

/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Makes a function that replaces these secrets in a text, also in their JSON, base64 and URL encodings, and
 * anything in the form of a token or a private key. Empty secrets are ignored. The base64 of `user:password`,
 * which a login sends, must be given as a secret of its own.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
    ]);
  // The longest first: a shorter secret may be part of a longer one.
  const patterns = [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .map((form) => {
      const exact = form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
      return new RegExp(form.length < surelySecret ? `(?<!\\w)${exact}(?!\\w)` : exact, 'g');
    });
  return (text) => {
    const known = patterns.reduce((rest, pattern) => rest.replace(pattern, replacement), text);
    return secretShapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), known);
  };
}

/** A copy of plain data with every string redacted; property names are kept. */
export function redactAll<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') {
    return redact(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown) => redactAll(each, redact)) as T;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, each]) => [
      name,
      redactAll<unknown>(each, redact),
    ]);
    return Object.fromEntries(entries) as T;
  }
  return value;
}
