import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferFlightData, encodeFlightData } from './flight-data.js';
import { FlightDataSchema } from './gen/flight_pb.js';

/** Lengths just below and above each change of a varint's size. */
const lengths = [0, 1, 127, 128, 16_383, 16_384, (1 << 21) - 1, (1 << 21) + 1];

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
}

describe('encodeFlightData', () => {
  it.each(lengths)('writes messages that protobuf can read, with parts of %d bytes', (length) => {
    const long = bytes(length, 3);
    const short = bytes(5, 7);
    for (const [header, body] of [
      [long, short],
      [short, long],
    ] as const) {
      const read = fromBinary(FlightDataSchema, encodeFlightData(header, [body]));
      expect(Buffer.compare(read.dataHeader, header)).toBe(0);
      expect(Buffer.compare(read.dataBody, body)).toBe(0);
    }
  });

  it('joins the chunks of a body', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.uint8Array({ maxLength: 300 })),
        (header, body) => {
          const read = fromBinary(FlightDataSchema, encodeFlightData(header, body));
          expect(Buffer.from(read.dataHeader)).toEqual(Buffer.from(header));
          expect(Buffer.from(read.dataBody)).toEqual(Buffer.concat(body));
        },
      ),
    );
  });
});

describe('deferFlightData', () => {
  it('writes its body, of the length asked for, at the end of a message somewhere in memory', () => {
    const deferred = deferFlightData(bytes(10, 1), 300, (body) => {
      expect(body).toHaveLength(300);
      body.fill(9);
    });
    const memory = Buffer.alloc(deferred.byteLength + 9, 1);
    expect(deferred.copy(memory, 5)).toBe(deferred.byteLength);
    const message = fromBinary(FlightDataSchema, memory.subarray(5, -4));
    expect([...message.dataHeader]).toEqual([...bytes(10, 1)]);
    expect(Buffer.from(message.dataBody)).toEqual(Buffer.alloc(300, 9));
    expect([...memory.subarray(0, 5), ...memory.subarray(-4)]).toEqual(Array(9).fill(1));
  });

  it('leaves out a body of no bytes', () => {
    expect(deferFlightData(bytes(10, 1), 0, () => undefined).toBuffer()).toHaveLength(12);
  });
});
