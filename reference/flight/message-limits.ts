import { ResponderBuilder, ServerInterceptingCall, ServerListenerBuilder } from '@grpc/grpc-js';
import type { Metadata, ServerInterceptor, ServiceError } from '@grpc/grpc-js';
import { Failure } from '../errors.js';
import { toStatus } from './status.js';

/** Maximum bytes of a decompressed message before login; enough for a user name and password. */
const mostBeforeLogin = 64 * 1024;

/** The settings of the limits. */
export interface MessageLimitOptions {
  /** Maximum bytes of a decompressed message after login. */
  readonly mostBytes: number;
  /** Whether a call's `authorization` header is a valid login. Never rejects. */
  readonly isLoggedIn: (authorization: string | undefined) => Promise<boolean>;
}

/**
 * Limits the size of received messages, and rewords gRPC's errors about them. A call without a valid login
 * may send one message of 64 KiB; larger ones are neither buffered nor decompressed.
 */
export function messageLimits({ mostBytes, isLoggedIn }: MessageLimitOptions): ServerInterceptor {
  return (_, call) => {
    const receiver = new Receiver(call as unknown as GrpcCall);
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata: Metadata, next) => {
        // gRPC reads no message before `next` is called.
        const [authorization] = metadata.get('authorization');
        void isLoggedIn(authorization?.toString()).then((loggedIn) => {
          if (loggedIn) {
            receiver.raise(mostBytes);
          }
          next(metadata);
        });
      })
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => {
        next(listener);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}

/** The internal gRPC object that reads a call's messages. It has no public type. */
interface GrpcCall {
  maxReceiveMessageSize: number;
  readonly decoder: { maxReadMessageLength: number };
  decompressMessage(message: Buffer, encoding: string): Buffer | Promise<Buffer>;
  sendStatus(status: Partial<ServiceError>): void;
}

class Receiver {
  private most = mostBeforeLogin;
  private loggedIn = false;
  private messages = 0;

  constructor(private readonly call: GrpcCall) {
    this.limit(mostBeforeLogin);
    const unpack = call.decompressMessage.bind(call);
    call.decompressMessage = (message, encoding) => {
      this.messages++;
      if (this.messages > 1 && !this.loggedIn) {
        // Thousands of tiny messages fit in the data that was received with the first.
        return Promise.reject(toError('exhausted', `only one message is taken before the login`));
      }
      return unpack(message, encoding);
    };
    const send = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      send(this.inOwnWords(status));
    };
  }

  raise(most: number): void {
    this.loggedIn = true;
    this.limit(most);
  }

  private limit(most: number): void {
    this.most = most;
    this.call.maxReceiveMessageSize = most;
    this.call.decoder.maxReadMessageLength = most;
  }

  private inOwnWords(status: Partial<ServiceError>): Partial<ServiceError> {
    const details = status.details ?? '';
    if (/^Received message (larger than max|that decompresses to a size larger)/.test(details)) {
      const why = this.loggedIn
        ? `A message has more than ${this.most} bytes: send smaller batches, or have the server started with a larger --max-message-size`
        : `A message has more than ${this.most} bytes: log in before sending more`;
      return toStatus(new Failure('exhausted', why));
    }
    if (details === 'Error deserializing request') {
      return toStatus(
        new Failure('invalid-argument', 'The message is not of the type of the call'),
      );
    }
    if (details === 'Failed to decompress message') {
      return toStatus(new Failure('invalid-argument', 'The message cannot be unpacked'));
    }
    if (details.startsWith('Invalid grpc-timeout value')) {
      return toStatus(new Failure('invalid-argument', details));
    }
    return status;
  }
}

function toError(kind: 'exhausted', message: string): Error {
  return Object.assign(new Error(message), toStatus(new Failure(kind, message)));
}
