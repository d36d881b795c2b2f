import { DataType, MessageReader, RecordBatchReader, Schema } from 'apache-arrow';
import type { Field, RecordBatch } from 'apache-arrow';
import {
  BufferRegion,
  DictionaryBatch,
  FieldNode,
  Message,
  RecordBatch as BatchMetadata,
} from 'apache-arrow/ipc/metadata/message';
import { VectorAssembler } from 'apache-arrow/visitor/vectorassembler';
import { checkBatch } from './check-batch.js';
import { checkHeader } from './check-header.js';
import { encodeFlightData } from './flight-data.js';
import type { FlightData } from './gen/flight_pb.js';
import { ReadBudget } from './read-limits.js';
import type { ReadLimits } from './read-limits.js';
import { Malformed } from './malformed.js';

/** Arrow's alignment of every buffer in a message body, in bytes. */
export const bufferAlignment = 8;

/** The offset and length of a buffer in the body of a batch, in bytes. */
export interface BufferPlace {
  readonly offset: number;
  readonly length: number;
}

/** The shape of a record batch, without its bytes. */
export interface BatchLayout {
  readonly rows: number;
  /** One for each field, parents before children. */
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  /** One for each buffer, in the order of the nodes. */
  readonly buffers: readonly BufferPlace[];
  /** Bytes of the body, padding included. */
  readonly bodyLength: number;
}

/** The flatbuffer of a schema message, as FlightData.data_header carries it. */
export function schemaHeader(schema: Schema): Uint8Array {
  return Message.encode(Message.from(new Schema(schema.fields.map(named), schema.metadata)));
}

// apache-arrow writes this value as an empty string; it would omit the string itself.
const emptyName = new Uint8Array() as unknown as string;

/** apache-arrow omits an empty name from the message, and readers in other languages fail without a name. */
function named(field: Field): Field {
  const type = field.type as DataType;
  const nested = !DataType.isDictionary(type) && (type.children as Field[] | null);
  return copy(field, {
    name: field.name || emptyName,
    type: nested ? copy(type, { children: nested.map(named) }) : type,
  });
}

/** A copy with `changes`; it keeps the class and its getters. */
function copy<T extends object>(original: T, changes: object): T {
  return Object.assign(
    Object.create(Object.getPrototypeOf(original) as object) as T,
    original,
    changes,
  );
}

/** The flatbuffer of a record batch message. */
export function recordBatchHeader(layout: BatchLayout): Uint8Array {
  return Message.encode(Message.from(batchMetadata(layout), layout.bodyLength));
}

/** The flatbuffer of a dictionary batch message, which has the values for the ids of `dictionaryId`. */
export function dictionaryBatchHeader(dictionaryId: number, layout: BatchLayout): Uint8Array {
  const batch = new DictionaryBatch(batchMetadata(layout), dictionaryId);
  return Message.encode(Message.from(batch, layout.bodyLength));
}

function batchMetadata(layout: BatchLayout): BatchMetadata {
  return new BatchMetadata(
    layout.rows,
    layout.nodes.map((node) => new FieldNode(node.length, node.nulls)),
    layout.buffers.map((buffer) => new BufferRegion(buffer.offset, buffer.length)),
    null,
  );
}

/** A schema as an encapsulated IPC message, as in FlightInfo.schema and SchemaResult.schema. */
export function encapsulatedSchema(schema: Schema): Uint8Array {
  return Buffer.concat(encapsulate(schemaHeader(schema)));
}

/** Reads a schema from an encapsulated IPC message. Throws a Malformed if the bytes hold none. */
export function decodeSchema(bytes: Uint8Array): Schema {
  checkHeader(encapsulatedHeader(bytes), { length: 0, longestColumn: 0 });
  const message = new MessageReader(bytes).readMessage();
  if (!message?.isSchema()) {
    throw new Malformed('the bytes hold no Arrow schema message');
  }
  return message.header();
}

/**
 * The flatbuffer of an encapsulated message. Its length follows a continuation marker of -1, which old
 * writers omit.
 */
function encapsulatedHeader(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = view.getInt32(0, true) === -1 ? 4 : 0;
  const length = view.getInt32(place, true);
  return bytes.subarray(place + 4, place + 4 + length);
}

/** The encoded FlightData message that opens a stream of record batches. */
export function schemaFlightData(schema: Schema): Buffer {
  return encodeFlightData(schemaHeader(schema));
}

