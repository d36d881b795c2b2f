import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { AnySchema, anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Any } from '@bufbuild/protobuf/wkt';
import { Malformed } from './malformed.js';

const prefix = 'arrow.flight.protocol.sql.';

/** Wraps a Flight SQL message in google.protobuf.Any, as commands, tickets and action bodies carry it. */
export function packCommand<D extends DescMessage>(
  schema: D,
  init: MessageInitShape<D>,
): Uint8Array {
  return toBinary(AnySchema, anyPack(schema, create(schema, init)));
}

/** A command inside google.protobuf.Any: its name, and methods to decode it. */
export class Command {
  private constructor(
    /** The Flight SQL message's name without its package, such as `CommandStatementQuery`. */
    readonly name: string,
    private readonly any: Any,
  ) {}

  /** Decodes the outer message. Throws a Malformed if the bytes are not an Any with a Flight SQL message. */
  static parse(bytes: Uint8Array): Command {
    let any: Any;
    try {
      any = fromBinary(AnySchema, bytes);
    } catch (cause) {
      throw new Malformed('the command is not a google.protobuf.Any', { cause });
    }
    const typeName = any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
    if (!typeName.startsWith(prefix)) {
      throw new Malformed(`'${any.typeUrl}' is not a Flight SQL message`);
    }
    return new Command(typeName.slice(prefix.length), any);
  }

  /**
   * Decodes the inner message as `schema`; undefined if it is of another type. Throws a Malformed if its
   * bytes are invalid.
   */
  as<D extends DescMessage>(schema: D): MessageShape<D> | undefined {
    try {
      return anyUnpack(this.any, schema);
    } catch (cause) {
      throw new Malformed(`the bytes of the ${this.name} cannot be read`, { cause });
    }
  }
}
