import { create, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { Client, Metadata, credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packCommand } from '../../protocol/command.js';
import {
  ActionSchema,
  FlightDataSchema,
  FlightDescriptorSchema,
  FlightDescriptor_DescriptorType,
  HandshakeRequestSchema,
  SetSessionOptionsRequestSchema,
  TicketSchema,
} from '../../protocol/gen/flight_pb.js';
import {
  ActionBeginTransactionRequestSchema,
  ActionCancelQueryRequestSchema,
  ActionClosePreparedStatementRequestSchema,
  ActionCreatePreparedStatementRequestSchema,
  ActionEndTransactionRequestSchema,
  ActionEndTransactionRequest_EndTransaction as End,
  CommandGetDbSchemasSchema,
  CommandGetPrimaryKeysSchema,
  CommandGetSqlInfoSchema,
  CommandGetTablesSchema,
  CommandPreparedStatementQuerySchema,
  CommandStatementIngestSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
  CommandStatementQuerySchema,
  CommandStatementUpdateSchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { encodeRows } from '../../steps/client/parameters.js';
import { login, openWorkshop } from '../server-fixture.js';
import type { Workshop } from '../server-fixture.js';

let workshop: Workshop;
let channel: Client;
const metadata = new Metadata();

beforeAll(async () => {
  workshop = await openWorkshop();
  const { port } = await workshop.start();
  channel = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const pair = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  metadata.set('authorization', `Basic ${pair}`);
});
afterAll(async () => {
  channel.close();
  await workshop.close();
});

/** A call: which, and its messages. */
interface Sent {
  readonly method: string;
  readonly messages: readonly Buffer[];
}

const encoded = <D extends DescMessage>(schema: D, init: MessageInitShape<D>) =>
  Buffer.from(toBinary(schema, create(schema, init)));
const descriptor = (cmd: Uint8Array) => ({ type: FlightDescriptor_DescriptorType.CMD, cmd });
const info = (cmd: Uint8Array): Sent => ({
  method: 'GetFlightInfo',
  messages: [encoded(FlightDescriptorSchema, descriptor(cmd))],
});
const action = (type: string, body: Uint8Array): Sent => ({
  method: 'DoAction',
  messages: [encoded(ActionSchema, { type, body })],
});
const get = (ticket: Uint8Array): Sent => ({
  method: 'DoGet',
  messages: [encoded(TicketSchema, { ticket })],
});
const rows = encodeRows({
  columns: [
    { name: 'a', type: 'INTEGER' },
    { name: 'b', type: 'VARCHAR' },
    { name: 'c', type: 'TIMESTAMP' },
    { name: 'd', type: 'BLOB' },
  ],
  rows: [
    [1, 'one', new Date(0), Buffer.from('x')],
    [null, null, null, null],
  ],
});
const put = (cmd: Uint8Array): Sent => ({
  method: 'DoPut',
  messages: [
    encoded(FlightDataSchema, { flightDescriptor: descriptor(cmd), dataHeader: rows.schema }),
    Buffer.from(rows.batch),
  ],
});
const handle = Buffer.from('a handle');
const query = packCommand(CommandStatementQuerySchema, { query: 'SELECT 1' });

/** One of each kind that the server reads. */
const valid: readonly Sent[] = [
  { method: 'Handshake', messages: [encoded(HandshakeRequestSchema, { payload: handle })] },
  info(query),
  { ...info(query), method: 'GetSchema' },
  info(packCommand(CommandGetSqlInfoSchema, { info: [0, 1, 10_000] })),
  info(packCommand(CommandPreparedStatementQuerySchema, { preparedStatementHandle: handle })),
  get(packCommand(CommandGetTablesSchema, { tableNameFilterPattern: 'a%', includeSchema: true })),
  get(packCommand(CommandGetDbSchemasSchema, { catalog: 'main' })),
  get(packCommand(CommandGetPrimaryKeysSchema, { table: 'taken' })),
  get(Buffer.from(JSON.stringify({ id: 'x', sql: 'SELECT 1', answer: ['AAAA'] }))),
  put(
    packCommand(CommandStatementIngestSchema, {
      table: 'taken',
      tableDefinitionOptions: { ifNotExist: IfNotExist.CREATE, ifExists: IfExists.REPLACE },
    }),
  ),
  put(packCommand(CommandStatementUpdateSchema, { query: 'SELECT 1' })),
  action(
    'CreatePreparedStatement',
    packCommand(ActionCreatePreparedStatementRequestSchema, { query: 'SELECT ?' }),
  ),
  action(
    'ClosePreparedStatement',
    packCommand(ActionClosePreparedStatementRequestSchema, { preparedStatementHandle: handle }),
  ),
  action('BeginTransaction', packCommand(ActionBeginTransactionRequestSchema, {})),
  action(
    'EndTransaction',
    packCommand(ActionEndTransactionRequestSchema, { transactionId: handle, action: End.ROLLBACK }),
  ),
  action('CancelQuery', packCommand(ActionCancelQueryRequestSchema, { info: handle })),
  action('CancelFlightInfo', handle),
  action(
    'SetSessionOptions',
    encoded(SetSessionOptionsRequestSchema, {
      sessionOptions: { catalog: { optionValue: { case: 'stringValue', value: 'main' } } },
    }),
  ),
  action('GetSessionOptions', handle),
];

type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'remove'; readonly at: number; readonly count: number };

const place = fc.nat(10_000);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: place,
    bits: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  }),
  fc.record({
    kind: fc.constant('remove' as const),
    at: place,
    count: fc.integer({ min: 1, max: 9 }),
  }),
);

