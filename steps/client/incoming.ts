import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { checkLimit, mostOfAnAnswer } from './answer-limits.js';
import { FlightError } from './flight-error.js';
import { MalformedAnswer, readAnswer } from './malformed-answer.js';

/** A message stream from the server, with the means to give it up. */
export interface Incoming<T> {
  readonly messages: AsyncIterable<T>;
  cancel(): void;
}

/** Stands for a message that cannot be taken, and says why. */
export class Unreadable {
  constructor(readonly why: unknown) {}
}

/**
 * Reads the messages of one call, as long as they are not more than `mostBytes` in all. It does not throw:
 * gRPC passes on what is thrown here as if the server had refused.
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

/** The messages of a call under way; its failure is a FlightError. `deadline` is the call's. */
export function incoming<S>(
  call: ClientReadableStream<S | Unreadable> | ClientDuplexStream<unknown, S | Unreadable>,
  deadline: number,
): Incoming<S> {
  // A failure before the first read must not be an uncaught 'error' event.
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
    // Whoever reads no further wants no more; of a call that is over nothing is left to cancel.
    cancel();
  }
}

/** All messages of a stream, once it has ended well. */
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
