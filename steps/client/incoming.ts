import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { FlightError } from './flight-error.js';

/** A message stream from the server, with the means to give it up. */
export interface Incoming<T> {
  readonly messages: AsyncIterable<T>;
  cancel(): void;
}

/** The messages of a call under way; its failure is a FlightError. `deadline` is the call's. */
export function incoming<S>(
  call: ClientReadableStream<S> | ClientDuplexStream<unknown, S>,
  deadline: number,
): Incoming<S> {
  // A failure before the first read must not be an uncaught 'error' event.
  call.on('error', () => undefined);
  return {
    messages: mapErrors(call, deadline),
    cancel: () => {
      call.cancel();
    },
  };
}

async function* mapErrors<S>(messages: AsyncIterable<S>, deadline: number): AsyncGenerator<S> {
  try {
    yield* messages;
  } catch (error) {
    throw FlightError.from(error, deadline);
  }
}

/** All messages of a stream, once it has ended well. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) {
    all.push(message);
  }
  return all;
}
