import { expect, test } from 'vitest';
import { wrappedStatement } from './canonical-text.js';

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
  expect(wrappedStatement(sql)?.inner).toBe(inner);
});
