import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { MethodDefinition } from '@grpc/grpc-js';
import { DeferredFlightData } from './flight-data.js';
import {
  ActionSchema,
  ActionTypeSchema,
  CriteriaSchema,
  EmptySchema,
  FlightDataSchema,
  FlightDescriptorSchema,
  FlightInfoSchema,
  HandshakeRequestSchema,
  HandshakeResponseSchema,
  PollInfoSchema,
  PutResultSchema,
  ResultSchema,
  SchemaResultSchema,
  TicketSchema,
} from './gen/flight_pb.js';
import type { FlightData } from './gen/flight_pb.js';

/** A FlightData message: decoded, encoded, or encoded while it is sent. */
export type OutgoingFlightData = FlightData | Uint8Array | DeferredFlightData;

interface Codec<T> {
  serialize: (value: T) => Buffer;
  deserialize: (bytes: Buffer) => T;
}

function codec<D extends DescMessage>(schema: D): Codec<MessageShape<D>> {
  return {
    serialize: (value) => asBuffer(toBinary(schema, value)),
    deserialize: (bytes) => fromBinary(schema, bytes),
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const flightData: Codec<OutgoingFlightData> = {
  serialize: (value) =>
    value instanceof DeferredFlightData
      ? // gRPC only copies the message behind its own header, which this object supports.
        (value as unknown as Buffer)
      : asBuffer(value instanceof Uint8Array ? value : toBinary(FlightDataSchema, value)),
  deserialize: (bytes) => fromBinary(FlightDataSchema, bytes),
};

function method<Q, S>(
  name: string,
  request: Codec<Q>,
  response: Codec<S>,
  streams: 'unary' | 'server' | 'both',
): MethodDefinition<Q, S> {
  return {
    path: `/arrow.flight.protocol.FlightService/${name}`,
    requestStream: streams === 'both',
    responseStream: streams !== 'unary',
    requestSerialize: request.serialize,
    requestDeserialize: request.deserialize,
    responseSerialize: response.serialize,
    responseDeserialize: response.deserialize,
    originalName: name,
  };
}

const descriptor = codec(FlightDescriptorSchema);
const action = codec(ActionSchema);

/** The gRPC service `arrow.flight.protocol.FlightService`, for @grpc/grpc-js. */
export const flightService = {
  Handshake: method(
    'Handshake',
    codec(HandshakeRequestSchema),
    codec(HandshakeResponseSchema),
    'both',
  ),
  ListFlights: method('ListFlights', codec(CriteriaSchema), codec(FlightInfoSchema), 'server'),
  GetFlightInfo: method('GetFlightInfo', descriptor, codec(FlightInfoSchema), 'unary'),
  PollFlightInfo: method('PollFlightInfo', descriptor, codec(PollInfoSchema), 'unary'),
  GetSchema: method('GetSchema', descriptor, codec(SchemaResultSchema), 'unary'),
  DoGet: method('DoGet', codec(TicketSchema), flightData, 'server'),
  DoPut: method('DoPut', flightData, codec(PutResultSchema), 'both'),
  DoExchange: method('DoExchange', flightData, flightData, 'both'),
  DoAction: method('DoAction', action, codec(ResultSchema), 'server'),
  ListActions: method('ListActions', codec(EmptySchema), codec(ActionTypeSchema), 'server'),
} as const;
