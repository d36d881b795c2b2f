import { create } from '@bufbuild/protobuf';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { Field, Int32, RecordBatch, Schema, Struct, makeData, tableFromArrays } from 'apache-arrow';
import { afterEach, describe, expect, it } from 'vitest';
import { recordBatchFlightData, schemaFlightData, schemaHeader } from '../../protocol/arrow-ipc.js';
import { Command } from '../../protocol/command.js';
import { FlightDataSchema, FlightInfoSchema } from '../../protocol/gen/flight_pb.js';
import type { FlightDescriptor, FlightInfo, Ticket } from '../../protocol/gen/flight_pb.js';
import { CommandStatementQuerySchema } from '../../protocol/gen/flight_sql_pb.js';
import { flightService } from '../../protocol/service.js';
import type { OutgoingFlightData } from '../../protocol/service.js';
import { FlightError } from './flight-error.js';
import { FlightSqlClient } from './flight-sql-client.js';
import { MalformedAnswer } from './malformed-answer.js';

const login = { username: 'alice', password: 'geheim:ß' };
const open: { close(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) {
    one.close();
  }
});

interface Behaviour {
  /** The bearer token to issue, and the part of the answer that carries it. */
  readonly token?: { readonly in: 'metadata' | 'payload' };
  readonly query?: (sql: string, reply: sendUnaryData<FlightInfo>) => void;
  readonly doGet?: (call: ServerWritableStream<Ticket, OutgoingFlightData>) => void;
}

/** A server with the given behaviour, which collects the metadata of its calls. */
async function serve(behaviour: Behaviour): Promise<{ port: number; seen: Metadata[] }> {
  const seen: Metadata[] = [];
  const server = new Server();
  server.addService(
    {
      Handshake: flightService.Handshake,
      GetFlightInfo: flightService.GetFlightInfo,
      DoGet: flightService.DoGet,
    },
    {
      Handshake: (
        call: ServerWritableStream<unknown, { protocolVersion: bigint; payload: Uint8Array }>,
      ) => {
        seen.push(call.metadata);
        const metadata = new Metadata();
        if (behaviour.token?.in === 'metadata') {
          metadata.set('authorization', 'Bearer issued');
        }
        call.sendMetadata(metadata);
        if (behaviour.token?.in === 'payload') {
          const { responseSerialize, responseDeserialize } = flightService.Handshake;
          const answer = responseDeserialize(Buffer.alloc(0));
          answer.payload = Buffer.from('issued');
          expect(responseSerialize(answer).byteLength).toBeGreaterThan(0);
          call.write(answer);
        }
        call.end();
      },
      GetFlightInfo: (
        call: ServerUnaryCall<FlightDescriptor, FlightInfo>,
        reply: sendUnaryData<FlightInfo>,
      ) => {
        seen.push(call.metadata);
        const sql = Command.parse(call.request.cmd).as(CommandStatementQuerySchema)?.query ?? '';
        const info = create(FlightInfoSchema, {
          endpoint: [{ ticket: { ticket: Buffer.from(sql) } }],
        });
        (
          behaviour.query ??
          ((_, send) => {
            send(null, info);
          })
        )(sql, reply);
      },
      DoGet: (call: ServerWritableStream<Ticket, OutgoingFlightData>) => {
        seen.push(call.metadata);
        behaviour.doGet?.(call);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
      } else {
        reject(error);
      }
    });
  });
  open.push({
    close: () => {
      server.forceShutdown();
    },
  });
  return { port, seen };
}

async function connect(port: number, timeoutMs = 30_000): Promise<FlightSqlClient> {
  const endpoint = { host: '127.0.0.1', port };
  const client = await FlightSqlClient.connect(endpoint, login, { userAgent: 'spec/1', timeoutMs });
  open.push(client);
  return client;
}

async function failure(promise: Promise<unknown>): Promise<FlightError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FlightError);
  return error as FlightError;
}

const schema = schemaHeader(new Schema([new Field('n', new Int32(), true)]));
const emptyResult = (call: ServerWritableStream<Ticket, OutgoingFlightData>): void => {
  call.write(create(FlightDataSchema, { dataHeader: schema }));
  call.end();
};

/** A batch that claims `length` values but has three. */
function batchOf(length: number): RecordBatch {
  const { batches } = tableFromArrays({ n: Int32Array.of(1, 2, 3) });
  const [whole] = batches;
  if (whole === undefined) {
    throw new Error('a table has a batch');
  }
  const children = whole.data.children.map((data) => Object.assign(data.clone(), { length }));
  return new RecordBatch(
    whole.schema,
    makeData({ type: new Struct(whole.schema.fields), length, nullCount: 0, children }),
  );
}

