import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Field } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogs } from './catalogs.js';
import { crossReference } from './cross-reference.js';
import { dbSchemas } from './db-schemas.js';
import { exportedKeys } from './exported-keys.js';
import { importedKeys } from './imported-keys.js';
import type { MetadataQuery } from './metadata-query.js';
import { primaryKeys } from './primary-keys.js';
import { tableTypes } from './table-types.js';
import { tables } from './tables.js';

const setUp = [
  `ATTACH ':memory:' AS "o'ther"`,
  'CREATE SCHEMA s_2',
  'CREATE SCHEMA sx2',
  `CREATE SCHEMA "o'ther"."Ünï ""x"""`,
  'CREATE TABLE Parent(A INTEGER, b INTEGER, c VARCHAR UNIQUE, PRIMARY KEY (b, A), UNIQUE (b, A))',
  'CREATE TABLE child(x INTEGER, y INTEGER, z VARCHAR REFERENCES parent(C), FOREIGN KEY (y, x) REFERENCES PARENT(B, a))',
  'CREATE TABLE another(i INTEGER PRIMARY KEY, p INTEGER, q INTEGER, FOREIGN KEY (q, p) REFERENCES Parent(b, A))',
  `CREATE TABLE s_2."it's""here"(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES s_2."it's""here"(id))`,
  'CREATE TABLE sx2.plain(i INTEGER)',
  `CREATE TABLE "o'ther"."Ünï ""x"""."täble"(k INTEGER PRIMARY KEY)`,
  `CREATE TABLE "o'ther".main.Parent(k INTEGER PRIMARY KEY)`,
  `USE "o'ther"`,
  'CREATE TABLE child(k INTEGER REFERENCES Parent(k))',
  'USE memory',
  'CREATE TABLE "Ö"(k INTEGER PRIMARY KEY)',
  'CREATE TABLE "ö"(k INTEGER PRIMARY KEY)',
  'CREATE TABLE s_2."ö"(k INTEGER PRIMARY KEY)',
  `CREATE TABLE "o'ther".main."ö"(k INTEGER PRIMARY KEY)`,
  'CREATE TABLE oe(k INTEGER REFERENCES "ö"(k))',
  'CREATE VIEW a_view AS SELECT 1 AS one',
  'CREATE TABLE "100%_\\"(i INTEGER)',
  'CREATE TEMP TABLE scratch(i INTEGER)',
  "CREATE MACRO duckdb_databases() AS TABLE SELECT 'fake' AS database_name, false AS internal",
];

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const sql of setUp) {
    await connection.run(sql);
  }
});
afterAll(() => {
  connection.closeSync();
});

const physicalTypes: Record<string, string> = {
  Utf8: 'VARCHAR',
  Int32: 'INTEGER',
  Uint8: 'UTINYINT',
};

/** Runs the query and checks that the columns are those of its schema, by name, type and null. */
async function run(query: MetadataQuery): Promise<unknown[][]> {
  const reader = await connection.runAndReadAll(query.sql);
  const fields: Field[] = query.schema.fields.slice(0, reader.columnNames().length);
  expect(reader.columnNames()).toEqual(fields.map((field) => field.name));
  expect(reader.columnTypes().map(String)).toEqual(
    fields.map((field) => physicalTypes[String(field.type)]),
  );
  const rows = reader.getRows();
  fields.forEach((field, i) => {
    if (!field.nullable) {
      expect(rows.every((row) => row[i] !== null)).toBe(true);
    }
  });
  return rows;
}

const names = (rows: unknown[][], column: number): unknown[] => rows.map((row) => row[column]);

describe('catalogs, schemas and table types', () => {
  test('the attached databases and temp are catalogs; system and look-alikes are not', async () => {
    expect(await run(catalogs())).toEqual([['memory'], ["o'ther"], ['temp']]);
  });

  test('a session’s own sorting does not change the order', async () => {
    await connection.run("SET default_order = 'DESC'");
    try {
      expect(await run(catalogs())).toEqual([['memory'], ["o'ther"], ['temp']]);
    } finally {
      await connection.run('RESET default_order');
    }
  });

  test('schemas of every catalog, main included', async () => {
    expect(await run(dbSchemas({}))).toEqual([
      ['memory', 'main'],
      ['memory', 's_2'],
      ['memory', 'sx2'],
      ["o'ther", 'main'],
      ["o'ther", 'Ünï "x"'],
      ['temp', 'main'],
    ]);
  });

  test.each([
    [{ catalog: "o'ther" }, ['main', 'Ünï "x"']],
    [{ catalog: 'MEMORY' }, []],
    [{ catalog: '' }, []],
    [{ catalog: 'system' }, []],
    [{ catalog: 'temp' }, ['main']],
    [{ catalog: '%' }, []],
    [{ dbSchemaFilterPattern: 's_2' }, ['s_2', 'sx2']],
    [{ dbSchemaFilterPattern: 's\\_2' }, ['s_2']],
    [{ dbSchemaFilterPattern: '%ï "x"' }, ['Ünï "x"']],
    [{ dbSchemaFilterPattern: '' }, []],
    [{ dbSchemaFilterPattern: "' OR 1=1 --" }, []],
    [{ dbSchemaFilterPattern: 'ma\0in' }, []],
  ])('schemas where %j', async (filter, expected) => {
    expect(names(await run(dbSchemas(filter)), 1)).toEqual(expected);
  });

  test('the table types are those that the engine’s tables have', async () => {
    const found = await run(tables({ tableTypes: [], includeSchema: false }));
    expect(names(await run(tableTypes()), 0)).toEqual([...new Set(names(found, 3))].sort());
  });
});

