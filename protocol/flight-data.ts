/**
 * FlightData on the wire: field 2 is the flatbuffer header, field 1000 the body with the buffers. The body
 * comes last, so the message can be laid out before its body is written.
 */
const headerTag = 0x12; // field 2, length-delimited
const bodyTag = [0xc2, 0x3e] as const; // field 1000, length-delimited

/**
 * A FlightData whose body is written directly into the memory that is sent. gRPC uses only the `byteLength`
 * and `copy` of a message.
 */
export class DeferredFlightData {
  readonly byteLength: number;

  /** `write` must fill all `bodyLength` bytes of the body, because the memory is not zeroed. */
  constructor(
    private readonly head: Buffer,
    private readonly bodyLength: number,
    private readonly write: (body: Buffer) => void,
  ) {
    this.byteLength = head.length + bodyLength;
  }

  /** Writes the message into `target` at `start`, like Buffer.copy. May be called only once. */
  copy(target: Buffer, start = 0): number {
    const body = start + this.head.copy(target, start);
    this.write(target.subarray(body, body + this.bodyLength));
    return this.byteLength;
  }

  toBuffer(): Buffer {
    const message = Buffer.allocUnsafe(this.byteLength);
    this.copy(message);
    return message;
  }
}

/** FlightData for the wire. */
export type EncodedFlightData = Buffer | DeferredFlightData;

/**
 * A FlightData with `header` and a body of `bodyLength` bytes. `write` fills the body when the message is
 * sent.
 */
export function deferFlightData(
  header: Uint8Array,
  bodyLength: number,
  write: (body: Buffer) => void,
): DeferredFlightData {
  const head = [headerTag, ...varint(header.byteLength)];
  const between = bodyLength > 0 ? [...bodyTag, ...varint(bodyLength)] : [];
  return new DeferredFlightData(
    Buffer.concat([Buffer.from(head), header, Buffer.from(between)]),
    bodyLength,
    write,
  );
}

/** An encoded FlightData with a header and a body that consists of chunks. */
export function encodeFlightData(header: Uint8Array, body: readonly Uint8Array[] = []): Buffer {
  const length = body.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return deferFlightData(header, length, (target) => {
    let at = 0;
    for (const chunk of body) {
      target.set(chunk, at);
      at += chunk.byteLength;
    }
  }).toBuffer();
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
