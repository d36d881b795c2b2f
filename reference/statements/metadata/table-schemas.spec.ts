import { fromBinary } from '@bufbuild/protobuf';
import { Field, Int64, Schema } from 'apache-arrow';
import { expect, test } from 'vitest';
import { decodeSchema, readFlightData } from '../../../protocol/arrow-ipc.js';
import { recordBatchFlightData, schemaFlightData } from '../../../protocol/arrow-ipc.js';
import { FlightDataSchema } from '../../../protocol/gen/flight_pb.js';
import { withTableSchemas } from './table-schemas.js';
import type { TableRow } from './table-schemas.js';

test('puts each table’s schema beside it, and travels', async () => {
  const rows: TableRow[] = [
    { catalog: 'b', dbSchema: 's', table: 'a', type: 'VIEW' },
    { catalog: 'c', dbSchema: 'main', table: 'ü', type: 'BASE TABLE' },
  ];
  const table = await withTableSchemas(rows, (row) =>
    Promise.resolve(new Schema([new Field(Object.values(row).join('.'), new Int64())])),
  );
  const messages = [schemaFlightData(table.schema), ...table.batches.map(recordBatchFlightData)];
  const stream = await readFlightData(
    (async function* () {
      for (const message of messages) {
        yield await Promise.resolve(fromBinary(FlightDataSchema, message));
      }
    })(),
  );
  const read: unknown[][] = [];
  for await (const batch of stream?.batches ?? []) {
    for (const row of batch.toArray()) {
      const [catalog, dbSchema, name, type, schema] = Object.values(row as object) as unknown[];
      read.push([catalog, dbSchema, name, type, decodeSchema(schema as Uint8Array).names[0]]);
    }
  }
  expect(read).toEqual([
    ['b', 's', 'a', 'VIEW', 'b.s.a.VIEW'],
    ['c', 'main', 'ü', 'BASE TABLE', 'c.main.ü.BASE TABLE'],
  ]);
});

test('no tables: an empty answer of the same schema, and nothing is asked', async () => {
  const table = await withTableSchemas([], () => Promise.reject(new Error('asked')));
  expect(table.numRows).toBe(0);
  expect(
    table.schema.fields.map((field) => [field.name, String(field.type), field.nullable]),
  ).toEqual([
    ['catalog_name', 'Utf8', true],
    ['db_schema_name', 'Utf8', true],
    ['table_name', 'Utf8', false],
    ['table_type', 'Utf8', false],
    ['table_schema', 'Binary', false],
  ]);
});

test('a table whose schema cannot be found fails the answer', async () => {
  const row: TableRow = { catalog: 'c', dbSchema: 's', table: 't', type: 'VIEW' };
  await expect(withTableSchemas([row], () => Promise.reject(new Error('gone')))).rejects.toThrow(
    'gone',
  );
});
