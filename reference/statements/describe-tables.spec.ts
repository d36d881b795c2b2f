import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openConnection } from '../engine/engine-fixture.js';
import type { OpenConnection } from '../engine/engine-fixture.js';
import { describeTables } from './describe-tables.js';
import { tables } from './metadata/tables.js';

let folder: string;
let open: OpenConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'describe-tables-'));
  open = await openConnection(join(folder, 'main.db'));
});

afterEach(async () => {
  open.close();
  await rm(folder, { recursive: true });
});

/** What GetTables says of every table and view of the connection: `name: column type, …`. */
async function described(): Promise<string[]> {
  const all = tables({ tableTypes: [], includeSchema: true });
  const rows = (await open.connection.rows(all.sql)).map((row) => row.map(String));
  const schemaOf = await describeTables(open.connection);
  const lines: string[] = [];
  for (const [catalog = '', dbSchema = '', table = '', type = ''] of rows) {
    const { fields } = await schemaOf({ catalog, dbSchema, table, type });
    lines.push(`${table}: ${fields.map((field) => `${field.name} ${field.type}`).join(', ')}`);
  }
  return lines;
}

/** Views that are broken in every way that one can be, between two tables that are not. */
async function breakViews(): Promise<void> {
  const file = join(folder, 'a file.csv');
  await writeFile(file, 'a,b\n1,2\n');
  await open.raw.run(`ATTACH '${join(folder, 'other.db')}' AS other`);
  await open.raw.run('CREATE TABLE other.t (d INTEGER)');
  for (const sql of [
    'CREATE TABLE a (i INTEGER, "j ""k" VARCHAR)',
    'CREATE TABLE dropped (i INTEGER)',
    'CREATE TABLE narrowed (i INTEGER, j INTEGER)',
    'CREATE MACRO f(x) AS x + 1',
    'CREATE VIEW of_dropped AS SELECT * FROM dropped',
    'CREATE VIEW of_another AS SELECT * FROM of_dropped',
    'CREATE VIEW of_narrowed AS SELECT j FROM narrowed',
    `CREATE VIEW of_file AS SELECT * FROM read_csv('${file}')`,
    `CREATE VIEW of_path AS SELECT * FROM '${file}'`,
    'CREATE VIEW of_macro AS SELECT f(1) AS x',
    'CREATE VIEW of_other AS SELECT * FROM other.t',
    'CREATE TEMP VIEW of_temporary AS SELECT * FROM dropped',
    "CREATE TYPE mood AS ENUM ('so', 'it''s')",
    "CREATE VIEW whole AS SELECT i, NULL AS n, 'so'::mood AS m, {s: 1::DECIMAL(9, 2), \"t u\": [DATE '2020-01-01']} AS o FROM a",
    'CREATE TABLE z (i BIGINT)',
    'DROP TABLE dropped',
    'ALTER TABLE narrowed DROP COLUMN j',
    'DROP MACRO f',
    'DETACH other',
  ]) {
    await open.raw.run(sql);
  }
  await rm(file);
}

const whole =
  'whole: i Int32, n Int32, m Dictionary<Uint8, Utf8>, o Struct<{s:Decimal[9e+2], t u:List<Date32<DAY>>}>';

it('shows what cannot be bound without columns, and all else as it is', async () => {
  await breakViews();
  expect(await described()).toEqual([
    'a: i Int32, j "k Utf8',
    'narrowed: i Int32',
    ...['of_another: ', 'of_dropped: ', 'of_file: ', 'of_macro: '],
    ...['of_narrowed: ', 'of_other: ', 'of_path: '],
    whole,
    'z: i Int64',
    'of_temporary: ',
  ]);
});

it('fails no transaction by a file that is lost: there a view has its last known columns', async () => {
  await breakViews();
  await open.connection.begin();
  await open.raw.run("INSERT INTO z VALUES (7); CREATE TABLE mine AS SELECT 'x' AS own");
  const lines = await described();
  await open.connection.commit();
  expect(await open.connection.rows('SELECT i FROM z')).toEqual([[7n]]);
  expect(lines).toEqual([
    'a: i Int32, j "k Utf8',
    'mine: own Utf8',
    'narrowed: i Int32',
    ...['of_another: i Int32', 'of_dropped: i Int32', 'of_file: a Int64, b Int64'],
    ...[
      'of_macro: x Int32',
      'of_narrowed: j Int32',
      'of_other: d Int32',
      'of_path: a Int64, b Int64',
    ],
    whole,
    'z: i Int64',
    'of_temporary: i Int32',
  ]);
});

it('shows a table with a type that is not served without columns, and closes what it asked with', async () => {
  const close = vi.fn();
  const { connection } = open;
  const prepare = connection.prepare.bind(connection);
  vi.spyOn(connection, 'prepare').mockImplementation(async (sql) => {
    const query = await prepare(sql);
    vi.spyOn(query, 'close').mockImplementation(close);
    if (sql.includes('odd')) {
      vi.spyOn(query, 'schema').mockRejectedValue(new Error('not served'));
    }
    if (sql.includes('untold')) {
      vi.spyOn(query, 'schema').mockResolvedValue(null);
    }
    return query;
  });
  await open.raw.run('CREATE TABLE odd (i INTEGER); CREATE TABLE untold (i INTEGER)');
  await open.raw.run('CREATE TABLE usual (i INTEGER)');
  expect(await described()).toEqual(['odd: ', 'untold: ', 'usual: i Int32']);
  expect(close).toHaveBeenCalledTimes(3);
});
