import type { RecordBatch, Table } from 'apache-arrow';
import { recordBatchFlightData, schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { QueryResult } from '../engine/prepared-query.js';

/** What clients take in one message is 4 MiB, unless they are told otherwise. */
const mostBytes = 2 * 1024 * 1024;

/** A table that is in memory already, as the result of a query. */
export function tableResult(table: Table): QueryResult {
  return {
    schema: table.schema,
    preamble: () => [schemaFlightData(table.schema)],
    // eslint-disable-next-line @typescript-eslint/require-await -- its like are streams of the engine's
    batches: async function* () {
      for (const batch of table.batches) {
        yield* messages(batch);
      }
    },
  };
}

/** One message, or several where it would be too large; a row is never cut. */
function* messages(batch: RecordBatch): Generator<{ rows: number; message: Buffer }> {
  const message = recordBatchFlightData(batch);
  if (message.length <= mostBytes || batch.numRows < 2) {
    yield { rows: batch.numRows, message };
    return;
  }
  const half = batch.numRows >> 1;
  yield* messages(batch.slice(0, half));
  yield* messages(batch.slice(half));
}