/** One record batch, without dictionaries, as an encoded FlightData message. */
export function recordBatchFlightData(batch: RecordBatch): Buffer {
  const { nodes, buffers, bufferRegions, byteLength } = VectorAssembler.assemble(batch);
  const metadata = new BatchMetadata(batch.numRows, nodes, bufferRegions, null);
  const body: Uint8Array[] = [];
  for (const buffer of buffers) {
    body.push(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    body.push(padding(buffer.byteLength));
  }
  return encodeFlightData(Message.encode(Message.from(metadata, byteLength)), body);
}

/**
 * Reads the record batches of a FlightData stream within `limits`. Resolves to undefined for a stream without
 * messages. The call and the batches reject when the bytes are not Arrow data or exceed the limits.
 */
export async function readFlightData(
  stream: AsyncIterable<FlightData>,
  limits: ReadLimits = {},
): Promise<RecordBatchStream | undefined> {
  const source = new Source(stream[Symbol.asyncIterator]());
  const first = await source.next();
  if (first.done === true) {
    return undefined;
  }
  const budget = new ReadBudget(limits);
  const bytes = ipcBytes(first.value, source, budget);
  try {
    const reader = await RecordBatchReader.from(bytes);
    await reader.open();
    reader.schema.fields.forEach(nameFields);
    return { schema: reader.schema, batches: checked(reader, budget, source) };
  } catch (error) {
    throw source.explain(error);
  }
}

/**
 * apache-arrow reads a missing name as null, whatever its types say. This sets such names to the empty
 * string.
 */
function nameFields(field: Field): void {
  const name = field.name as string | null;
  const type = field.type as DataType;
  const inner = (DataType.isDictionary(type) ? type.dictionary : type) as DataType;
  Object.assign(field, { name: name ?? '' });
  ((inner.children as Field[] | null) ?? []).forEach(nameFields);
}

/**
 * A stream of messages. It remembers the error of the stream itself, to distinguish it from errors in the
 * bytes.
 */
class Source {
  private broken: { readonly by: unknown } | undefined;

  constructor(private readonly messages: AsyncIterator<FlightData>) {}

  async next(): Promise<IteratorResult<FlightData>> {
    try {
      return await this.messages.next();
    } catch (by) {
      this.broken = { by };
      throw by;
    }
  }

  /**
   * Errors of apache-arrow and flatbuffers about unexpected bytes are internal JavaScript errors, so they are
   * replaced by a Malformed.
   */
  explain(error: unknown): unknown {
    return this.broken?.by === error || error instanceof Malformed
      ? error
      : new Malformed('the bytes are not a stream of Arrow IPC messages', { cause: error });
  }
}

/** A schema and the record batches that follow it. */
export interface RecordBatchStream {
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
}

async function* checked(
  batches: AsyncIterable<RecordBatch>,
  budget: ReadBudget,
  source: Source,
): AsyncGenerator<RecordBatch> {
  const iterator = batches[Symbol.asyncIterator]();
  for (;;) {
    const next = await read(iterator, budget, source);
    if (next === undefined) {
      return;
    }
    yield next;
  }
}

async function read(
  batches: AsyncIterator<RecordBatch>,
  budget: ReadBudget,
  source: Source,
): Promise<RecordBatch | undefined> {
  try {
    const next = await batches.next();
    if (next.done === true) {
      return undefined;
    }
    checkBatch(next.value, budget);
    return next.value;
  } catch (error) {
    throw source.explain(error);
  }
}

/**
 * The messages as a byte stream. The first four bytes of a message are sent with the message before it.
 * Otherwise apache-arrow would hold a batch back until the next message or the end.
 */
async function* ipcBytes(
  first: FlightData,
  rest: Source,
  budget: ReadBudget,
): AsyncGenerator<Uint8Array> {
  yield continuation;
  for (
    let next: IteratorResult<FlightData> = { done: false, value: first };
    next.done !== true;
    next = await rest.next()
  ) {
    const { dataHeader, dataBody } = next.value;
    if (dataHeader.byteLength > 0) {
      budget.receive(dataBody.byteLength);
      const bodyLength = checkHeader(dataHeader, {
        length: dataBody.byteLength,
        longestColumn: budget.longest(dataBody.byteLength),
      });
      const [prefix, ...header] = encapsulate(dataHeader);
      const length = prefix.subarray(continuation.byteLength);
      yield Buffer.concat([length, ...header, dataBody.subarray(0, bodyLength), continuation]);
    }
  }
}

/** The first bytes of an encapsulated message. */
const continuation = Buffer.from([0xff, 0xff, 0xff, 0xff]);

function encapsulate(header: Uint8Array): [prefix: Buffer, header: Uint8Array, pad: Uint8Array] {
  const prefix = Buffer.alloc(8);
  const pad = padding(header.byteLength);
  prefix.writeInt32LE(-1, 0);
  prefix.writeInt32LE(header.byteLength + pad.byteLength, 4);
  return [prefix, header, pad];
}

function padding(length: number): Uint8Array {
  return new Uint8Array(padded(length) - length);
}

/** `length` rounded up to Arrow's buffer alignment. */
export function padded(length: number): number {
  return Math.ceil(length / bufferAlignment) * bufferAlignment;
}
