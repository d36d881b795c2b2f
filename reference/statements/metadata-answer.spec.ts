import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schema } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestContext } from 'vitest';
import { findExtensions, loadExtensions } from '../../fixtures/surroundings/extensions.js';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import { openConnection, resultOf } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { sessionOn } from '../session-fixture.js';
import { catalogs } from './metadata/catalogs.js';
import { crossReference } from './metadata/cross-reference.js';
import { dbSchemas } from './metadata/db-schemas.js';
import { exportedKeys } from './metadata/exported-keys.js';
import { importedKeys } from './metadata/imported-keys.js';
import type { MetadataQuery } from './metadata/metadata-query.js';
import { primaryKeys } from './metadata/primary-keys.js';
import { tableTypes } from './metadata/table-types.js';
import { tables } from './metadata/tables.js';
import { metadataAnswer } from './metadata-answer.js';

const all = tables({ tableTypes: [], includeSchema: true });
const { sql, schema } = all;
let open: OpenConnection;
let closed: string[];

beforeEach(async () => {
  open = await openConnection();
  closed = [];
  const { connection } = open;
  const prepare = connection.prepare.bind(connection);
  vi.spyOn(connection, 'prepare').mockImplementation(async (text) => {
    const query = await prepare(text);
    const close = query.close.bind(query);
    vi.spyOn(query, 'close').mockImplementation(() => {
      closed.push(text);
      close();
    });
    return query;
  });
});

afterEach(() => {
  open.close();
});

it('shows the Arrow schema of each table, whatever the parts of its name are', async () => {
  await open.raw.run(
    'ATTACH \':memory:\' AS "a ""b"; CREATE SCHEMA "a ""b"."c.d"; CREATE TABLE "a ""b"."c.d"."e f" (g INTEGER, h VARCHAR)',
  );
  await open.raw.run('CREATE TABLE "e f" (i BLOB); CREATE VIEW v AS SELECT true AS j');
  const executable = metadataAnswer(
    await open.connection.prepare(sql),
    sessionOn(open.connection),
    all,
  );
  expect(executable.parameterCount).toBe(0);
  expect(executable.parameterSchema().fields).toEqual([]);
  expect(await executable.schema()).toBe(schema);
  const { batches } = await resultOf(await executable.stream());
  const rows = batches.flatMap((batch) =>
    batch.toArray().map((row: object) => {
      const [catalog, dbSchema, table, type, columns] = Object.values(row) as unknown[];
      const fields = decodeSchema(columns as Uint8Array).fields;
      return [catalog, dbSchema, table, type, fields.map(({ name, type: t }) => `${name} ${t}`)];
    }),
  );
  expect(rows).toEqual([
    ['a "b', 'c.d', 'e f', 'BASE TABLE', ['g Int32', 'h Utf8']],
    ['memory', 'main', 'e f', 'BASE TABLE', ['i Binary']],
    ['memory', 'main', 'v', 'VIEW', ['j Bool']],
  ]);
  expect(closed).toEqual([
    'SELECT * FROM "a ""b"."c.d"."e f"',
    'SELECT * FROM "memory"."main"."e f"',
    'SELECT * FROM "memory"."main"."v"',
  ]);
  executable.close();
  expect(closed).toHaveLength(4);
});

it('is a query: as an update it changes nothing', async () => {
  const prepared = await open.connection.prepare(sql);
  const executable = metadataAnswer(prepared, sessionOn(open.connection), all);
  expect(executable.type).toBe(prepared.type);
  expect(await executable.update()).toBe(0);
});

it('shows a view whose table is gone without columns', async () => {
  await open.raw.run('CREATE TABLE t (i INTEGER); CREATE VIEW v AS SELECT * FROM t; DROP TABLE t');
  const executable = metadataAnswer(
    await open.connection.prepare(sql),
    sessionOn(open.connection),
    all,
  );
  const { batches } = await resultOf(await executable.stream());
  const [row] = batches.flatMap((batch) => batch.toArray() as object[]);
  const [, , table, , columns] = Object.values(row ?? {}) as unknown[];
  expect([table, decodeSchema(columns as Uint8Array).fields]).toEqual(['v', []]);
});

