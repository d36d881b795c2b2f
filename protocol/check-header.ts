import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import type { Field } from 'apache-arrow/fb/field';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Schema } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import { Malformed } from './malformed.js';

/**
 * Sizes in bytes in a flatbuffer: a reference in a vector, the description of a field or a buffer, and a
 * count.
 */
const [reference, description, count] = [4, 16, 8];

/** The body of a message. */
export interface Body {
  /** The number of bytes received. */
  readonly length: number;
  /** The longest length that a column may claim. */
  readonly longestColumn: number;
}

/**
 * Checks that a message's flatbuffer has the vectors whose lengths it claims. apache-arrow trusts any length
 * and would create that many objects, out of zeros, until memory runs out. Negative counts and offsets, and
 * those beyond `body`, are refused as well. Returns the claimed length of the body. Throws a Malformed.
 */
export function checkHeader(bytes: Uint8Array, body: Body): number {
  const message = Message.getRootAsMessage(new ByteBuffer(bytes));
  const check = checker(bytes.byteLength);
  check(message.customMetadataLength(), reference);
  const bodyLength = message.bodyLength();
  within(bodyLength, body.length, 'the length of the body');
  const inside: Body = { ...body, length: Number(bodyLength) };
  switch (message.headerType()) {
    case MessageHeader.Schema:
      checkSchema(message.header(new Schema()) as Schema | null, check);
      break;
    case MessageHeader.RecordBatch:
      checkBatch(message.header(new RecordBatch()) as RecordBatch | null, check, inside);
      break;
    case MessageHeader.DictionaryBatch: {
      const dictionary = message.header(new DictionaryBatch()) as DictionaryBatch | null;
      checkBatch(dictionary?.data() ?? null, check, inside);
      break;
    }
    default:
  }
  return inside.length;
}

/** Checks a vector by its length and the bytes that each element takes in the message. */
type Check = (length: number, bytesEach: number) => void;

function checker(bytes: number): Check {
  // Elements may be shared, but only by a few references.
  let left = 16 * bytes;
  return (length, bytesEach) => {
    left -= length * bytesEach;
    if (length < 0 || length * bytesEach > bytes || left < 0) {
      throw new Malformed(`a message of ${bytes} bytes has no vector of ${length}`);
    }
  };
}

function checkBatch(batch: RecordBatch | null, check: Check, body: Body): void {
  if (batch === null) {
    return;
  }
  if (batch.compression() !== null) {
    throw new Malformed('its buffers are compressed, which is not supported');
  }
  check(batch.nodesLength(), description);
  check(batch.buffersLength(), description);
  check(batch.variadicBufferCountsLength(), count);
  within(batch.length(), body.longestColumn, 'the number of rows');
  for (let index = 0; index < batch.nodesLength(); index++) {
    const node = batch.nodes(index);
    const length = node?.length() ?? 0n;
    within(length, body.longestColumn, 'the length of a column');
    within(node?.nullCount() ?? 0n, Number(length), 'the number of NULLs in a column');
  }
  for (let index = 0; index < batch.buffersLength(); index++) {
    const buffer = batch.buffers(index);
    const offset = buffer?.offset() ?? 0n;
    within(offset, body.length, 'the offset of a buffer');
    within(buffer?.length() ?? 0n, body.length - Number(offset), 'the length of a buffer');
  }
  for (let index = 0; index < batch.variadicBufferCountsLength(); index++) {
    const buffers = batch.variadicBufferCounts(index) ?? 0n;
    within(buffers, batch.buffersLength(), 'the number of buffers of a column');
  }
}

function within(value: bigint, most: number, what: string): void {
  if (value < 0n || value > BigInt(most)) {
    throw new Malformed(`${what} is ${value}; here it can be 0 to ${most}`);
  }
}

function checkSchema(schema: Schema | null, check: Check): void {
  if (schema !== null) {
    check(schema.customMetadataLength(), reference);
    checkFields(schema.fieldsLength(), (index) => schema.fields(index), check);
  }
}

function checkFields(length: number, at: (index: number) => Field | null, check: Check): void {
  check(length, reference);
  for (let index = 0; index < length; index++) {
    const field = at(index);
    if (field !== null) {
      check(field.customMetadataLength(), reference);
      checkFields(field.childrenLength(), (child) => field.children(child), check);
    }
  }
}
