const replacement = '[redacted]';
/** Shorter secrets are words that could be part of others: only whole words of them are replaced. */
const surelySecret = 8;

/** What is secret whoever it belongs to: tokens, private keys, and logins within an address. */
const secretShapes: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g, replacement],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\w+/=\s]|\\[rn])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
    replacement,
  ],
  [/(\w:\/\/)[^\s/@:"']*:[^\s/@"']+@/g, `$1${replacement}@`],
];

/** Takes what is secret out of a text. */
export type Redact = (text: string) => string;

/**
 * Makes a function that takes these secrets out of a text, as they are and as JSON, base64 and addresses
 * write them, and whatever has the shape of a token or a private key. Empty secrets are ignored; what a
 * login sends, `user:password` in base64, is a secret of its own.
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
  // The longest first, lest a part of one is replaced and the rest of it stays.
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

/** A copy of plain data with every string in it redacted; the names of properties stay. */
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
