import { fromBinary } from '@bufbuild/protobuf';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Table } from 'apache-arrow';
import { expect, test } from 'vitest';
import {
  readFlightData,
  recordBatchFlightData,
  schemaFlightData,
} from '../../../protocol/arrow-ipc.js';
import { FlightDataSchema } from '../../../protocol/gen/flight_pb.js';
import { xdbcTypeInfoSchema, xdbcTypeInfoTable } from './xdbc-type-info.js';

type Row = Record<string, unknown>;

async function sent(table: Table): Promise<Row[]> {
  const messages = [schemaFlightData(table.schema), ...table.batches.map(recordBatchFlightData)];
  const stream = await readFlightData(
    (async function* () {
      for (const message of messages) {
        yield await Promise.resolve(fromBinary(FlightDataSchema, message));
      }
    })(),
  );
  expect(stream?.schema.toString()).toBe(xdbcTypeInfoSchema.toString());
  const rows: Row[] = [];
  for await (const batch of stream?.batches ?? []) {
    rows.push(...batch.toArray().map((row) => (row as { toJSON(): Row }).toJSON()));
  }
  return rows;
}

test('all types, by number, then by name, with nothing null that must not be', async () => {
  const rows = await sent(xdbcTypeInfoTable());
  const order = rows.map((row) => [Number(row['data_type']), String(row['type_name'])] as const);
  expect(order).toEqual(order.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)));
  expect(order[0]).toEqual([-7, 'BOOLEAN']);
  expect(order.at(-1)).toEqual([93, 'TIMESTAMP_S']);
  const required = xdbcTypeInfoSchema.fields.filter((field) => !field.nullable);
  expect(required.map((field) => field.name)).toEqual([
    'type_name',
    'data_type',
    'nullable',
    'case_sensitive',
    'searchable',
    'fixed_prec_scale',
    'sql_data_type',
  ]);
  for (const row of rows) {
    expect(required.every((field) => row[field.name] !== null)).toBe(true);
  }
});

test('a type’s nineteen answers', async () => {
  const decimal = (await sent(xdbcTypeInfoTable(3)))[0];
  const { create_params: params, ...rest } = decimal ?? {};
  expect([...(params as Iterable<string>)]).toEqual(['precision', 'scale']);
  expect(rest).toEqual({
    type_name: 'DECIMAL',
    data_type: 3,
    column_size: 38,
    literal_prefix: null,
    literal_suffix: null,
    nullable: 1,
    case_sensitive: false,
    searchable: 2,
    unsigned_attribute: false,
    fixed_prec_scale: false,
    auto_increment: false,
    local_type_name: null,
    minimum_scale: 0,
    maximum_scale: 38,
    sql_data_type: 3,
    datetime_subcode: null,
    num_prec_radix: 10,
    interval_precision: null,
  });
});

test('only the types of a number; none of an unknown one', async () => {
  const names = async (type: number): Promise<unknown[]> =>
    (await sent(xdbcTypeInfoTable(type))).map((row) => row['type_name']);
  expect(await names(4)).toEqual(['INTEGER', 'UINTEGER']);
  expect(await names(0)).toEqual([]);
  expect(await names(91)).toEqual(['DATE']);
});

test('the engine knows each name, and a literal made as described is of that type', async () => {
  const samples: Record<string, string> = {
    VARCHAR: 'a',
    BLOB: '\\x01',
    DATE: '2020-01-02',
    TIME: '01:02:03',
    TIMESTAMP: '2020-01-02 01:02:03',
    INTERVAL: '1 day',
  };
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const row of await sent(xdbcTypeInfoTable())) {
    const name = String(row['type_name']);
    const typed = await connection.runAndReadAll(`SELECT CAST(NULL AS ${name})`);
    expect(typed.columnType(0).toString()).toBe(name === 'DECIMAL' ? 'DECIMAL(18,3)' : name);
    const { literal_prefix: prefix, literal_suffix: suffix } = row;
    if (typeof prefix === 'string' && typeof suffix === 'string') {
      const kind = /^[A-Z]+/.exec(name)?.[0] ?? '';
      const text = `${prefix}${samples[kind] ?? ''}${suffix}`;
      const value = await connection.runAndReadAll(`SELECT ${text}`);
      expect(value.columnType(0).toString()).toBe(name);
    }
  }
  connection.closeSync();
});
