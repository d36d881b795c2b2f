import { fromBinary } from '@bufbuild/protobuf';
import {
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Int32,
  Int8,
  IntervalMonthDayNano,
  List,
  Map_,
  RecordBatch,
  Schema,
  SparseUnion,
  Struct,
  TimestampMicrosecond,
  Utf8,
  makeData,
  tableFromArrays,
  vectorFromArray,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSchema,
  dictionaryBatchHeader,
  encapsulatedSchema,
  padded,
  readFlightData,
  recordBatchFlightData,
  schemaFlightData,
} from './arrow-ipc.js';
import { encodeFlightData } from './flight-data.js';
import { FlightDataSchema } from './gen/flight_pb.js';
import type { FlightData } from './gen/flight_pb.js';

const nullable = (name: string, type: DataType) => new Field(name, type, true);

const schema = new Schema([
  new Field('id', new Int32(), false),
  new Field('ä', new TimestampMicrosecond('Europe/Berlin'), true, new Map([['k', 'v']])),
  nullable('d', new Decimal(2, 9, 128)),
  nullable('i', new IntervalMonthDayNano()),
  nullable('e', new Dictionary(new Utf8(), new Int8(), 7)),
  nullable('l', new List(nullable('l', new Struct([nullable('s', new Utf8())])))),
  nullable('f', new FixedSizeList(3, nullable('', new Int32()))),
  nullable('u', new SparseUnion([0, 1], [nullable('a', new Int32()), nullable('b', new Utf8())])),
  nullable(
    'm',
    new Map_(
      new Field(
        'entries',
        new Struct<{ key: DataType; value: DataType }>([
          new Field('key', new Utf8(), false),
          nullable('value', new Int32()),
        ]),
        false,
      ),
    ),
  ),
  nullable('', new Int32()),
]);

/** The parts of a schema that decide equality: no object identities. */
function described(fields: readonly Field[]): unknown {
  return fields.map(({ name, nullable: may, type, metadata }) => [
    name,
    may,
    String(type),
    [...metadata],
    described(((type as DataType).children as readonly Field[] | undefined) ?? []),
  ]);
}

async function* stream(messages: readonly Uint8Array[]): AsyncGenerator<FlightData> {
  for (const message of messages) {
    yield await Promise.resolve(fromBinary(FlightDataSchema, message));
  }
}

function read(messages: readonly Uint8Array[]) {
  return collect(stream(messages));
}

async function collect(messages: AsyncIterable<FlightData>) {
  const result = await readFlightData(messages);
  const batches: RecordBatch[] = [];
  for await (const batch of result?.batches ?? []) {
    batches.push(batch);
  }
  return { schema: result?.schema, batches };
}

describe('a schema', () => {
  it('is decoded as it was encoded', () => {
    expect(described(decodeSchema(encapsulatedSchema(schema)).fields)).toEqual(
      described(schema.fields),
    );
  });

  it('is not changed by being encoded', () => {
    const before = described(schema.fields);
    encapsulatedSchema(schema);
    expect(described(schema.fields)).toEqual(before);
  });

  it('keeps every name, empty names included', async () => {
    const { schema: received } = await read([schemaFlightData(schema)]);
    expect(received?.fields.at(-1)?.name).toBe('');
    expect((received?.fields[6]?.type as FixedSizeList).children[0]?.name).toBe('');
  });

  it('is refused when the bytes hold no schema', () => {
    const batch = tableFromArrays({ a: [1] }).batches[0] as RecordBatch;
    const { dataHeader } = fromBinary(FlightDataSchema, recordBatchFlightData(batch));
    const prefix = Buffer.alloc(8);
    prefix.writeInt32LE(-1, 0);
    prefix.writeInt32LE(dataHeader.length, 4);
    expect(() => decodeSchema(Buffer.concat([prefix, dataHeader]))).toThrow(RangeError);
    expect(() => decodeSchema(new Uint8Array())).toThrow(RangeError);
  });
});

describe('readFlightData', () => {
  it('is undefined for a stream of no messages', async () => {
    expect(await readFlightData(stream([]))).toBeUndefined();
  });

  it('reads a schema without batches', async () => {
    const { schema: received, batches } = await read([schemaFlightData(schema)]);
    expect(described(received?.fields ?? [])).toEqual(described(schema.fields));
    expect(batches.reduce((rows, { numRows }) => rows + numRows, 0)).toBe(0);
  });

  it('rejects bytes that are not Arrow data', async () => {
    await expect(read([encodeFlightData(Buffer.from('not a message'))])).rejects.toThrow();
  });

  it('rejects with the error that ends the stream', async () => {
    const broken = async function* () {
      yield* stream([schemaFlightData(schema)]);
      throw new Error('line cut');
    };
    await expect(collect(broken())).rejects.toThrow('line cut');
  });

  it('reads the values of dictionaries from their batches', async () => {
    const fields = [nullable('e', new Dictionary(new Utf8(), new Int8(), 3))];
    const indices = Buffer.from([1, 0, 1, 1]);
    const text = Buffer.from('nosure');
    const offsets = Buffer.from(Int32Array.from([0, 2, 6]).buffer);
    const buffers = [
      { offset: 0, length: 0 },
      { offset: 0, length: 12 },
      { offset: 16, length: 6 },
    ];
    const header = dictionaryBatchHeader(3, {
      rows: 2,
      nodes: [{ length: 2, nulls: 0 }],
      buffers,
      bodyLength: 24,
    });
    const plain = makeData({ type: new Int8(), data: indices });
    const batch = new RecordBatch(
      new Schema([nullable('e', new Int8())]),
      makeData({ type: new Struct([nullable('e', new Int8())]), length: 4, children: [plain] }),
    );
    const { batches } = await read([
      schemaFlightData(new Schema(fields)),
      encodeFlightData(header, [offsets, Buffer.alloc(4), text, Buffer.alloc(2)]),
      recordBatchFlightData(batch),
    ]);
    expect([...(batches[0]?.getChildAt(0) ?? [])]).toEqual(['sure', 'no', 'sure', 'sure']);
  });

  it('reads the batches that recordBatchFlightData writes, slices included', async () => {
    const rows = fc.array(
      fc.record({ n: fc.option(fc.integer()), s: fc.option(fc.string({ unit: 'grapheme' })) }),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(40), async (values, from) => {
        const begin = Math.min(from, values.length - 1);
        const fields = [nullable('n', new Int32()), nullable('s', new Utf8())];
        const children = [
          vectorFromArray(
            values.map(({ n }) => n),
            new Int32(),
          ),
          vectorFromArray(
            values.map(({ s }) => s),
            new Utf8(),
          ),
        ].flatMap((vector) => vector.data as Data[]);
        const type = new Struct(fields);
        const whole = new RecordBatch(
          new Schema(fields),
          makeData({ type, length: values.length, children }),
        );
        const sent = [whole, whole.slice(begin), whole.slice(0, 0)];
        const { batches } = await read([
          schemaFlightData(whole.schema),
          ...sent.map(recordBatchFlightData),
        ]);
        const received = batches.map((batch) => [...batch].map((row) => row.toJSON()));
        expect(received).toEqual([values, values.slice(begin), []]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('padded', () => {
  it('is the next multiple of eight', () => {
    expect([0, 1, 7, 8, 9, 2 ** 31].map(padded)).toEqual([0, 8, 8, 8, 16, 2 ** 31]);
  });
});
