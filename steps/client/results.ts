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

/** Fetches the endpoints of a FlightInfo in sequence, as one table. */
export async function fetchTable(transport: Transport, info: FlightInfo): Promise<ResultTable> {
  let schema: Schema | undefined;
  // Batches are kept separately, because `push(...rows)` fails for a very large batch.
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
      // Ends the call if reading failed; has no effect otherwise.
      stream.cancel();
    }
  }
  schema ??= info.schema.byteLength > 0 ? readAnswer(() => decodeSchema(info.schema)) : undefined;
  return resultTable(schema, rows.flat());
}

/** The number of rows changed, as the server reports it; -1 if it does not know. */
export function updatedRows(answers: readonly PutResult[]): bigint {
  const [answer] = answers;
  return answer === undefined
    ? -1n
    : readMessage(DoPutUpdateResultSchema, answer.appMetadata).recordCount;
}
