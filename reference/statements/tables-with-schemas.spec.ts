import { Schema } from 'apache-arrow';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import { openConnection, resultOf } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { sessionOn } from '../session-fixture.js';
import { tables } from './metadata/tables.js';
import { tablesWithSchemas } from './tables-with-schemas.js';

const { sql, schema } = tables({ tableTypes: [], includeSchema: true });
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
  const executable = tablesWithSchemas(
    await open.connection.prepare(sql),
    sessionOn(open.connection),
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
  const executable = tablesWithSchemas(prepared, sessionOn(open.connection));
  expect(executable.type).toBe(prepared.type);
  expect(await executable.update()).toBe(0);
});

it('shows a view whose table is gone without columns', async () => {
  await open.raw.run('CREATE TABLE t (i INTEGER); CREATE VIEW v AS SELECT * FROM t; DROP TABLE t');
  const executable = tablesWithSchemas(
    await open.connection.prepare(sql),
    sessionOn(open.connection),
  );
  const { batches } = await resultOf(await executable.stream());
  const [row] = batches.flatMap((batch) => batch.toArray() as object[]);
  const [, , table, , columns] = Object.values(row ?? {}) as unknown[];
  expect([table, decodeSchema(columns as Uint8Array).fields]).toEqual(['v', []]);
});

it('has the schema of GetTables without tables, too', async () => {
  const none = tables({ tableTypes: ['NO SUCH TYPE'], includeSchema: true });
  const prepared = await open.connection.prepare(none.sql);
  const executable = tablesWithSchemas(prepared, sessionOn(open.connection));
  const result = await resultOf(await executable.stream());
  expect(result.schema.toString()).toBe(new Schema(schema.fields).toString());
  expect(result.batches.reduce((sum, { numRows }) => sum + numRows, 0)).toBe(0);
});