it('has the schema of GetTables without tables, too', async () => {
  const none = tables({ tableTypes: ['NO SUCH TYPE'], includeSchema: true });
  const prepared = await open.connection.prepare(none.sql);
  const executable = metadataAnswer(prepared, sessionOn(open.connection), none);
  const result = await resultOf(await executable.stream());
  expect(result.schema.toString()).toBe(new Schema(schema.fields).toString());
  expect(result.batches.reduce((sum, { numRows }) => sum + numRows, 0)).toBe(0);
});

/** The rows of an answer, as a client reads them; of a table with its schema, without that. */
async function answered(query: MetadataQuery): Promise<string[][]> {
  const prepared = await open.connection.prepare(query.sql);
  const result = await resultOf(
    await metadataAnswer(prepared, sessionOn(open.connection), query).stream(),
  );
  expect(String(result.schema)).toBe(String(query.schema));
  return result.batches.flatMap((batch) =>
    batch.toArray().map((row: object) => Object.values(row).slice(0, 13).map(String)),
  );
}

it('answers every request with the rows that the engine has', async () => {
  await open.raw.run('CREATE TABLE parent (a INTEGER, b INTEGER, PRIMARY KEY (b, a))');
  await open.raw.run('CREATE TABLE c (x INTEGER, y INTEGER, FOREIGN KEY (y, x) REFERENCES parent)');
  const table = 'parent';
  for (const query of [
    catalogs(),
    dbSchemas({}),
    tables({ tableTypes: [], includeSchema: false }),
    tableTypes(),
    primaryKeys({ table }),
    importedKeys({ table: 'c' }),
    exportedKeys({ table }),
    crossReference({ pkTable: table, fkTable: 'c' }),
  ]) {
    const rows = await open.connection.rows(query.sql);
    expect(rows.length, query.flightMethod).toBeGreaterThan(1);
    expect(await answered(query)).toEqual(rows.map((row) => row.map(String)));
  }
});

describe('while a database is out of reach', () => {
  /** Attaches a DuckLake and takes its metadata away; skips the test where there is no DuckLake. */
  async function loseLake(context: TestContext): Promise<void> {
    const extensions = findExtensions(['ducklake']);
    if (!extensions.available) {
      expect(process.env['CI'], `not to be left out in CI: ${extensions.reason}`).toBeUndefined();
      return context.skip(extensions.reason);
    }
    await open.raw.run(loadExtensions(extensions.folder, ['ducklake']));
    const folder = await mkdtemp(join(tmpdir(), 'metadata-answer-'));
    context.onTestFinished(() => rm(folder, { recursive: true }));
    for (const statement of [
      `ATTACH 'ducklake:${folder}/lake.ducklake' AS lake (DATA_PATH '${folder}/data/')`,
      'CREATE TABLE lake.inside (i INTEGER)',
      'CREATE TABLE own (i INTEGER PRIMARY KEY)',
      'CREATE TABLE refers (i INTEGER REFERENCES own(i))',
      'CREATE VIEW over_lake AS SELECT * FROM lake.inside',
      'DETACH __ducklake_metadata_lake',
    ]) {
      await open.raw.run(statement);
    }
    await expect(open.raw.run('FROM duckdb_tables()')).rejects.toThrow('DuckLake');
  }

  it('the others are listed', async (context) => {
    await loseLake(context);
    expect(await answered(catalogs())).toEqual([['lake'], ['memory'], ['temp']]);
    expect(await answered(dbSchemas({}))).toEqual([
      ['memory', 'main'],
      ['temp', 'main'],
    ]);
    const rows = (await answered(all)).map((row) => row.slice(0, 4));
    expect(rows).toEqual([
      ['memory', 'main', 'over_lake', 'VIEW'],
      ['memory', 'main', 'own', 'BASE TABLE'],
      ['memory', 'main', 'refers', 'BASE TABLE'],
    ]);
    expect(await answered(primaryKeys({ table: 'own' }))).toHaveLength(1);
    expect(await answered(importedKeys({ table: 'refers' }))).toHaveLength(1);
    const described = await metadataAnswer(
      await open.connection.prepare(sql),
      sessionOn(open.connection),
      all,
    ).stream();
    const { batches } = await resultOf(described);
    const columns = batches.flatMap((batch) =>
      batch.toArray().map((row: object) => {
        const [columns] = Object.values(row).slice(4) as Uint8Array[];
        return columns && decodeSchema(columns).fields.map(String);
      }),
    );
    expect(columns).toEqual([[], ['i: Int32'], ['i: Int32']]);
  });

  it('the engine says what is wrong in a transaction, which goes on', async (context) => {
    await loseLake(context);
    await open.connection.begin();
    await open.raw.run('INSERT INTO own VALUES (7)');
    await expect(answered(all)).rejects.toThrow('DuckLake');
    await open.connection.commit();
    expect(await open.connection.rows('FROM own')).toEqual([[7]]);
  });
});

