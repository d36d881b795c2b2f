import {
  Binary,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Int32,
  Int8,
  LargeUtf8,
  List,
  Map_,
  SparseUnion,
  Struct,
  Utf8,
  makeData,
} from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../engine-fixture.js';
import type { OpenConnection } from '../engine-fixture.js';
import { batchOf, columnOf, extended, parameterRows } from './batch-fixture.js';
import { parametersJson } from './parameter-json.js';
import { stageBatches } from './stage-batches.js';

let database: OpenConnection;
beforeEach(async () => {
  database = await openConnection();
});
afterEach(() => {
  database.close();
});

const uuids = ['00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-fffffffffffe'];
const uuidBytes = uuids.map((text) => Buffer.from(text.replaceAll('-', ''), 'hex'));
const point = Buffer.from('0101000000000000000000f03f0000000000000040', 'hex');
// The same with its numbers the other way round.
const bigEndianPoint = Buffer.from('00000000013ff00000000000004000000000000000', 'hex');

/** One column staged as the table `staged`: its type as the engine tells it, and its values as text. */
async function staged(field: Field, values: readonly unknown[]) {
  const batch = batchOf([field], [columnOf(field, values)]);
  const stream = (async function* () {
    yield await Promise.resolve(batch);
  })();
  const { connection } = database;
  expect(await stageBatches(connection, 'staged', batch.schema, stream)).toBe(values.length);
  const [[type] = []] = await connection.rows('SELECT typeof(c) FROM temp.main.staged');
  const rows = await connection.rows('SELECT c::VARCHAR FROM temp.main.staged');
  return { type, values: rows.flat() };
}

const uuid = extended('c', new FixedSizeBinary(16), 'arrow.uuid');
const bool8 = extended('c', new Int8(), 'arrow.bool8');
const json = extended('c', new Utf8(), 'arrow.json', '');
const geometry = extended('c', new Binary(), 'geoarrow.wkb', '{}');

describe('columns of extension types become', () => {
  it('UUID', async () => {
    expect(await staged(uuid, [uuidBytes[0], null, uuidBytes[1]])).toEqual({
      type: 'UUID',
      values: [uuids[0], null, uuids[1]],
    });
  });

  it('BOOLEAN, where what is not 0 is true', async () => {
    expect(await staged(bool8, [0, 1, null, -5])).toEqual({
      type: 'BOOLEAN',
      values: ['false', 'true', null, 'true'],
    });
  });

  it.each([new Utf8(), new LargeUtf8()])('JSON, of %s', async (type) => {
    const field = extended('c', type, 'arrow.json');
    expect(await staged(field, ['{"a": [1, null]}', null, '"é"'])).toEqual({
      type: 'JSON',
      values: ['{"a": [1, null]}', null, '"é"'],
    });
  });

  it('GEOMETRY, of numbers in either order', async () => {
    expect(await staged(geometry, [point, null, bigEndianPoint])).toEqual({
      type: 'GEOMETRY',
      values: ['POINT (1 2)', null, 'POINT (1 2)'],
    });
    expect(
      await database.connection.rows("FROM duckdb_tables() WHERE table_name <> 'staged'"),
    ).toEqual([]);
  });

  it.each([
    ['a name', '{"crs": "OGC:CRS84"}', "GEOMETRY('OGC:CRS84')"],
    [
      'PROJJSON',
      '{"crs_type":"projjson","crs":{"type":"GeographicCRS","id":{"authority":"OGC","code":"CRS84"}}}',
      "GEOMETRY('OGC:CRS84')",
    ],
    ['a name that the engine does not know', '{"crs": "EPSG:4326"}', 'GEOMETRY'],
    ['none', '{"crs": null, "edges": null}', 'GEOMETRY'],
  ])('GEOMETRY in the coordinate system that is told by %s', async (_, metadata, type) => {
    const field = extended('c', new Binary(), 'geoarrow.wkb', metadata);
    expect(await staged(field, [point])).toEqual({ type, values: ['POINT (1 2)'] });
  });

  it.each([
    ['bytes that are none', '{}', 'abc', /binary data/],
    ['a sphere', '{"edges": "spherical"}', point, 'geometries of \'c\' have the edges "spherical"'],
    ['metadata that is no JSON', '{', point, "metadata of the geometries of 'c' is no JSON"],
  ])('no GEOMETRY for %s', async (_, metadata, value, message) => {
    const field = extended('c', new Binary(), 'geoarrow.wkb', metadata);
    await expect(staged(field, [Buffer.from(value)])).rejects.toThrow(message);
    expect(await database.connection.rows('SELECT table_name FROM duckdb_tables()')).toEqual([]);
  });

  it('what they are stored as where the type is unknown or stored as another', async () => {
    const unknown = extended('c', new Utf8(), 'some.text');
    expect(await staged(unknown, ['text'])).toEqual({ type: 'VARCHAR', values: ['text'] });
    await database.connection.execute('DROP TABLE temp.main.staged');
    const short = extended('c', new FixedSizeBinary(4), 'arrow.uuid');
    expect(await staged(short, [Buffer.from('abcd')])).toEqual({ type: 'BLOB', values: ['abcd'] });
  });
});

