import { Metadata, status } from '@grpc/grpc-js';
import type { CallOptions, Client, ClientDuplexStream, MethodDefinition } from '@grpc/grpc-js';
import { create } from '@bufbuild/protobuf';
import type {
  FlightData,
  FlightDescriptor,
  FlightInfo,
  PutResult,
  Result,
} from '../../protocol/gen/flight_pb.js';
import {
  ActionSchema,
  FlightDataSchema,
  FlightDescriptorSchema,
  FlightDescriptor_DescriptorType,
  TicketSchema,
} from '../../protocol/gen/flight_pb.js';
import { flightService } from '../../protocol/service.js';
import type { OutgoingFlightData } from '../../protocol/service.js';
import { openChannel } from './channel.js';
import type { Endpoint, TransportOptions } from './channel.js';
import { FlightError } from './flight-error.js';
import { MalformedAnswer } from './malformed-answer.js';
import { Unreadable, collect, incoming, reader } from './incoming.js';
import type { Incoming } from './incoming.js';

const defaultTimeoutMs = 30_000;

/**
 * The Flight calls on a separate gRPC channel to one server. Every call has the authorization and a deadline;
 * every failure is a FlightError.
 */
export class Transport {
  /** The authorization header of all later calls. */
  authorization: string | undefined;
  private readonly client: Client;
  private readonly timeoutMs: number;

  constructor(endpoint: Endpoint, options: TransportOptions = {}) {
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.client = openChannel(endpoint, options);
  }

  /** Calls Handshake with the given authorization; resolves to the metadata and payloads of the answer. */
  async handshake(authorization: string): Promise<{ metadata: Metadata; payloads: Uint8Array[] }> {
    const deadline = this.deadline();
    const metadata = new Metadata();
    metadata.set('authorization', authorization);
    const { path, requestSerialize, responseDeserialize } = flightService.Handshake;
    const call = this.client.makeBidiStreamRequest(
      path,
      requestSerialize,
      reader(responseDeserialize),
      metadata,
      { deadline },
    );
    const received = new Metadata();
    call.on('metadata', (initial) => {
      received.merge(initial);
    });
    call.on('status', (end) => {
      received.merge(end.metadata);
    });
    call.end();
    const messages = await collect(incoming(call, deadline).messages);
    return { metadata: received, payloads: messages.map(({ payload }) => payload) };
  }

  async getFlightInfo(command: Uint8Array): Promise<FlightInfo> {
    const deadline = this.deadline();
    const { path, requestSerialize, responseDeserialize } = flightService.GetFlightInfo;
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize,
        reader(responseDeserialize),
        descriptorOf(command),
        this.metadata(),
        { deadline },
        (error, info) => {
          if (error !== null) {
            reject(FlightError.from(error, deadline));
          } else if (info === undefined) {
            reject(new FlightError(status[status.INTERNAL], 'the answer is empty', true));
          } else if (info instanceof Unreadable) {
            reject(new MalformedAnswer(info.why));
          } else {
            resolve(info);
          }
        },
      );
    });
  }

  /** Reads at most `mostBytes` of the answer. */
  doGet(ticket: Uint8Array, mostBytes = Infinity): Incoming<FlightData> {
    const message = create(TicketSchema, { ticket });
    const stream = this.serverStream(flightService.DoGet, message, mostBytes);
    // Received messages are FlightData; only sent ones may be encoded.
    return stream as Incoming<FlightData>;
  }

  /**
   * Sends a command with a stream of record batches; resolves to the answers. `schema` is the header of the
   * first message; `batches` are encoded FlightData.
   */
  async doPut(
    command: Uint8Array,
    schema: Uint8Array,
    batches: readonly Uint8Array[],
  ): Promise<PutResult[]> {
    const deadline = this.deadline();
    const { path, requestSerialize, responseDeserialize } = flightService.DoPut;
    const call: ClientDuplexStream<OutgoingFlightData, PutResult | Unreadable> =
      this.client.makeBidiStreamRequest(
        path,
        requestSerialize,
        reader(responseDeserialize),
        this.metadata(),
        { deadline },
      );
    const answers = collect(incoming(call, deadline).messages);
    const flightDescriptor = descriptorOf(command);
    call.write(create(FlightDataSchema, { flightDescriptor, dataHeader: schema }));
    for (const batch of batches) {
      call.write(batch);
    }
    call.end();
    return answers;
  }

  async doAction(type: string, body: Uint8Array = new Uint8Array()): Promise<Result[]> {
    const action = create(ActionSchema, { type, body });
    return collect(this.serverStream(flightService.DoAction, action).messages);
  }

  async listActions(): Promise<{ type: string; description: string }[]> {
    const empty = flightService.ListActions.requestDeserialize(Buffer.alloc(0));
    return collect(this.serverStream(flightService.ListActions, empty).messages);
  }

  /** Closes the connection. Running calls end with an error. */
  close(): void {
    this.client.close();
  }

  private serverStream<Q, S>(
    method: MethodDefinition<Q, S>,
    request: Q,
    mostBytes?: number,
  ): Incoming<S> {
    const deadline = this.deadline();
    const call = this.client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      reader(method.responseDeserialize, mostBytes),
      request,
      this.metadata(),
      { deadline } satisfies CallOptions,
    );
    return incoming(call, deadline);
  }

  private metadata(): Metadata {
    const metadata = new Metadata();
    if (this.authorization !== undefined) {
      metadata.set('authorization', this.authorization);
    }
    return metadata;
  }

  private deadline(): number {
    return Date.now() + this.timeoutMs;
  }
}

function descriptorOf(cmd: Uint8Array): FlightDescriptor {
  return create(FlightDescriptorSchema, { type: FlightDescriptor_DescriptorType.CMD, cmd });
}
