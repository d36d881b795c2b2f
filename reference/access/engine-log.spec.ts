import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { createGuard } from './engine-guard.js';
import { verdictOf } from './guard-fixture.js';
import type { Role } from './identity.js';
import { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';

const guard = createGuard({
  catalog: '_gizmosql_instr',
  files: new ProtectedFiles([]),
  lake: null,
});
let database: Database;
let connection: Connection;

beforeAll(async () => {
  database = await Database.open({ path: null, readonly: false });
  connection = await database.connect();
  await connection.execute('CREATE TABLE t (a VARCHAR)');
  await connection.execute('CREATE VIEW logged AS FROM duckdb_logs');
});

afterAll(() => {
  database.close();
});

function verdict(role: Role, sql: string): Promise<string> {
  return verdictOf(guard, connection, role, sql);
}

const uses = [
  "CALL enable_logging('QueryLog')",
  'call "Enable_Logging"()',
  "FROM enable_logging('QueryLog')",
  'CALL disable_logging()',
  'CALL truncate_duckdb_logs()',
  'CALL duckdb_logs()',
  'FROM duckdb_logs',
  'SELECT message FROM (FROM duckdb_logs())',
  "FROM duckdb_logs_parsed('QueryLog')",
  "FROM query('FROM duckdb_' || 'logs')",
  'FROM logged',
  'INSERT INTO t SELECT message FROM duckdb_logs',
  'PREPARE x AS FROM duckdb_logs',
  'SET VARIABLE x = (SELECT max(message) FROM duckdb_logs)',
];

const settings = [
  'SET enable_logging = true',
  'set global "Enable_Logging" = true',
  "SET logging_storage = 'file'",
  "SET logging_level = 'TRACE'",
  "SET SESSION enabled_log_types = 'QueryLog'",
  "SET disabled_log_types = ''",
  'RESET logging_mode',
  'PRAGMA enable_logging = true',
];

describe("the engine's log is for admins", () => {
  test.each([...uses, ...settings])('%s', async (sql) => {
    expect([await verdict('admin', sql), await verdict('user', sql)]).toEqual([
      'allowed',
      refusals.log().message,
    ]);
  });

  test.each(["CALL enable_logging('QueryLog')", 'FROM logged', 'SET enable_logging = true'])(
    'in a transaction as well, in which the engine explains nothing: %s',
    async (sql) => {
      await connection.execute('BEGIN');
      try {
        expect(await verdict('user', sql)).toBe(refusals.log().message);
      } finally {
        await connection.execute('ROLLBACK');
      }
    },
  );

  test('without the guard it does tell what others ran', async () => {
    const admin = await database.connect();
    await connection.execute("CALL enable_logging('QueryLog')");
    await admin.execute("SELECT 'canary'");
    const rows = await connection.rows('SELECT message FROM duckdb_logs');
    await connection.execute('CALL disable_logging()');
    admin.close();
    expect(rows).toContainEqual(["SELECT 'canary'"]);
  });
});

test.each([
  'SELECT log(2), write_log(\'x\'), 1 AS "duckdb_logs"',
  "SELECT 'FROM duckdb_logs'",
  'SET VARIABLE enable_logging = 1',
  "SET log_query_path = ''",
  'SET enable_http_logging = false',
  'RESET threads',
  'CALL pragma_version()',
])('what has nothing to do with it is allowed: %s', async (sql) => {
  expect([sql, await verdict('user', sql)]).toEqual([sql, 'allowed']);
});
