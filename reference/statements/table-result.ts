import type { Table } from 'apache-arrow';
import { recordBatchFlightData, schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { QueryResult } from '../engine/prepared-query.js';

/** A table that is in memory already, as the result of a query. */
export function tableResult(table: Table): QueryResult {
  return {
    schema: table.schema,
    preamble: () => [schemaFlightData(table.schema)],
    // eslint-disable-next-line @typescript-eslint/require-await -- its like are streams of the engine's
    batches: async function* () {
      for (const batch of table.batches) {
        yield { rows: batch.numRows, message: recordBatchFlightData(batch) };
      }
    },
  };
}
