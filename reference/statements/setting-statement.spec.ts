import { describe, expect, it } from 'vitest';
import { parseSetting } from './setting-statement.js';

const text = (value: string) => ({ kind: 'text', text: value });

describe('parseSetting', () => {
  it.each([
    ['SET gizmosql.query_timeout = 5', false, 'query_timeout', text('5')],
    ['set session GIZMOSQL.Query_Timeout to 5;', false, 'query_timeout', text('5')],
    ['SET LOCAL gizmosql.query_log_level = debug', false, 'query_log_level', text('debug')],
    ['SET gizmosql.query_log_level = "debug"', false, 'query_log_level', text('debug')],
    [
      `;; /* c */ SET--d\nGLOBAL "gizmosql" . "query_log_level"='warn' ;/* e */;`,
      true,
      'query_log_level',
      text('warn'),
    ],
    ['SET "gizmosql.query_timeout" = 5', false, 'query_timeout', text('5')],
    ['PRAGMA "gizmosql.query_timeout" = 5', false, 'query_timeout', text('5')],
    ['SET gizmosql.query_timeout = -1', false, 'query_timeout', text('-1')],
    ['SET gizmosql.query_timeout = -1.5', false, 'query_timeout', expression('-1.5')],
    [`SET gizmosql.query_tag = '["it''s"]'`, false, 'query_tag', text(`["it's"]`)],
    [`SET gizmosql.query_tag = ''`, false, 'query_tag', text('')],
    ["SET gizmosql.query_tag = '''' ", false, 'query_tag', text("'")],
    ["SET gizmosql.query_tag = 'a'\n'b'", false, 'query_tag', expression("'a'\n'b'")],
    ["SET gizmosql.query_tag = E'a\\n'", false, 'query_tag', expression("E'a\\n'")],
    ['SET gizmosql.query_tag = $$a$$', false, 'query_tag', expression('$$a$$')],
    [
      "SET gizmosql.query_tag = '[' || 1 || ']' -- c",
      false,
      'query_tag',
      expression("'[' || 1 || ']'"),
    ],
    ['SET gizmosql.query_tag = NULL', false, 'query_tag', expression('NULL')],
    ['SET gizmosql.query_tag = ?', false, 'query_tag', expression('?')],
    ['SET gizmosql.query_tag = $tag', false, 'query_tag', expression('$tag')],
    ['SET gizmosql.colour = red', false, 'colour', text('red')],
    ['SET gizmosql.a.b = red', false, 'a.b', text('red')],
    ['SET gizmosql.query_timeout TO DEFAULT', false, 'query_timeout', { kind: 'default' }],
    ['RESET gizmosql.query_timeout', false, 'query_timeout', { kind: 'default' }],
    ['RESET GLOBAL gizmosql.query_timeout', true, 'query_timeout', { kind: 'default' }],
  ])('reads %s', (sql, global, name, value) => {
    expect(parseSetting(sql)).toMatchObject({ global, name, value });
  });

  it('gives the parser of DuckDB what it knows', () => {
    expect(parseSetting('SET /*a*/ local gizmosql.a = 1')?.engineSql).toBe(
      'SET /*a*/ SESSION gizmosql.a = 1',
    );
    expect(parseSetting('SET GLOBAL gizmosql.a = 1')?.engineSql).toBe('SET GLOBAL gizmosql.a = 1');
  });

  it.each([
    'SELECT 1',
    "SELECT 'SET gizmosql.query_timeout = 5'",
    'SET threads = 1',
    'SET gizmosql = 1',
    'SET GLOBAL gizmosql = 1',
    'SET session = gizmosql.a',
    'SET gizmosql.query_timeout',
    'SET gizmosql.query_timeout =',
    'RESET gizmosql.query_timeout = 5',
    'SET gizmosql.query_timeout = 5; SELECT 1',
    '-- SET gizmosql.query_timeout = 5',
    `SET gizmosql.query_tag = ${'1 + '.repeat(1_000)} 1`,
  ])('leaves other SQL to the engine: %s', (sql) => {
    expect(parseSetting(sql)).toBeNull();
  });
});

function expression(sql: string) {
  return { kind: 'expression', sql };
}
