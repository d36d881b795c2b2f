import { expect, test } from 'vitest';
import { copyDirection, explained, identifierName } from './statement-text.js';

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

test.each([
  ['EXPLAIN FROM t', 'FROM t'],
  ['EXPLAIN ANALYZE FROM t', 'FROM t'],
  ['explain (format json, analyze) FROM t', 'FROM t'],
  ['EXPLAIN (SELECT count(*) FROM t)', '(SELECT count(*) FROM t)'],
  ['EXPLAIN ANALYZE (FROM t) UNION (FROM t)', '(FROM t) UNION (FROM t)'],
  ['EXPLAIN (FORMAT JSON) (FROM t)', '(FROM t)'],
  ["EXPLAIN SELECT format('{}', a) FROM t", "SELECT format('{}', a) FROM t"],
  ['EXPLAIN', ''],
])('%s explains %s', (sql, inner) => {
  expect(explained(sql).trim()).toBe(inner);
});