describe('FlightSqlClient', () => {
  it.each(['metadata', 'payload'] as const)(
    'logs in once and sends the bearer token from the %s afterwards',
    async (place) => {
      const { port, seen } = await serve({ token: { in: place }, doGet: emptyResult });
      const client = await connect(port);
      expect((await client.query('SELECT 1')).columns).toEqual(['n']);
      const basic = `Basic ${Buffer.from('alice:geheim:ß').toString('base64')}`;
      expect(seen.map((metadata) => metadata.get('authorization'))).toEqual([
        [basic],
        ['Bearer issued'],
        ['Bearer issued'],
      ]);
      expect(seen.map((metadata) => String(metadata.get('user-agent')[0]).split(' ')[0])).toEqual([
        'spec/1',
        'spec/1',
        'spec/1',
      ]);
    },
  );

  it('reports a refusal with its code and message', async () => {
    const { port } = await serve({
      query: (sql, reply) => {
        reply({ code: status.INVALID_ARGUMENT, details: `100 % no: '${sql}'` });
      },
    });
    const client = await connect(port);
    const error = await failure(client.query("SELECT 'ß' # 1"));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', answered: true });
    expect(error.message).toBe("100 % no: 'SELECT 'ß' # 1'");
  });

  it('distinguishes a timeout and a broken connection from a refusal', async () => {
    const { port } = await serve({ query: () => undefined });
    const client = await connect(port, 300);
    const silent = await failure(client.query('SELECT 1'));
    expect(silent).toMatchObject({ code: 'DEADLINE_EXCEEDED', answered: false });
    open.splice(0).forEach((one) => {
      one.close();
    });
    const gone = await failure(connect(port, 2000));
    expect(gone.answered).toBe(false);
  });

  it('treats a timeout reported by the server as an answer', async () => {
    const { port } = await serve({
      query: (_, reply) => {
        reply({ code: status.DEADLINE_EXCEEDED, details: 'the query took too long' });
      },
    });
    const error = await failure((await connect(port)).query('SELECT 1'));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', answered: true });
  });

  it('reports an answer that is not Arrow data as malformed, not as a refusal', async () => {
    const { port } = await serve({
      doGet: (call) => {
        call.write(create(FlightDataSchema, { dataHeader: Buffer.from('no flatbuffer at all') }));
        call.end();
      },
    });
    const error = await failure((await connect(port)).query('SELECT 1'));
    expect(error).toBeInstanceOf(MalformedAnswer);
    expect(error.answered).toBe(false);
  });

  it.each([
    ['bytes that are no message', () => Buffer.from([0xff])],
    ['a batch that holds less than it says', () => recordBatchFlightData(batchOf(64))],
    [
      'a batch of more rows than anybody can read',
      () => recordBatchFlightData(batchOf(2 ** 31 - 1)),
    ],
  ])('calls %s malformed', async (_, message) => {
    const { port } = await serve({
      doGet: (call) => {
        call.write(schemaFlightData(batchOf(3).schema));
        call.write(message());
        call.end();
      },
    });
    const error = await failure((await connect(port)).query('SELECT 1'));
    expect(error).toBeInstanceOf(MalformedAnswer);
    expect(error.answered).toBe(false);
  });

  it('stops reading an answer that never ends', async () => {
    const cancelled = Promise.withResolvers<undefined>();
    const { batches, schema: of } = tableFromArrays({ n: new Int32Array(5_500_000) });
    const [rows] = batches.map((batch) => recordBatchFlightData(batch));
    const { port } = await serve({
      doGet: (call) => {
        const more = () => {
          while (call.write(rows ?? Buffer.of()));
        };
        call.on('drain', more);
        call.on('cancelled', () => {
          call.off('drain', more);
          cancelled.resolve(undefined);
        });
        call.write(schemaFlightData(of));
        more();
      },
    });
    const error = await failure((await connect(port)).query('SELECT 1'));
    expect(error.message).toBe('the answer is malformed: more than 10000000 values in all');
    await cancelled.promise;
  });

  it('reads a batch with any number of rows', async () => {
    const count = 200_000;
    const table = tableFromArrays({ n: Int32Array.from({ length: count }, (_, n) => n) });
    const { port } = await serve({
      doGet: (call) => {
        call.write(schemaFlightData(table.schema));
        table.batches.forEach((batch) => call.write(recordBatchFlightData(batch)));
        call.end();
      },
    });
    const { rows } = await (await connect(port)).query('SELECT range');
    expect(rows).toHaveLength(count);
    expect(rows.at(-1)).toEqual([count - 1]);
  });

  it('cancels a query that runs, which ends it with an error', async () => {
    const started = Promise.withResolvers<undefined>();
    const cancelled = Promise.withResolvers<undefined>();
    const { port } = await serve({
      doGet: (call) => {
        call.on('cancelled', () => {
          cancelled.resolve(undefined);
        });
        started.resolve(undefined);
      },
    });
    const query = await (await connect(port)).startQuery('SELECT 1');
    const rows = query.nextBatch();
    await started.promise;
    query.cancel();
    expect(await failure(rows)).toMatchObject({ code: 'CANCELLED', answered: true });
    await cancelled.promise;
  });

  it('opens another connection with the token of its login', async () => {
    const { port, seen } = await serve({ token: { in: 'metadata' }, doGet: emptyResult });
    const client = await connect(port);
    await client.query('SELECT 1');
    client.close();
    const again = client.comeBack();
    open.push(again);
    expect((await again.query('SELECT 2')).columns).toEqual(['n']);
    const later = seen.slice(3);
    expect(later.map((metadata) => metadata.get('authorization'))).toEqual([
      ['Bearer issued'],
      ['Bearer issued'],
    ]);
    expect(String(later[0]?.get('user-agent')[0]).split(' ')[0]).toBe('spec/1');
  });
});
