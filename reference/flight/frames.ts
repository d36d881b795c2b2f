import type { Table } from 'apache-arrow';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import type { RunningQuery } from '../statements/statement-executor.js';
import { tableResult } from '../statements/table-result.js';

/** A table in memory as a DoGet stream. */
export function tableStream(table: Table): RunningQuery {
  return { messages: frames(table), leave: () => undefined };
}

async function* frames(table: Table): AsyncGenerator<EncodedFlightData> {
  const result = tableResult(table);
  yield* result.preamble();
  for await (const { message } of result.batches()) {
    yield message;
  }
}

/** Finished messages as a DoGet stream. */
export function answerStream(messages: readonly EncodedFlightData[]): RunningQuery {
  // eslint-disable-next-line @typescript-eslint/require-await -- must be an async generator
  const stream = (async function* () {
    yield* messages;
  })();
  return { messages: stream, leave: () => undefined };
}
