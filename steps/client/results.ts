import { fromBinary } from '@bufbuild/protobuf';
import type { Schema } from 'apache-arrow';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import type { FlightInfo, PutResult } from '../../protocol/gen/flight_pb.js';
import { DoPutUpdateResultSchema } from '../../protocol/gen/flight_sql_pb.js';
import { readBatches } from './read-batches.js';
import type { PlainValue } from './plain-value.js';
import { decodeBatch, resultTable } from './result-table.js';
import type { ResultTable } from './result-table.js';
import type { Transport } from './transport.js';

/** Fetches every endpoint of a FlightInfo, one after the other, as one table. */
export async function fetchTable(transport: Transport, info: FlightInfo): Promise<ResultTable> {
  let schema: Schema | undefined;
  // Each batch apart: there is no limit to how many rows one has, but there is one to a call's arguments.
  const rows: PlainValue[][][] = [];
  for (const { ticket } of info.endpoint) {
    const stream = transport.doGet(ticket?.ticket ?? new Uint8Array());
    const result = await readBatches(stream.messages);
    schema ??= result.schema;
    for await (const batch of result.batches) {
      rows.push(decodeBatch(batch));
    }
  }
  schema ??= info.schema.byteLength > 0 ? decodeSchema(info.schema) : undefined;
  return resultTable(schema, rows.flat());
}

/** The number of rows that an update says it changed; -1 when it doesn't know. */
export function updatedRows(answers: readonly PutResult[]): bigint {
  const [answer] = answers;
  return answer === undefined
    ? -1n
    : fromBinary(DoPutUpdateResultSchema, answer.appMetadata).recordCount;
}
