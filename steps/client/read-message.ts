import { fromBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { Command } from '../../protocol/command.js';
import { readAnswer } from './malformed-answer.js';

const nothing = new Uint8Array();

/**
 * Decodes the message of an answer; without bytes every field has its default. Throws MalformedAnswer for
 * invalid bytes.
 */
export function readMessage<D extends DescMessage>(
  schema: D,
  bytes: Uint8Array = nothing,
): MessageShape<D> {
  return readAnswer(() => fromBinary(schema, bytes));
}

/** Decodes a message inside google.protobuf.Any; undefined if it is of another type. */
export function readPacked<D extends DescMessage>(
  schema: D,
  bytes: Uint8Array = nothing,
): MessageShape<D> | undefined {
  return readAnswer(() => Command.parse(bytes).as(schema));
}
