import { describe, expect, it } from 'vitest';
import { useDatabase } from '../engine/database-fixture.js';
import { substituteSettings } from './settings-function.js';

const list = () => [
  {
    name: "gizmosql.it's",
    value: '5',
    sessionValue: null,
    globalValue: '5',
    scope: 'session or global',
    defaultValue: '0',
    flag: '--x',
    variable: null,
    description: 'd',
  } as const,
];

describe('gizmosql_settings()', () => {
  const used = useDatabase();
  const rows = (sql: string) => used.connection.rows(substituteSettings(sql, list));

  it('has a row for each setting', async () => {
    expect(await rows('SELECT * FROM gizmosql_settings()')).toEqual([
      ["gizmosql.it's", '5', null, '5', 'session or global', '0', '--x', null, 'd'],
    ]);
    const names = await rows('SELECT column_name FROM (DESCRIBE FROM gizmosql_settings())');
    expect(names.join()).toBe(
      'name,value,session_value,global_value,scope,default_value,cli_flag,env_var,description',
    );
  });

  it.each([
    'SELECT gizmosql_settings.value FROM gizmosql_settings() WHERE true',
    'FROM GizmoSQL_Settings /* a */ ( ) SELECT value ORDER BY ALL',
    'SELECT s.value FROM gizmosql_settings() s JOIN gizmosql_settings() AS t USING (name)',
    'SELECT "w"."v" FROM gizmosql_settings() "w"(n, v)',
    'SELECT (SELECT value FROM gizmosql_settings())',
    'WITH s AS (FROM gizmosql_settings()) SELECT value FROM s',
    'SELECT value FROM range(1), gizmosql_settings()',
  ])('is a relation like any other: %s', async (sql) => {
    expect(await rows(sql)).toEqual([['5']]);
  });

  it.each([
    "SELECT 'gizmosql_settings()'",
    'SELECT 1 AS gizmosql_settings',
    'SELECT * FROM "gizmosql_settings"()',
    'SELECT * FROM main.gizmosql_settings()',
    'SELECT * FROM gizmosql_settings(1)',
    'SELECT 1 -- gizmosql_settings()',
  ])('is nothing else: %s', (sql) => {
    expect(substituteSettings(sql, list)).toBe(sql);
  });

  it('does not ask for the settings otherwise', () => {
    const fail = () => {
      throw new Error('asked');
    };
    expect(substituteSettings('SELECT 1', fail)).toBe('SELECT 1');
  });
});
