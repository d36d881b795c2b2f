import type { RecordBatch, Table } from 'apache-arrow';
import { recordBatchFlightData, schemaFlightData } from '../../protocol/arrow-ipc.js';
import { batchBytes, mostMessageBytes } from '../engine/message-size.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { ResultBatch } from '../engine/result-stream.js';

/** A table in memory as the result of a query. */
export function tableResult(table: Table): QueryResult {
  return {
    schema: table.schema,
    preamble: () => [schemaFlightData(table.schema)],
    // eslint-disable-next-line @typescript-eslint/require-await -- must be an async generator
    batches: async function* () {
      for (const batch of table.batches) {
        yield* inMessages(batch);
      }
    },
  };
}

/** Splits a batch into messages of about a megabyte, if it is larger than all clients accept. */
function* inMessages(batch: RecordBatch): Generator<ResultBatch> {
  const message = recordBatchFlightData(batch);
  const rows = batch.numRows;
  if (message.byteLength <= mostMessageBytes || rows === 1) {
    yield { rows, message };
    return;
  }
  const most = Math.ceil(rows / Math.ceil(message.byteLength / batchBytes));
  for (let start = 0; start < rows; start += most) {
    yield* inMessages(batch.slice(start, start + most));
  }
}
