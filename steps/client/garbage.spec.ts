import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Field, Int8, List, Table, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeSchema,
  encapsulatedSchema,
  recordBatchFlightData,
  schemaFlightData,
} from '../../protocol/arrow-ipc.js';
import { FlightDataSchema } from '../../protocol/gen/flight_pb.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';
import { FlightError } from './flight-error.js';
import { UnknownType } from './malformed-answer.js';
import { readBatches } from './read-batches.js';
import { decodeBatch } from './result-table.js';

const table = new Table({
  n: vectorFromArray(Int32Array.of(1, 2, 3)),
  d: vectorFromArray(Float64Array.of(0.5, NaN, -1)),
  t: vectorFromArray(['a', null, 'ccc'], new Utf8()),
  l: vectorFromArray([[1, 2], [], [3]], new List(new Field('item', new Int8(), true))),
  b: vectorFromArray([true, false, null]),
  date: vectorFromArray([new Date(0), null, new Date(1e12)]),
});
const messages = [
  schemaFlightData(table.schema),
  ...table.batches.map((batch) => recordBatchFlightData(batch)),
].map((bytes) => fromBinary(FlightDataSchema, bytes));

async function decode(stream: readonly FlightData[]): Promise<number> {
  const source = (async function* () {
    yield* await Promise.resolve(stream);
  })();
  let values = 0;
  const { batches } = await readBatches(source);
  for await (const batch of batches) {
    values += decodeBatch(batch).flat().length;
  }
  return values;
}

const damage = fc.record({
  message: fc.nat(messages.length - 1),
  part: fc.constantFrom('dataHeader', 'dataBody'),
  at: fc.array(fc.record({ place: fc.nat(1_000), byte: fc.nat(255) }), { maxLength: 4 }),
  cut: fc.option(fc.nat(1_000), { freq: 3, nil: undefined }),
} as const);

const schema = encapsulatedSchema(table.schema);

it('reports a damaged schema as malformed, or reads a different schema', () => {
  fc.assert(
    fc.property(damage, ({ at, cut }) => {
      const bytes = schema.slice();
      for (const { place, byte } of at) {
        bytes[place % bytes.length] = byte;
      }
      try {
        decodeSchema(bytes.subarray(0, cut));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('reads undamaged data', async () => {
  expect(await decode(messages)).toBe(18);
});

it('reports damaged Arrow data as malformed, or reads different data', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(damage, async ({ message, part, at, cut }) => {
      const damaged = messages.map((each) =>
        fromBinary(FlightDataSchema, toBinary(FlightDataSchema, each)),
      );
      const victim = damaged[message] ?? create(FlightDataSchema);
      const bytes = victim[part].slice();
      for (const { place, byte } of at) {
        bytes[place % Math.max(1, bytes.length)] = byte;
      }
      victim[part] = bytes.subarray(0, cut);
      const outcome = await decode(damaged).catch((error: unknown) => error);
      refused += typeof outcome === 'number' ? 0 : 1;
      if (typeof outcome !== 'number' && !(outcome instanceof UnknownType)) {
        expect(outcome).toBeInstanceOf(FlightError);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(200);
});
