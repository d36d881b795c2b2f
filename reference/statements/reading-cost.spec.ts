import { describe, expect, test } from 'vitest';
import { mustBeReadable } from './reading-cost.js';

describe('what the engine would read for hours is refused', () => {
  test.each([
    ['a long run', `SELECT ${'+'.repeat(4_000)}1`],
    ['in turns', `SELECT ${'-+'.repeat(1_000)}1`],
    ['many runs', `SELECT ${`1${'+'.repeat(1_000)}`.repeat(10)}1`],
    ['in a comment, which is not told apart', `SELECT 1 /*${'+'.repeat(4_000)}*/`],
  ])('%s', (_, sql) => {
    expect(() => {
      mustBeReadable(sql);
    }).toThrow(/too long runs of operator characters/);
  });
});

test.each([
  ['a ruler above each of a thousand statements', `--${'-'.repeat(80)}\nSELECT 1;\n`.repeat(1_000)],
  ['a thousand in a row', `SELECT ${'+'.repeat(1_000)}1`],
  ['short operators, however many', 'SELECT 1' + ' + - 1'.repeat(100_000)],
])('what takes a second at most is not: %s', (_, sql) => {
  expect(() => {
    mustBeReadable(sql);
  }).not.toThrow();
});
