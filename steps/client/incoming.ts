import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { checkLimit, mostOfAnAnswer } from './answer-limits.js';
import { FlightError } from './flight-error.js';
import { MalformedAnswer, readAnswer } from './malformed-answer.js';

/** A stream of messages from the server that can be cancelled. */
export interface Incoming<T> {
  readonly messages: AsyncIterable<T>;
  cancel(): void;
}

/** Stands for a message that could not be read, with the reason. */
export class Unreadable {
  constructor(readonly why: unknown) {}
}

/**
 * Deserializes the messages of one call, up to `mostBytes` in all. Returns Unreadable instead of throwing,
 * because gRPC reports an error thrown here as a refusal of the server.
 */
export function reader<S>(
  deserialize: (bytes: Buffer) => S,
  mostBytes: number = mostOfAnAnswer.bytes,
): (bytes: Buffer) => S | Unreadable {
  let sum = 0;
  return (bytes) => {
    try {
      sum += bytes.byteLength;
      checkLimit(sum, mostBytes, 'bytes');
      return deserialize(bytes);
    } catch (error) {
      return new Unreadable(error);
    }
  };
}

/** The messages of a running call; a failure is a FlightError. `deadline` is the call's. */
export function incoming<S>(
  call: ClientReadableStream<S | Unreadable> | ClientDuplexStream<unknown, S | Unreadable>,
  deadline: number,
): Incoming<S> {
  // Without a listener, a failure before the first read would be an uncaught 'error' event.
  call.on('error', () => undefined);
  const cancel = () => {
    call.cancel();
  };
  return { messages: readable(call, deadline, cancel), cancel };
}

async function* readable<S>(
  messages: AsyncIterable<S | Unreadable>,
  deadline: number,
  cancel: () => void,
): AsyncGenerator<S> {
  try {
    for await (const message of messages) {
      if (message instanceof Unreadable) {
        throw new MalformedAnswer(message.why);
      }
      yield message;
    }
  } catch (error) {
    throw FlightError.from(error, deadline);
  } finally {
    // A reader that stops early does not need the rest. Cancelling a finished call has no effect.
    cancel();
  }
}

/** Collects all messages of a stream that ends without an error. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) {
    all.push(message);
    readAnswer(() => {
      checkLimit(all.length, mostOfAnAnswer.messages, 'messages');
    });
  }
  return all;
}
