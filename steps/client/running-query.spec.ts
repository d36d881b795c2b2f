import type { FlightData, FlightInfo } from '../../protocol/gen/flight_pb.js';
import { create, fromBinary } from '@bufbuild/protobuf';
import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { recordBatchFlightData, schemaFlightData } from '../../protocol/arrow-ipc.js';
import { FlightDataSchema, FlightInfoSchema } from '../../protocol/gen/flight_pb.js';
import { RunningQuery } from './running-query.js';

const info: FlightInfo = create(FlightInfoSchema);

/**
 * A result with batches of these numbers of rows. `seen` records the time of each message read, in ms, and
 * whether the reader cancelled.
 */
function resultOf(...batches: readonly number[]) {
  const tables = batches.map((rows) => tableFromArrays({ n: new Int32Array(rows) }));
  const schema = tableFromArrays({ n: new Int32Array(1) }).schema;
  const encoded = [
    schemaFlightData(schema),
    ...tables.flatMap((table) => table.batches.map((batch) => recordBatchFlightData(batch))),
  ].map((bytes) => fromBinary(FlightDataSchema, bytes));
  const taken: number[] = [];
  const seen = { taken, ended: false, cancelled: 0 };
  const messages = async function* (): AsyncGenerator<FlightData> {
    for (const message of encoded) {
      taken.push(performance.now());
      yield await Promise.resolve(message);
    }
    seen.ended = true;
  };
  const cancel = (): void => {
    seen.cancelled++;
  };
  return { seen, query: new RunningQuery(info, { messages: messages(), cancel }) };
}

describe('letting go of a result', () => {
  it.each([
    ['early, with whole batches', 3, [2, 2, 2], 4, 3],
    ['after one batch that is enough', 1, [2, 2], 2, 2],
    ['after the last row, without a look at the end', 6, [2, 2, 2], 6, 4],
    ['before any row is read', 0, [2], 0, 1],
  ] as const)('is done %s', async (_, rows, batches, got, messages) => {
    const { seen, query } = resultOf(...batches);
    expect(await query.letGoAfter(rows)).toBe(got);
    expect(seen).toMatchObject({ ended: false, cancelled: 1 });
    expect(seen.taken).toHaveLength(messages);
  });

  it('reports a result with fewer rows than wanted', async () => {
    const { seen, query } = resultOf(2, 1);
    expect(await query.letGoAfter(5)).toBe(3);
    expect(seen).toMatchObject({ ended: true, cancelled: 1 });
  });
});

it('tells the number of rows of each batch', async () => {
  const { seen, query } = resultOf(2, 3, 1);
  const sizes: number[] = [];
  for await (const rows of query.batchSizes()) {
    sizes.push(rows);
  }
  expect(sizes).toEqual([2, 3, 1]);
  expect(seen.ended).toBe(true);
});

describe('reading slowly', () => {
  it('pauses once, after the first batch, and reads all batches', async () => {
    const { seen, query } = resultOf(2, 3, 1);
    const pause = 300;
    const begun = performance.now();
    expect(await query.readSlowly(pause)).toBe(6);
    expect(seen).toMatchObject({ ended: true, cancelled: 0 });
    const [, first = 0, second = 0] = seen.taken;
    // The timer of Node.js may be a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(pause - 1);
    expect(performance.now() - begun - (second - first)).toBeLessThan(second - first);
  });
});