it('asks nothing else when it was told to end', async () => {
  const message = 'INTERRUPT Error: Interrupted!';
  const prepared = await open.connection.prepare(sql);
  vi.spyOn(prepared, 'rows').mockRejectedValue(new Error(message));
  const execute = vi.spyOn(open.connection, 'execute');
  const answer = metadataAnswer(prepared, sessionOn(open.connection), all);
  await expect(answer.stream()).rejects.toThrow(message);
  expect(execute).not.toHaveBeenCalled();
});

it('says what the engine said when nothing is within reach', async () => {
  const prepared = await open.connection.prepare(sql);
  vi.spyOn(prepared, 'rows').mockRejectedValue(new Error('IO Error: no disk'));
  vi.spyOn(open.connection, 'execute').mockRejectedValue(new Error('no disk either'));
  const answer = metadataAnswer(prepared, sessionOn(open.connection), all);
  await expect(answer.stream()).rejects.toThrow('IO Error: no disk');
});

it("clients' macros of the names of functions and operators change no answer", async () => {
  await open.raw.run(
    `CREATE TABLE a (x INTEGER, y INTEGER, PRIMARY KEY (y, x));
     CREATE TABLE b (p INTEGER, q INTEGER, FOREIGN KEY (p, q) REFERENCES A (Y, X))`,
  );
  const questions = [
    primaryKeys({ table: 'a' }),
    importedKeys({ table: 'b' }),
    exportedKeys({ table: 'a' }),
    crossReference({ pkTable: 'a', fkTable: 'b' }),
    tables({ tableTypes: ['BASE TABLE'], includeSchema: false, tableNameFilterPattern: '_' }),
    dbSchemas({ dbSchemaFilterPattern: 'ma_n' }),
    catalogs(),
  ];
  const answers = async () => {
    const found: unknown[] = [];
    for (const question of questions) {
      found.push(await open.connection.rows(question.sql));
    }
    return found;
  };
  const before = await answers();
  expect(before.map((rows) => (rows as unknown[]).length)).toEqual([2, 2, 2, 2, 2, 2, 2]);
  const functions = await open.connection.rows(
    `SELECT DISTINCT function_name, function_type FROM duckdb_functions()
     WHERE function_type IN ('scalar', 'aggregate', 'macro', 'table') AND internal`,
  );
  for (const [name, type] of functions) {
    const quoted = `"${String(name).replaceAll('"', '""')}"`;
    const overloads = ['()', '(a)', '(a, b)', '(a, b, c)'].map((each) =>
      type === 'table' ? `${each} AS TABLE SELECT 'forged' AS forged` : `${each} AS 'forged'`,
    );
    await open.raw.run(`CREATE TEMP MACRO ${quoted}${overloads.join(', ')}`).catch(() => undefined);
  }
  expect(await answers()).toEqual(before);
});
