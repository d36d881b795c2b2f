import type { Schema } from 'apache-arrow';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import type { FlightInfo, PutResult } from '../../protocol/gen/flight_pb.js';
import { DoPutUpdateResultSchema } from '../../protocol/gen/flight_sql_pb.js';
import { checkLimit, mostOfAnAnswer } from './answer-limits.js';
import { readAnswer } from './malformed-answer.js';
import { readBatches } from './read-batches.js';
import { readMessage } from './read-message.js';
import type { PlainValue } from './plain-value.js';
import { decodeBatch, resultTable } from './result-table.js';
import type { ResultTable } from './result-table.js';
import type { Transport } from './transport.js';

/** Fetches every endpoint of a FlightInfo, one after the other, as one table. */
export async function fetchTable(transport: Transport, info: FlightInfo): Promise<ResultTable> {
  let schema: Schema | undefined;
  // Each batch apart: there is no limit to how many rows one has, but there is one to a call's arguments.
  const rows: PlainValue[][][] = [];
  let values = 0;
  for (const { ticket } of info.endpoint) {
    const stream = transport.doGet(ticket?.ticket ?? new Uint8Array(), mostOfAnAnswer.bytes);
    try {
      const result = await readBatches(stream.messages);
      schema ??= result.schema;
      for await (const batch of result.batches) {
        values += batch.numRows * Math.max(1, batch.numCols);
        readAnswer(() => {
          checkLimit(values, mostOfAnAnswer.values, 'values in all');
        });
        rows.push(decodeBatch(batch));
      }
    } finally {
      // What is not taken need not be sent.
      stream.cancel();
    }
  }
  schema ??= info.schema.byteLength > 0 ? readAnswer(() => decodeSchema(info.schema)) : undefined;
  return resultTable(schema, rows.flat());
}

/** The number of rows that an update says it changed; -1 when it doesn't know. */
export function updatedRows(answers: readonly PutResult[]): bigint {
  const [answer] = answers;
  return answer === undefined
    ? -1n
    : readMessage(DoPutUpdateResultSchema, answer.appMetadata).recordCount;
}
