import { expect, test } from 'vitest';
import { copyDirection, identifierName } from './statement-text.js';

test.each([
  ['Sessions', 'sessions'],
  ['"Behind It"', 'behind it'],
  ['"two\nLines"', 'two\nlines'],
  ['"a ""b"" c"', 'a "b" c'],
])('the engine compares %s as %s', (token, name) => {
  expect(identifierName(token)).toBe(name);
});

test.each([
  ["COPY t FROM 'x.csv'", 'FROM'],
  ["copy t (a) to 'x.csv'", 'TO'],
  ["COPY (SELECT a FROM t) TO 'x.csv'", 'TO'],
  ["COPY (SELECT a FROM (FROM t)) TO 'x.csv'", 'TO'],
  ['COPY t', undefined],
  ['DELETE FROM t', undefined],
  ['ALTER TABLE t RENAME TO x', undefined],
])('%s copies %s', (sql, direction) => {
  expect(copyDirection(sql)).toBe(direction);
});
