import { describe, expect, it } from 'vitest';
import type { PlainValue } from '../client/plain-value.js';
import { readExpectation } from './expectation.js';
import { mismatch } from './match-rows.js';
import type { ExpectedRows } from './match-rows.js';

function expected(...rows: string[][]): ExpectedRows {
  return rows.map((row) => row.map((cell) => readExpectation(cell, () => null)));
}

const ab: PlainValue[][] = [
  ['a', 1],
  ['b', 2],
];

describe('mismatch', () => {
  it('accepts the same rows in order', () => {
    expect(mismatch(expected(["'a'", '1'], ["'b'", '2']), ab, 'in order')).toBeUndefined();
  });

  it('rejects another order only where order counts', () => {
    const swapped = expected(["'b'", '2'], ["'a'", '1']);
    expect(mismatch(swapped, ab, 'in order')).toMatch("no row for ('b', 2)");
    expect(mismatch(swapped, ab, 'in any order')).toBeUndefined();
  });

  it.each(['in order', 'in any order'] as const)('rejects missing and surplus rows %s', (order) => {
    expect(mismatch(expected(["'a'", '1']), ab, order)).toMatch('2 rows instead of 1');
    expect(mismatch(expected(), ab, order)).toMatch('2 rows instead of 0');
    expect(mismatch(expected(["'a'", '1']), [], order)).toMatch('0 rows instead of 1: no rows');
    expect(mismatch(expected(), [], order)).toBeUndefined();
  });

  it('rejects a row that came twice in place of another', () => {
    const twice: PlainValue[][] = [
      ['a', 1],
      ['a', 1],
    ];
    const wanted = expected(["'a'", '1'], ["'b'", '2']);
    expect(mismatch(wanted, twice, 'in any order')).toMatch("no row for ('b', 2)");
  });

  it('finds the assignment in which loose expectations leave room for strict ones', () => {
    const wanted = expected(['some text', 'not NULL'], ["'a'", '1']);
    expect(mismatch(wanted, ab, 'in any order')).toBeUndefined();
    const strict = expected(["'a'", 'not NULL'], ["'a'", '1']);
    expect(mismatch(strict, ab, 'in any order')).toBeDefined();
  });

  it('rejects rows of another width', () => {
    expect(mismatch(expected(["'a'"]), [['a', 1]], 'in order')).toBeDefined();
    expect(mismatch(expected(["'a'", 'anything']), [['a']], 'in any order')).toBeDefined();
  });
});
