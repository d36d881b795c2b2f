import { create } from '@bufbuild/protobuf';
import {
  Binary,
  Field,
  FixedSizeBinary,
  List,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow';
import { expect, it, vi } from 'vitest';
import {
  CommandStatementIngestSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
} from '../../protocol/gen/flight_sql_pb.js';
import type { Connection } from '../engine/connection.js';
import { Database } from '../engine/database.js';
import { batchOf, columnOf, extended } from '../engine/from-arrow/batch-fixture.js';
import { sessionOn } from '../session-fixture.js';
import type { Session } from '../sessions/session.js';
import { ingest } from './ingest.js';
import type { StatementService } from './statement-service.js';

/** Statements that are run as they are, on this connection. */
function servedBy(connection: Connection): StatementService {
  const statements = {
    receive: () => ({ recorded: (work: () => Promise<unknown>) => work() }),
    prepareLocked: (_: unknown, session: Session, sql: string) => Promise.resolve({ session, sql }),
    executor: {
      updateLocked: ({ sql }: { sql: string }) => connection.execute(sql).then(() => 1),
    },
  };
  return statements as unknown as StatementService;
}

it('is a change of what names stand for, to those who look after it', async () => {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  const counts = new Map<string, number>();
  const execute = connection.execute.bind(connection);
  vi.spyOn(connection, 'execute').mockImplementation(async (sql) => {
    await execute(sql);
    counts.set(sql, connection.names.count);
  });
  const statements = servedBy(connection);
  const request = create(CommandStatementIngestSchema, {
    table: 'loaded',
    tableDefinitionOptions: { ifNotExist: IfNotExist.CREATE, ifExists: IfExists.FAIL },
  });
  const { schema, batches } = tableFromArrays({ a: Int32Array.of(1, 2, 3) });
  const stream = (async function* () {
    yield* await Promise.resolve(batches);
  })();
  const session = sessionOn(connection);
  const read = () => Promise.resolve({ schema, batches: stream });
  expect(await ingest(statements, session, request, read, vi.fn())).toBe(3);
  expect(await connection.rows('SELECT count(*) FROM loaded')).toEqual([[3n]]);
  expect(connection.names.count).toBeGreaterThan(counts.get('COMMIT') ?? Infinity);
  connection.close();
  database.close();
});

it('makes UUIDs and geometries of what a client says are such, and appends them', async () => {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  const statements = servedBy(connection);
  const request = create(CommandStatementIngestSchema, {
    table: 'places',
    tableDefinitionOptions: { ifNotExist: IfNotExist.CREATE, ifExists: IfExists.APPEND },
  });
  const item = extended('item', new FixedSizeBinary(16), 'arrow.uuid');
  const fields = [
    new Field('ids', new List(item), true),
    extended('place', new Binary(), 'geoarrow.wkb', '{}'),
  ];
  const point = Buffer.from('0101000000000000000000f03f0000000000000040', 'hex');
  const values = [[new Uint8Array(16).fill(255)], point];
  const batch = batchOf(
    fields,
    fields.map((field, i) => columnOf(field, [values[i]])),
  );
  // By the wire, which must keep the metadata of nested fields.
  const sent = tableFromIPC(tableToIPC(new Table([batch])));
  for (let i = 0; i < 2; i++) {
    const stream = (async function* () {
      yield* await Promise.resolve(sent.batches);
    })();
    const session = sessionOn(connection);
    const read = () => Promise.resolve({ schema: sent.schema, batches: stream });
    await ingest(statements, session, request, read, vi.fn());
  }
  const row = ['[ffffffff-ffff-ffff-ffff-ffffffffffff]', 'POINT (1 2)'];
  expect(await connection.rows('SELECT COLUMNS(*)::VARCHAR FROM places')).toEqual([row, row]);
  expect(await connection.rows('SELECT DISTINCT typeof(ids), typeof(place) FROM places')).toEqual([
    ['UUID[]', 'GEOMETRY'],
  ]);
  expect(await connection.rows('SELECT count(*) FROM duckdb_tables()')).toEqual([[1n]]);
  connection.close();
  database.close();
});
