import type { Table } from 'apache-arrow';
import { recordBatchFlightData, schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { RunningQuery } from '../statements/statement-service.js';

/** A table that is in memory already, as the stream of messages that DoGet sends. */
export function tableStream(table: Table): RunningQuery {
  return { messages: frames(table), cancel: () => undefined };
}

// eslint-disable-next-line @typescript-eslint/require-await -- its like streams from the engine
async function* frames(table: Table): AsyncGenerator<Buffer> {
  yield schemaFlightData(table.schema);
  for (const batch of table.batches) {
    yield recordBatchFlightData(batch);
  }
}
