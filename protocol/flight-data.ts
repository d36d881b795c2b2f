/**
 * FlightData on the wire: field 2 is the flatbuffer header, field 1000 the
 * buffers, which come last, so a message can be laid out before its body is
 * filled in.
 */
const headerTag = 0x12; // field 2, length-delimited
const bodyTag = [0xc2, 0x3e] as const; // field 1000, length-delimited

/** An encoded FlightData whose body is still to be written. */
export interface FlightDataFrame {
  /** The whole message, ready for the wire once `body` is filled. */
  readonly message: Buffer;
  /** The part of `message` that holds the Arrow buffers; not zeroed. */
  readonly body: Buffer;
}

/** Lays out a FlightData of `header` and `bodyLength` bytes of body, in one allocation. */
export function allocateFlightData(header: Uint8Array, bodyLength: number): FlightDataFrame {
  const headerLength = header.byteLength;
  const prefix =
    1 +
    varintSize(headerLength) +
    headerLength +
    (bodyLength > 0 ? bodyTag.length + varintSize(bodyLength) : 0);
  const message = Buffer.allocUnsafe(prefix + bodyLength);
  let at = 0;
  message[at++] = headerTag;
  at = writeVarint(message, at, headerLength);
  message.set(header, at);
  at += headerLength;
  if (bodyLength > 0) {
    message[at++] = bodyTag[0];
    message[at++] = bodyTag[1];
    at = writeVarint(message, at, bodyLength);
  }
  return { message, body: message.subarray(at) };
}

/** A whole FlightData of a header and the chunks of its body. */
export function encodeFlightData(header: Uint8Array, body: readonly Uint8Array[] = []): Buffer {
  const length = body.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const frame = allocateFlightData(header, length);
  let at = 0;
  for (const chunk of body) {
    frame.body.set(chunk, at);
    at += chunk.byteLength;
  }
  return frame.message;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    size++;
  }
  return size;
}

function writeVarint(target: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 128) {
    target[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  target[at++] = rest;
  return at;
}