describe('inside of', () => {
  const named = (name: string, field: Field) =>
    new Field(name, field.type as DataType, true, field.metadata);

  it('lists', async () => {
    const field = new Field('c', new List(named('item', uuid)), true);
    expect(await staged(field, [[uuidBytes[1], null], null, []])).toEqual({
      type: 'UUID[]',
      values: [`[${uuids[1]}, NULL]`, null, '[]'],
    });
  });

  it('structs', async () => {
    const members = [
      named('u', uuid),
      named('b', bool8),
      named('j', json),
      named('g', geometry),
      new Field('i', new Int32(), true),
    ];
    const field = new Field('c', new Struct(members), true);
    const value = { u: uuidBytes[0], b: 2, j: '[1]', g: point, i: 7 };
    expect(
      await staged(field, [value, null, { u: null, b: null, j: null, g: null, i: null }]),
    ).toEqual({
      type: 'STRUCT(u UUID, b BOOLEAN, j JSON, g GEOMETRY, i INTEGER)',
      values: [
        `{'u': ${uuids[0]}, 'b': true, 'j': '[1]', 'g': 'POINT (1 2)', 'i': 7}`,
        null,
        "{'u': NULL, 'b': NULL, 'j': NULL, 'g': NULL, 'i': NULL}",
      ],
    });
  });

  it('maps, and lists of lists', async () => {
    const entries = new Struct([new Field('key', new Utf8(), false), named('value', geometry)]);
    const map = new Field('m', new Map_(new Field('entries', entries, false) as never), true);
    const lists = new Field(
      'l',
      new List(new Field('item', new List(named('item', geometry)), true)),
      true,
    );
    const field = new Field('c', new Struct([map, lists]), true);
    const value = { m: new Map([['k', point]]), l: [[point, null], null] };
    expect(await staged(field, [value])).toEqual({
      type: 'STRUCT(m MAP(VARCHAR, GEOMETRY), l GEOMETRY[][])',
      values: ["{'m': {k='POINT (1 2)'}, 'l': [['POINT (1 2)', NULL], NULL]}"],
    });
  });

  it('dictionaries', async () => {
    const field = extended('c', new Dictionary(new Binary(), new Int8()), 'geoarrow.wkb');
    expect(await staged(field, [point, null, point])).toEqual({
      type: 'GEOMETRY',
      values: ['POINT (1 2)', null, 'POINT (1 2)'],
    });
  });

  it('arrays and unions they are the same, but geometries are bytes', async () => {
    const array = new Field('c', new FixedSizeList(2, named('item', bool8)), true);
    expect(await staged(array, [[1, 0]])).toEqual({
      type: 'BOOLEAN[2]',
      values: ['[true, false]'],
    });
    await database.connection.execute('DROP TABLE temp.main.staged');
    const union = new SparseUnion([0], [named('g', geometry)]);
    const data = makeData({
      type: union,
      ...{ length: 1, nullCount: 0, typeIds: Int8Array.of(0) },
      children: [columnOf(geometry, [point])],
    });
    const batch = batchOf([new Field('c', union, true)], [data]);
    const stream = (async function* () {
      yield await Promise.resolve(batch);
    })();
    await stageBatches(database.connection, 'staged', batch.schema, stream);
    expect(await database.connection.rows('SELECT typeof(c) FROM temp.main.staged')).toEqual([
      ['UNION(g BLOB)'],
    ]);
  });
});

describe('values of extension types in tables that are there', () => {
  it.each([
    ['UUID', uuid, uuidBytes[0], uuids[0]],
    ['VARCHAR', uuid, uuidBytes[0], uuids[0]],
    ['BOOLEAN', bool8, 3, 'true'],
    ['TINYINT', bool8, 1, '1'],
    ['JSON', json, '{"a": 1}', '{"a": 1}'],
    ['VARCHAR', json, '{"a": 1}', '{"a": 1}'],
    ['GEOMETRY', geometry, point, 'POINT (1 2)'],
    ["GEOMETRY('OGC:CRS84')", geometry, point, 'POINT (1 2)'],
  ])('%s', async (type, field, value, printed) => {
    const { connection } = database;
    await connection.execute(`CREATE TABLE target (c ${type})`);
    await staged(field, [value, null]);
    await connection.execute('INSERT INTO target BY NAME SELECT * FROM temp.main.staged');
    expect(await connection.rows('SELECT c::VARCHAR FROM target')).toEqual([[printed], [null]]);
  });
});

describe('parameters of extension types', () => {
  it('are UUIDs, booleans and text, and recorded so', async () => {
    const fields = [
      extended('1', new FixedSizeBinary(16), 'arrow.uuid'),
      extended('2', new Int8(), 'arrow.bool8'),
      extended('3', new Utf8(), 'arrow.json'),
      new Field('4', new List(extended('item', new FixedSizeBinary(16), 'arrow.uuid')), true),
    ];
    const values = [uuidBytes[1], 5, '{"a": 1}', [uuidBytes[0], null]];
    const batch = batchOf(
      fields,
      fields.map((field, i) => columnOf(field, [values[i]])),
    );
    const [row] = parameterRows(batch);
    if (row === undefined) {
      throw new Error('no row');
    }
    await database.connection.execute('CREATE TABLE target (u UUID, b BOOLEAN, j JSON, l UUID[])');
    const insert = await database.connection.prepare('INSERT INTO target VALUES (?, ?, ?, ?)');
    expect(await insert.update(row)).toBe(1);
    insert.close();
    expect(await database.connection.rows('SELECT COLUMNS(*)::VARCHAR FROM target')).toEqual([
      [uuids[1], 'true', '{"a": 1}', `[${uuids[0]}, NULL]`],
    ]);
    expect(JSON.parse(parametersJson(row) ?? '')).toEqual([
      uuids[1],
      true,
      '{"a": 1}',
      [uuids[0], null],
    ]);
  });
});
