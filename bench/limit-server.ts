import { once } from 'node:events';
import { Client, credentials, Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import type { handleServerStreamingCall, MethodDefinition } from '@grpc/grpc-js';
import { flightService } from '../protocol/service.js';

// The limit of gRPC for Node.js: a server that forwards each new request to the server at the given address
// once, and then repeats the answer from memory. Run as a program; it prints its port on the first line.

/** A recorded answer: its metadata and its encoded messages. */
interface Recording {
  readonly metadata: Metadata;
  readonly messages: readonly Buffer[];
}

type RawMethod = MethodDefinition<Buffer, Buffer>;

const unlimited = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
};
const upstream = new Client(process.argv[2] ?? '', credentials.createInsecure(), unlimited);
const recordings = new Map<string, Promise<Recording>>();

async function record(path: string, request: Buffer, headers: Metadata): Promise<Recording> {
  const call = upstream.makeServerStreamRequest(path, raw, raw, request, headers);
  const metadata = once(call, 'metadata').then(([received]) => received as Metadata);
  const messages = await (call as AsyncIterable<Buffer> & typeof call).toArray();
  return { metadata: await metadata, messages: messages as Buffer[] };
}

function raw(bytes: Buffer): Buffer {
  return bytes;
}

function replay(path: string): handleServerStreamingCall<Buffer, Buffer> {
  return (call) => {
    void (async () => {
      const key = `${path} ${call.request.toString('base64')}`;
      const known = recordings.get(key) ?? record(path, call.request, forwarded(call.metadata));
      recordings.set(key, known);
      const { metadata, messages } = await known;
      call.sendMetadata(metadata.clone());
      for (const message of messages) {
        if (!call.write(message)) {
          await once(call, 'drain');
        }
      }
      call.end();
    })().catch((error: unknown) => {
      call.emit('error', error);
    });
  };
}

function forwarded(received: Metadata): Metadata {
  const headers = new Metadata();
  for (const value of received.get('authorization')) {
    headers.add('authorization', value);
  }
  return headers;
}

// On the wire a unary call is a stream of one message.
const methods = Object.entries(flightService).map(([name, { path }]) => {
  const streams = { requestStream: false, responseStream: true };
  const codecs = {
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
  return [name, { path, ...streams, ...codecs } satisfies RawMethod] as const;
});
const server = new Server(unlimited);
server.addService(
  Object.fromEntries(methods),
  Object.fromEntries(methods.map(([name, { path }]) => [name, replay(path)])),
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  console.log(port);
});
process.once('SIGTERM', () => {
  process.exit(0);
});