describe('tables', () => {
  const all = { tableTypes: [], includeSchema: false };

  test('all of them, in the documented order', async () => {
    expect(await run(tables(all))).toEqual([
      ['memory', 'main', '100%_\\', 'BASE TABLE'],
      ['memory', 'main', 'Parent', 'BASE TABLE'],
      ['memory', 'main', 'a_view', 'VIEW'],
      ['memory', 'main', 'another', 'BASE TABLE'],
      ['memory', 'main', 'child', 'BASE TABLE'],
      ['memory', 'main', 'oe', 'BASE TABLE'],
      ['memory', 'main', 'Ö', 'BASE TABLE'],
      ['memory', 'main', 'ö', 'BASE TABLE'],
      ['memory', 's_2', 'it\'s"here', 'BASE TABLE'],
      ['memory', 's_2', 'ö', 'BASE TABLE'],
      ['memory', 'sx2', 'plain', 'BASE TABLE'],
      ["o'ther", 'main', 'Parent', 'BASE TABLE'],
      ["o'ther", 'main', 'child', 'BASE TABLE'],
      ["o'ther", 'main', 'ö', 'BASE TABLE'],
      ["o'ther", 'Ünï "x"', 'täble', 'BASE TABLE'],
      ['temp', 'main', 'scratch', 'LOCAL TEMPORARY'],
    ]);
  });

  test.each([
    [{ catalog: "o'ther" }, ['Parent', 'child', 'ö', 'täble']],
    [{ catalog: '' }, []],
    [{ catalog: 'mem%' }, []],
    [{ dbSchemaFilterPattern: 's_2' }, ['it\'s"here', 'ö', 'plain']],
    [{ dbSchemaFilterPattern: 's\\_2' }, ['it\'s"here', 'ö']],
    [{ tableNameFilterPattern: "it's%" }, ['it\'s"here']],
    [{ tableNameFilterPattern: '100\\%\\_\\\\' }, ['100%_\\']],
    [{ tableNameFilterPattern: '100%\\' }, ['100%_\\']],
    [{ tableNameFilterPattern: '_hild', catalog: 'memory' }, ['child']],
    [{ tableNameFilterPattern: '' }, []],
    [{ tableTypes: ['VIEW', 'LOCAL TEMPORARY'] }, ['a_view', 'scratch']],
    [{ tableTypes: ["VIEW') OR ('1'='1"] }, []],
  ])('where %j', async (filter, expected) => {
    expect(names(await run(tables({ ...all, ...filter })), 2)).toEqual(expected);
  });

  test('with schemas the answer has a fifth column and the SQL the same four', () => {
    const query = tables({ ...all, includeSchema: true });
    expect(query.sql).toBe(tables(all).sql);
    expect(query.schema.names).toEqual([...tables(all).schema.names, 'table_schema']);
    expect(query.schema.fields.at(-1)?.nullable).toBe(false);
  });
});

describe('what the requests say of one another', () => {
  test('every table, key and schema is in a schema and a catalog that are listed', async () => {
    await connection.run(
      'CREATE TEMP TABLE keyed(k INTEGER PRIMARY KEY, r INTEGER REFERENCES keyed(k))',
    );
    await connection.run('CREATE TEMP VIEW seen AS SELECT 1 AS one');
    const listed = names(await run(catalogs()), 0);
    const schemas = await run(dbSchemas({}));
    expect(listed).toEqual(expect.arrayContaining(names(schemas, 0)));
    const found = [
      ...(await run(tables({ tableTypes: [], includeSchema: false }))),
      ...(await run(primaryKeys({ table: 'keyed' }))),
      ...(await run(importedKeys({ table: 'keyed' }))),
    ];
    const of = (catalog: unknown) => found.filter(([name]) => name === catalog);
    expect(schemas).toEqual(expect.arrayContaining(found.map((row) => row.slice(0, 2))));
    expect(names(of('temp'), 2)).toEqual(['keyed', 'scratch', 'seen', 'keyed', 'keyed']);
    await connection.run('DROP VIEW seen; DROP TABLE keyed');
  });
});

