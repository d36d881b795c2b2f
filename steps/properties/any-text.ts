import fc from 'fast-check';

const printable = { first: 0x20, count: 95 } as const;
const afterAscii = 0x7f;
const surrogates = { first: 0xd800, count: 0x800 } as const;
const last = 0x10ffff;

/**
 * Text of any Unicode characters, NUL included, without unpaired surrogates. It shrinks to letters.
 * fast-check's unit `binary` gives the same text, but takes a second to create in every process.
 */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.string({
    unit: fc.nat({ max: last - surrogates.count }).map((place) => characterAt(place)),
    maxLength,
  });
}

/** All characters, ordered for shrinking: `a` and other printable ones, control characters, the rest. */
export function characterAt(place: number): string {
  if (place < printable.count) {
    const letters = 'a'.charCodeAt(0) - printable.first;
    return String.fromCharCode(printable.first + ((place + letters) % printable.count));
  }
  if (place < afterAscii) {
    return String.fromCharCode(place - printable.count);
  }
  return String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count);
}
