import { expect, test } from 'vitest';
import { viewBody, wrappedStatement } from './canonical-text.js';

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

test.each([
  ['CREATE VIEW v AS FROM t', 'FROM t'],
  ['; create or replace temp view "as" ("as", b) as /* */ SELECT 1, 2', '/* */ SELECT 1, 2'],
  ['CREATE TEMPORARY VIEW IF NOT EXISTS a.v AS FROM t', 'FROM t'],
  ["CREATE MACRO lower(view) AS (SELECT 'x')", undefined],
  ["CREATE MACRO view.x() AS (SELECT 'x')", undefined],
  ['CREATE TABLE "view" AS FROM t', undefined],
  ['CREATE "view" AS FROM t', undefined],
])('%s makes a view of %s', (sql, inner) => {
  expect(viewBody(sql)?.inner).toBe(inner);
});