describe('primary keys', () => {
  test('a key of several columns, numbered in the key’s order', async () => {
    expect(await run(primaryKeys({ table: 'Parent', catalog: 'memory' }))).toEqual([
      ['memory', 'main', 'Parent', 'b', 1, 'Parent_b_a_pkey'],
      ['memory', 'main', 'Parent', 'A', 2, 'Parent_b_a_pkey'],
    ]);
  });

  test('without a catalog, of every table of that name', async () => {
    const rows = await run(primaryKeys({ table: 'Parent' }));
    expect(rows.map((row) => [row[0], row[3], row[4]])).toEqual([
      ['memory', 'b', 1],
      ['memory', 'A', 2],
      ["o'ther", 'k', 1],
    ]);
  });

  test.each([
    [{ table: 'child' }, []],
    [{ table: 'it\'s"here', dbSchema: 's_2' }, ['id']],
    [{ table: 'täble', catalog: "o'ther", dbSchema: 'Ünï "x"' }, ['k']],
    [{ table: 'Parent', dbSchema: '' }, []],
    [{ table: 'Parent', catalog: '' }, []],
    [{ table: 'P%' }, []],
    [{ table: '' }, []],
  ])('where %j', async (filter, expected) => {
    expect(names(await run(primaryKeys(filter)), 3)).toEqual(expected);
  });
});

describe('foreign keys', () => {
  const pair = (
    pk: [string, string],
    fk: [string, string],
    sequence: number,
    fkKey: string,
    pkKey: string,
  ): unknown[] => [
    ...['memory', 'main', ...pk, 'memory', 'main', ...fk],
    ...[sequence, fkKey, pkKey, 3, 3],
  ];
  const composite = [
    pair(['Parent', 'b'], ['child', 'y'], 1, 'child_y_x_b_a_fkey', 'Parent_b_a_pkey'),
    pair(['Parent', 'A'], ['child', 'x'], 2, 'child_y_x_b_a_fkey', 'Parent_b_a_pkey'),
  ];
  const single = pair(['Parent', 'c'], ['child', 'z'], 1, 'child_z_c_fkey', 'Parent_c_key');
  const fromAnother = [
    pair(['Parent', 'b'], ['another', 'q'], 1, 'another_q_p_b_a_fkey', 'Parent_b_a_pkey'),
    pair(['Parent', 'A'], ['another', 'p'], 2, 'another_q_p_b_a_fkey', 'Parent_b_a_pkey'),
  ];

  test('imported: what the table refers to, real names, a key before a unique constraint', async () => {
    expect(
      await run(importedKeys({ table: 'child', catalog: 'memory', dbSchema: 'main' })),
    ).toEqual([...composite, single]);
  });

  test('exported: who refers to the table, ordered by the foreign side', async () => {
    expect(await run(exportedKeys({ table: 'Parent', catalog: 'memory' }))).toEqual([
      ...fromAnother,
      ...composite,
      single,
    ]);
  });

  test('cross reference: only between the two', async () => {
    const filter = { pkTable: 'Parent', pkCatalog: 'memory', fkTable: 'another' };
    expect(await run(crossReference(filter))).toEqual(fromAnother);
    expect(await run(crossReference({ ...filter, fkCatalog: "o'ther" }))).toEqual([]);
    expect(await run(crossReference({ ...filter, pkDbSchema: '' }))).toEqual([]);
    expect(await run(crossReference({ pkTable: 'another', fkTable: 'Parent' }))).toEqual([]);
  });

  test('a table that refers to itself both imports and exports the key', async () => {
    const table = 'it\'s"here';
    const imported = await run(importedKeys({ table }));
    expect(imported.map((row) => [row[2], row[3], row[6], row[7]])).toEqual([
      [table, 'id', table, 'parent'],
    ]);
    expect(await run(exportedKeys({ table }))).toEqual(imported);
  });

  test('keys of an attached database, and names that differ beyond ASCII case', async () => {
    const rows = await run(exportedKeys({ table: 'Parent', catalog: "o'ther" }));
    expect(rows.map((row) => [row[0], row[4], row[6]])).toEqual([["o'ther", "o'ther", 'child']]);
    expect(names(await run(importedKeys({ table: 'oe' })), 2)).toEqual(['ö']);
  });
});
