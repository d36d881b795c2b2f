import type { RecordBatch, Schema } from 'apache-arrow';
import { readFlightData } from '../../protocol/arrow-ipc.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';
import { mostOfAnAnswer } from './answer-limits.js';
import { malformed } from './malformed-answer.js';

/** A schema and the record batches that follow it. */
export interface Batches {
  readonly schema: Schema | undefined;
  readonly batches: AsyncGenerator<RecordBatch>;
}

/**
 * Reads the record batches of a DoGet. Throws MalformedAnswer for bytes that are not Arrow data; errors of
 * the call stay FlightErrors.
 */
export async function readBatches(messages: AsyncIterable<FlightData>): Promise<Batches> {
  const stream = await orMalformed(
    readFlightData(messages, { batchValues: mostOfAnAnswer.values }),
  );
  return { schema: stream?.schema, batches: read(stream?.batches) };
}

async function* read(batches: AsyncIterable<RecordBatch> | undefined): AsyncGenerator<RecordBatch> {
  const iterator = batches?.[Symbol.asyncIterator]();
  while (iterator !== undefined) {
    const next = await orMalformed(iterator.next());
    if (next.done === true) {
      return;
    }
    yield next.value;
  }
}

async function orMalformed<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw malformed(error);
  }
}
