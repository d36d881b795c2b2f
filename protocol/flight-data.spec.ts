import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateFlightData, encodeFlightData } from './flight-data.js';
import { FlightDataSchema } from './gen/flight_pb.js';

/** Lengths on both sides of every step of a varint's size. */
const lengths = [0, 1, 127, 128, 16_383, 16_384, (1 << 21) - 1, (1 << 21) + 1];

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
}

describe('encodeFlightData', () => {
  it.each(lengths)('writes what protobuf reads, with parts of %d bytes', (length) => {
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

describe('allocateFlightData', () => {
  it('gives a body of the length asked for, at the end of the message', () => {
    const { message, body } = allocateFlightData(bytes(10, 1), 300);
    expect(body).toHaveLength(300);
    body.fill(9);
    expect(message.subarray(-300)).toEqual(Buffer.alloc(300, 9));
    expect([...fromBinary(FlightDataSchema, message).dataBody]).toEqual([...body]);
  });

  it('leaves out a body of no bytes', () => {
    const { message, body } = allocateFlightData(bytes(10, 1), 0);
    expect(body).toHaveLength(0);
    expect(message).toHaveLength(12);
  });
});
