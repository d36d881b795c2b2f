import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from './engine/connection.js';
import { Database } from './engine/database.js';
import { runInitSql } from './init-sql.js';

let engines: Database[];
let clients: Connection;
let records: Connection;
beforeEach(async () => {
  engines = [
    await Database.open({ path: null, readonly: false }),
    await Database.open({ path: null, readonly: false }),
  ];
  [clients, records] = (await Promise.all(engines.map((engine) => engine.connect()))) as [
    Connection,
    Connection,
  ];
});
afterEach(() => {
  for (const engine of engines) {
    engine.close();
  }
});

/** The tables of an engine, and whether a setting was made there. */
async function made(connection: Connection): Promise<string[]> {
  const tables = await connection.rows(
    "SELECT database_name || '.' || table_name FROM duckdb_tables()",
  );
  const [[order] = []] = await connection.rows("SELECT current_setting('default_null_order')");
  return [...tables.map(([name]) => String(name)).sort(), String(order)];
}

const sql = `
  SET default_null_order = 'nulls_first';
  ATTACH ':memory:' AS "Lake";
  CREATE TABLE lake.in_lake (a INTEGER);
  ATTACH ':memory:' AS other;
  CREATE TABLE other.in_other (a INTEGER);
  CREATE TABLE in_memory AS SELECT 'lakes' AS a`;
const scripts = [{ source: '--init-sql-commands', sql }];

describe('init SQL', () => {
  it('runs in the engine of the clients', async () => {
    await runInitSql(scripts, { clients, records, attached: [] });
    expect(await made(clients)).toEqual([
      'Lake.in_lake',
      'memory.in_memory',
      'other.in_other',
      'NULLS_FIRST',
    ]);
    expect(await made(records)).toEqual(['NULLS_LAST']);
  });

  it('runs where the records are if it concerns their catalog, and in both if it is a setting', async () => {
    await runInitSql(scripts, { clients, records, attached: ['LAKE'] });
    expect(await made(clients)).toEqual(['memory.in_memory', 'other.in_other', 'NULLS_FIRST']);
    expect(await made(records)).toEqual(['Lake.in_lake', 'NULLS_FIRST']);
  });

  it.each([[[]], [['lake']]])(
    'names what fails by its source, with %j attached',
    async (attached) => {
      const failing = [{ source: 'a file', sql: 'SELECT 1; SELECT nothing' }];
      await expect(runInitSql(failing, { clients, records, attached })).rejects.toMatchObject({
        kind: 'invalid-argument',
        message: expect.stringMatching(/^The init SQL of a file failed: .*nothing/) as string,
      });
    },
  );
});