function mutated(message: Buffer, change: Mutation): Buffer {
  const at = change.at % (message.length + 1);
  switch (change.kind) {
    case 'flip': {
      const copy = Buffer.from(message);
      copy[at % Math.max(1, copy.length)] =
        (copy[at % Math.max(1, copy.length)] ?? 0) ^ change.bits;
      return copy;
    }
    case 'cut':
      return message.subarray(0, at);
    case 'insert':
      return Buffer.concat([message.subarray(0, at), change.bytes, message.subarray(at)]);
    case 'remove':
      return Buffer.concat([message.subarray(0, at), message.subarray(at + change.count)]);
  }
}

const same = (bytes: Buffer) => bytes;

/** Makes the call; resolves to how it ended. */
function ended({ method, messages }: Sent): Promise<{ code: string; details: string }> {
  return new Promise((resolve) => {
    const path = `/arrow.flight.protocol.FlightService/${method}`;
    const call = channel.makeBidiStreamRequest(path, same, same, metadata, {
      deadline: Date.now() + 10_000,
    });
    call.on('error', (error: ServiceError) => {
      resolve({ code: status[error.code], details: error.details });
    });
    call.on('end', () => {
      resolve({ code: 'OK', details: '' });
    });
    call.resume();
    for (const message of messages) {
      call.write(message);
    }
    call.end();
  });
}

/** What JavaScript, Node.js and libraries say of a program that fails. */
const javaScript =
  /undefined|is not a function|is not iterable|Cannot (read|set|convert|mix)|Invalid (array|typed|string|time|count)|out of (range|bounds)|outside the bounds|Maximum call|heap|ERR_|TypeError|RangeError|SyntaxError|Unexpected (token|end)|JSON|at position|premature|wire type|illegal|\[object|NaN|fault of its own/i;

/** What the server logged of its own faults, of which a client is not told. */
const faults = () =>
  workshop.lines
    .flatMap(({ msg, error }) => (msg === 'a fault of the server' ? [error] : []))
    .join('\n');

const runs = Number(process.env.FUZZ_RUNS ?? 300);

it(
  'a mutated message is answered in words for its client',
  { timeout: 60_000 + runs * 100 },
  async () => {
    const spoilt = fc.record({
      // By its number: whole messages are long to print.
      call: fc.nat(valid.length - 1),
      which: fc.nat(1),
      changes: fc.array(mutation, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(spoilt, async ({ call, which, changes }) => {
        const sent = valid[call] ?? { method: '', messages: [] };
        const messages = sent.messages.map((message, index) =>
          index === which % sent.messages.length ? changes.reduce(mutated, message) : message,
        );
        const { code, details } = await ended({ ...sent, messages });
        expect(details, `${code} ${details}\n${faults()}`).not.toMatch(javaScript);
        expect(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']).not.toContain(code);
      }),
      { numRuns: runs },
    );
  },
);

it('the same messages, unspoilt, are read', async () => {
  const codes = await Promise.all(valid.map(async (sent) => (await ended(sent)).code));
  expect(codes.filter((code) => code === 'OK').length).toBeGreaterThan(8);
});
