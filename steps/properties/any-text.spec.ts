import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, characterAt } from './any-text.js';

describe('text of any Unicode', () => {
  it('contains every character once', () => {
    const count = 0x110000 - 0x800;
    const found = new Set(Array.from({ length: count }, (_, place) => characterAt(place)));
    expect(found.size).toBe(count);
    expect(['\0', '\t', ' ', '~', '\x7f', 'é', '🦆', '\u{10ffff}'].every((c) => found.has(c))).toBe(
      true,
    );
    expect(characterAt(0)).toBe('a');
  });

  it('has no unpaired surrogates, and at most the length asked for', () => {
    fc.assert(
      fc.property(anyText(12), (text) => {
        expect(text.isWellFormed()).toBe(true);
        expect(Array.from(text).length).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('shrinks to letters', () => {
    const { counterexample } = fc.check(
      fc.property(anyText(40), (text) => Array.from(text).length < 3),
      { seed: 1 },
    );
    expect(counterexample).toEqual(['aaa']);
  });
});
