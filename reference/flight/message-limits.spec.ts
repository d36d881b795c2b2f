import { once } from 'node:events';
import { connect } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { toBinary, create } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packCommand } from '../../protocol/command.js';
import {
  FlightDescriptorSchema,
  FlightDescriptor_DescriptorType,
  HandshakeRequestSchema,
} from '../../protocol/gen/flight_pb.js';
import { CommandStatementQuerySchema } from '../../protocol/gen/flight_sql_pb.js';
import { login, useWorkshop } from '../server-fixture.js';

const workshop = useWorkshop(beforeAll, afterAll);
let port: number;

const mostBytes = 1024 * 1024;

beforeAll(async () => {
  ({ port } = await workshop.start({ maxMessageBytes: mostBytes }));
});

const credentials = Buffer.from(`${login.username}:${login.password}`).toString('base64');
const asAdmin = { authorization: `Basic ${credentials}` };
const gzip = { 'grpc-encoding': 'gzip' };

/** A message as gRPC frames it. */
function framed(message: Buffer, packed = false, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(packed ? 1 : 0, 0);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends the bytes as the body of a call, which no client of gRPC's has a hand in. */
async function call(method: string, headers: Record<string, string>, ...body: Buffer[]) {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/arrow.flight.protocol.FlightService/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.on('error', () => undefined);
    let end: Record<string, unknown> = {};
    const received = (fields: object) => {
      end = { ...end, ...fields };
    };
    stream.on('response', received).on('trailers', received).resume();
    for (const part of body) {
      stream.write(part);
    }
    stream.end();
    await once(stream, 'close');
    return {
      code: status[Number(end['grpc-status'])],
      message: decodeURI(String(end['grpc-message'])),
    };
  } finally {
    session.destroy();
  }
}

const handshake = (bytes: number) =>
  Buffer.from(
    toBinary(
      HandshakeRequestSchema,
      create(HandshakeRequestSchema, { payload: Buffer.alloc(bytes) }),
    ),
  );
const query = (sql: string) => {
  const cmd = packCommand(CommandStatementQuerySchema, { query: sql });
  const type = FlightDescriptor_DescriptorType.CMD;
  return Buffer.from(
    toBinary(FlightDescriptorSchema, create(FlightDescriptorSchema, { type, cmd })),
  );
};
const comment = (bytes: number) => query(`SELECT 1 -- ${' '.repeat(bytes)}`);

const tooLarge = {
  code: 'RESOURCE_EXHAUSTED',
  message: expect.stringContaining('log in before') as unknown,
};

describe('before the login', () => {
  it.each([
    ['Handshake', handshake(70_000)],
    ['GetFlightInfo', comment(70_000)],
    ['ListActions', handshake(70_000)],
  ])('%s takes no large message', async (method, message) => {
    expect(await call(method, {}, framed(message))).toEqual(tooLarge);
  });

  it.each([
    {},
    { authorization: 'Basic bm9ib2R5OndpdGhvdXQ=' },
    { authorization: 'Bearer e30.e30.x' },
  ])('a large message is refused by its length already, with %j', async (headers) => {
    const announced = framed(Buffer.alloc(10), false, 2 ** 31);
    expect(await call('GetFlightInfo', headers, announced)).toEqual(tooLarge);
  });

  it('what is small when packed is refused by what it unpacks to', async () => {
    const packed = gzipSync(handshake(100_000_000));
    expect(packed.length).toBeGreaterThan(64 * 1024);
    const small = gzipSync(handshake(10_000_000));
    expect(small.length).toBeLessThan(64 * 1024);
    expect(await call('Handshake', gzip, framed(packed, true))).toEqual(tooLarge);
    expect(await call('Handshake', gzip, framed(small, true))).toEqual(tooLarge);
  });

  it('only one message is unpacked', async () => {
    const one = framed(gzipSync(handshake(60_000)), true);
    expect(await call('Handshake', gzip, Buffer.concat([one, one, one]))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
    });
  });

  it('a Handshake logs in, packed or not', async () => {
    const message = framed(gzipSync(handshake(0)), true);
    expect(await call('Handshake', { ...gzip, ...asAdmin }, message)).toMatchObject({ code: 'OK' });
    expect(await call('Handshake', asAdmin, framed(handshake(0)))).toMatchObject({ code: 'OK' });
  });
});

describe('after the login', () => {
  it.each([
    ['as it is', {}, framed(comment(900_000))],
    ['packed', gzip, framed(gzipSync(comment(900_000)), true)],
  ])('a message may be as large as the option says, %s', async (_, headers, message) => {
    expect(await call('GetFlightInfo', { ...asAdmin, ...headers }, message)).toMatchObject({
      code: 'OK',
    });
  });

  it.each([
    ['as it is', {}, framed(comment(mostBytes + 1))],
    ['packed', gzip, framed(gzipSync(comment(mostBytes + 1)), true)],
  ])('and no larger, %s', async (_, headers, message) => {
    expect(await call('GetFlightInfo', { ...asAdmin, ...headers }, message)).toEqual({
      code: 'RESOURCE_EXHAUSTED',
      message: `A message has more than ${mostBytes} bytes: send smaller batches, or have the server started with a larger --max-message-size`,
    });
  });
});

it.each([
  [
    'of another type',
    {},
    framed(Buffer.from('no message')),
    'The message is not of the type of the call',
  ],
  [
    'packed that is not',
    gzip,
    framed(Buffer.from('no gzip'), true),
    'The message cannot be unpacked',
  ],
])('a message %s is the fault of its client', async (_, headers, message, problem) => {
  expect(await call('GetFlightInfo', { ...asAdmin, ...headers }, message)).toEqual({
    code: 'INVALID_ARGUMENT',
    message: problem,
  });
});
