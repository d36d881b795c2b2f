import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { Failure } from '../errors.js';
import { noCatalogRules } from './catalog-rules.js';
import { createGuard } from './engine-guard.js';
import { ProtectedFiles } from './protected-files.js';
import { verdictOf } from './guard-fixture.js';
import { withoutLogFiles } from './limited-guard.js';
import { refusals } from './refusals.js';

let open: OpenConnection;
const guard = withoutLogFiles(createGuard(noCatalogRules, new ProtectedFiles([])));

beforeEach(async () => {
  open = await openConnection(':memory:');
});

afterEach(() => {
  open.close();
});

const enable = "enable_logging(storage = 'file', storage_config = {'path': '/tmp/logs'})";

describe('an admin cannot have the engine log to files', () => {
  it.each([
    `CALL ${enable}`,
    `FROM ${enable}`,
    `CALL system.main."enable_logging"(storage_path = '/tmp/logs')`,
    `SELECT * FROM ENABLE_LOGGING()`,
    `FROM query('FROM enable_' || 'logging()')`,
    `CREATE TABLE t AS FROM ${enable}`,
    `SET VARIABLE v = (SELECT count(*) FROM ${enable})`,
    `EXPLAIN ANALYZE FROM ${enable}`,
    `PREPARE p AS FROM ${enable}`,
    'FROM logs()',
    'EXECUTE enabling',
  ])('%s', async (sql) => {
    await open.connection.execute(`CREATE MACRO logs() AS TABLE FROM ${enable}`);
    await open.connection.execute(`PREPARE enabling AS FROM ${enable}`);
    const verdict = await verdictOf(guard, open.connection, 'admin', sql);
    expect(verdict).toBe(refusals.logFiles().message);
    expect(await open.connection.rows("SELECT current_setting('enable_logging')::BOOLEAN")).toEqual(
      [[false]],
    );
  });
});

describe('an admin can', () => {
  it.each([
    'SET enable_logging = true',
    'CALL disable_logging()',
    'FROM duckdb_logs',
    "SELECT 'enable_logging'",
    'CREATE TABLE enable_logging (i INTEGER)',
    'SET threads = 2',
    'BEGIN',
  ])('%s', async (sql) => {
    expect(await verdictOf(guard, open.connection, 'admin', sql)).toBe('allowed');
  });
});

it('asks the other guard first, and has it tell', async () => {
  const refused = new Failure('permission', 'no');
  const other = withoutLogFiles({
    check: () => Promise.reject(refused),
    tell: () => Promise.resolve(refused),
  });
  expect(await verdictOf(other, open.connection, 'admin', `CALL ${enable}`)).toBe('no');
  const identity = { username: 'bob', role: 'admin', authMethod: 'Basic' } as const;
  const statement = { identity, sql: '', connection: open.connection };
  expect(await other.tell(new Failure('unknown', 'yes'), statement)).toBe(refused);
});
