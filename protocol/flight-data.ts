/**
 * FlightData on the wire: field 2 is the flatbuffer header, field 1000 the
 * buffers, which come last, so a message can be laid out before its body is
 * filled in.
 */
const headerTag = 0x12; // field 2, length-delimited
const bodyTag = [0xc2, 0x3e] as const; // field 1000, length-delimited

/**
 * A FlightData whose bytes are written straight into the memory it is sent from.
 * gRPC asks of a message no more than its `byteLength` and to be copied.
 */
export class DeferredFlightData {
  readonly byteLength: number;

  /** `write` fills a body of `bodyLength` bytes, whole: the memory is not zeroed. */
  constructor(
    private readonly head: Buffer,
    private readonly bodyLength: number,
    private readonly write: (body: Buffer) => void,
  ) {
    this.byteLength = head.length + bodyLength;
  }

  /** Writes the message into `target` from `start` on, as Buffer.copy does. To be called once. */
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

/** A FlightData of `header` and a body of `bodyLength` bytes, which `write` fills when it is sent. */
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

/** A whole FlightData of a header and the chunks of its body. */
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
