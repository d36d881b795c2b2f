import { create } from '@bufbuild/protobuf';
import { tableFromArrays } from 'apache-arrow';
import { expect, it, vi } from 'vitest';
import {
  CommandStatementIngestSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
} from '../../protocol/gen/flight_sql_pb.js';
import { Database } from '../engine/database.js';
import { sessionOn } from '../session-fixture.js';
import { ingest } from './ingest.js';
import type { StatementService } from './statement-service.js';

it('is a change of what names stand for, to those who look after it', async () => {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  const counts = new Map<string, number>();
  const execute = connection.execute.bind(connection);
  vi.spyOn(connection, 'execute').mockImplementation(async (sql) => {
    await execute(sql);
    counts.set(sql, connection.names.count);
  });
  const statements: Partial<StatementService> = {
    prepareLocked: (session, sql) =>
      Promise.resolve({ session, sql } as Awaited<ReturnType<StatementService['prepareLocked']>>),
    updateLocked: ({ sql }) => connection.execute(sql).then(() => 3),
  };
  const request = create(CommandStatementIngestSchema, {
    table: 'loaded',
    tableDefinitionOptions: { ifNotExist: IfNotExist.CREATE, ifExists: IfExists.FAIL },
  });
  const { schema, batches } = tableFromArrays({ a: Int32Array.of(1, 2, 3) });
  const stream = (async function* () {
    yield* await Promise.resolve(batches);
  })();
  const session = sessionOn(connection);
  expect(
    await ingest(statements as StatementService, session, request, schema, stream, vi.fn()),
  ).toBe(3);
  expect(await connection.rows('SELECT count(*) FROM loaded')).toEqual([[3n]]);
  expect(connection.names.count).toBeGreaterThan(counts.get('COMMIT') ?? Infinity);
  connection.close();
  database.close();
});
