import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packCommand } from '../../protocol/command.js';
import {
  ActionBeginTransactionRequestSchema,
  CommandStatementIngestSchema,
  CommandStatementQuerySchema,
  CommandStatementUpdateSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
} from '../../protocol/gen/flight_sql_pb.js';
import { flightService } from '../../protocol/service.js';
import { makeCertificates } from '../../fixtures/surroundings/certificates.js';
import { makeTokenSigner } from '../../fixtures/surroundings/token-signer.js';
import { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import type { TransportOptions } from '../../steps/client/channel.js';
import { logIn } from '../../steps/client/login.js';
import { encodeRows } from '../../steps/client/parameters.js';
import { PreparedStatement } from '../../steps/client/prepared-statement.js';
import { fetchTable, updatedRows } from '../../steps/client/results.js';
import { Transport } from '../../steps/client/transport.js';
import { openRelay } from '../relay-fixture.js';
import type { Relay } from '../relay-fixture.js';
import { login, openWorkshop, useWorkshop } from '../server-fixture.js';
import type { RunningServer } from '../server.js';

const workshop = useWorkshop(beforeAll, afterAll);
let server: RunningServer;
let admin: FlightSqlClient;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  server = await workshop.start();
  admin = await workshop.connect(server);
});
afterAll(() => {
  for (const each of opened) {
    each.close();
  }
});

const endless = "SELECT i, repeat('x', 100) s FROM range(1000000000) t(i)";
const long = 'SELECT sum(a.i * b.i) FROM range(2000000) a(i), range(2000000) b(i)';
const ownId = 'SELECT gizmosql_current_session()';

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const byPassword = basic(login.username, login.password);

/** A connection of its own, with that authorization on every call. */
function connection(
  authorization: string | undefined,
  port = server.port,
  options: TransportOptions = {},
): Transport {
  const transport = new Transport({ host: '127.0.0.1', port }, { timeoutMs: 20_000, ...options });
  opened.push(transport);
  transport.authorization = authorization;
  return transport;
}

async function loggedIn(port = server.port): Promise<Transport> {
  const transport = connection(undefined, port);
  await logIn(transport, login);
  return transport;
}

async function relayed(to = server): Promise<Relay> {
  const relay = await openRelay(to.port);
  opened.push(relay);
  return relay;
}

const planned = (client: Transport, query: string) =>
  client.getFlightInfo(packCommand(CommandStatementQuerySchema, { query }));

async function ask(client: Transport, query: string) {
  return (await fetchTable(client, await planned(client, query))).rows;
}

async function idOf(client: Transport): Promise<string> {
  const [[id] = []] = await ask(client, ownId);
  return id as string;
}

/** The token that a call with a password is answered with, in its initial metadata. */
async function tokenFrom(transport: Transport): Promise<string> {
  const { client, authorization = '' } = transport as unknown as {
    client: Client;
    authorization?: string;
  };
  const { path, requestSerialize, responseDeserialize } = flightService.ListActions;
  const metadata = new Metadata();
  metadata.set('authorization', authorization);
  const empty = flightService.ListActions.requestDeserialize(Buffer.alloc(0));
  const call = client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    empty,
    metadata,
  );
  call.resume();
  const [initial] = (await once(call, 'metadata')) as [Metadata];
  return String(initial.get('authorization')[0]);
}

async function update(client: Transport, query: string): Promise<bigint> {
  const { schema } = encodeRows({ columns: [], rows: [] });
  const command = packCommand(CommandStatementUpdateSchema, { query });
  return updatedRows(await client.doPut(command, schema, []));
}

/** What the instrumentation says, asked until it says it. */
const recorded = (sql: string, by = admin) =>
  expect.poll(async () => (await by.query(sql)).rows, { timeout: 10_000 });

const ending = (id: string) =>
  `SELECT status, stop_reason FROM _gizmosql_instr.sessions WHERE session_id = '${id}'`;

const executions = (id: string, like: string) =>
  `SELECT status FROM _gizmosql_instr.execution_details
    WHERE session_id = '${id}' AND sql_text LIKE '${like.replaceAll("'", "''")}'`;

/** An HTTP/2 frame on stream 0. */
function frame(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  return Buffer.concat([header, payload]);
}

/** How grpc-go says goodbye: the last stream 2^31-1, NO_ERROR, and a word. */
const goAway = frame(
  7,
  Buffer.concat([Buffer.from('7fffffff00000000', 'hex'), Buffer.from('client transport shutdown')]),
);
/** RST_STREAM of no stream, which no client may send. */
const wrongFrame = frame(3, Buffer.alloc(4));

/** Logged by the server when a session's last connection is gone. */
const left = (id: string) =>
  expect
    .poll(
      () =>
        workshop.lines.filter(
          ({ msg, session_id: of }) => msg === 'session without connection' && of === id,
        ),
      { timeout: 10_000 },
    )
    .toHaveLength(1);

describe('a session whose connection is lost', () => {
  it.each(['hangUp', 'reset'] as const)('goes on with its token on another: %s', async (cut) => {
    const relay = await relayed();
    const first = await loggedIn(relay.port);
    const id = await idOf(first);
    await update(first, 'CREATE TEMP TABLE kept AS SELECT 7 AS x');
    await update(first, 'BEGIN');
    await update(first, `CREATE TABLE committed_${cut} AS SELECT 8 AS y`);
    relay[cut]();
    await left(id);
    await recorded(ending(id)).toEqual([['active', null]]);
    const second = connection(first.authorization);
    expect(await idOf(second)).toBe(id);
    expect(await ask(second, 'FROM kept')).toEqual([[7]]);
    await update(second, 'COMMIT');
    expect((await admin.query(`FROM committed_${cut}`)).rows).toEqual([[8]]);
    await second.doAction('CloseSession');
    await recorded(ending(id)).toEqual([['closed', 'closed by the client']]);
    await expect(ask(second, ownId)).rejects.toThrow('Your session is closed.');
  });

  it('fetches on any connection what another prepared', async () => {
    const one = await loggedIn();
    const two = connection(one.authorization);
    const info = await planned(one, 'SELECT 5 AS x');
    expect((await fetchTable(two, info)).rows).toEqual([[5]]);
    const here = await PreparedStatement.create(one, 'SELECT $1::INTEGER + 1 AS x');
    here.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[41]] });
    expect((await here.query()).rows).toEqual([[42]]);
    // A client that has the handle on another connection.
    const there = Object.create(PreparedStatement.prototype) as PreparedStatement;
    Object.assign(there, here, { transport: two });
    expect((await there.query()).rows).toEqual([[42]]);
    // The ticket alone, with what the first connection bound.
    here.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[1]] });
    await here.query();
    one.close();
    there.bind({ columns: [], rows: [] });
    expect((await there.query()).rows).toEqual([[2]]);
    await there.close();
    await expect(there.query()).rejects.toThrow('Prepared statement not found');
  });

  it('runs nothing more of what the connection asked for', async () => {
    const relay = await relayed();
    const one = await loggedIn(relay.port);
    const two = await loggedIn(relay.port);
    const ids = [await idOf(one), await idOf(two)] as const;
    const reading = one.doGet(
      (await planned(one, long)).endpoint[0]?.ticket?.ticket ?? Buffer.of(),
    );
    const readingFailed = expect(reading.messages[Symbol.asyncIterator]().next()).rejects.toThrow();
    const updating = `CREATE TABLE never AS ${long}`;
    const updatingFailed = expect(update(two, updating)).rejects.toThrow();
    await recorded(executions(ids[0], long)).toEqual([['executing']]);
    // Waits for its turn behind the first; what the same connection sends later has come later.
    const waiting = "CREATE TABLE waiting AS SELECT 'never'";
    const waitingFailed = expect(update(one, waiting)).rejects.toThrow();
    await one.listActions();
    await recorded(executions(ids[1], updating)).toEqual([['executing']]);
    await recorded(`SELECT count(*) FROM _gizmosql_instr.sessions
      WHERE session_id IN ('${ids.join("','")}') AND status = 'active'`).toEqual([[2n]]);
    relay.hangUp();
    await Promise.all([readingFailed, waitingFailed, updatingFailed]);
    await recorded(executions(ids[0], long)).toEqual([['cancelled']]);
    await recorded(executions(ids[1], updating)).toEqual([['cancelled']]);
    const back = connection(one.authorization);
    expect(
      await ask(back, "FROM duckdb_tables() WHERE table_name IN ('never', 'waiting')"),
    ).toEqual([]);
    expect(await ask(connection(two.authorization), 'SELECT 1')).toEqual([[1]]);
    await recorded(`SELECT prepare_error FROM _gizmosql_instr.sql_statements
      WHERE session_id = '${ids[0]}' AND sql_text = '${waiting.replaceAll("'", "''")}'`).toEqual([
      ['The client is gone'],
    ]);
  });

  it.each([
    ['executed at once', `CREATE TABLE at_once AS ${long}`, 'at_once'],
    ['read', `INSERT INTO to_read ${long} RETURNING *`, 'to_read'],
  ])('has no effect of a statement that was being %s', async (_, sql, table) => {
    await admin.update('CREATE TABLE IF NOT EXISTS to_read (x HUGEINT)');
    const relay = await relayed();
    const client = await loggedIn(relay.port);
    const id = await idOf(client);
    const failed = expect(ask(client, sql)).rejects.toThrow();
    await recorded(executions(id, sql)).toEqual([['executing']]);
    relay.hangUp();
    await failed;
    await recorded(executions(id, sql)).toEqual([['cancelled']]);
    const rows = ask(connection(client.authorization), `SELECT count(*) FROM ${table}`);
    await (table === 'to_read'
      ? expect(rows).resolves.toEqual([[0n]])
      : expect(rows).rejects.toThrow('does not exist'));
  });

  it('has no transaction open that its client cannot know', async () => {
    const [here, relay] = [await loggedIn(), await relayed()];
    const id = await idOf(here);
    const there = connection(here.authorization, relay.port);
    await there.listActions();
    const running = await planned(here, long);
    const reading = here.doGet(running.endpoint[0]?.ticket?.ticket ?? Buffer.of());
    const readingFailed = expect(reading.messages[Symbol.asyncIterator]().next()).rejects.toThrow();
    await recorded(executions(id, long)).toEqual([['executing']]);
    // Waits for its turn, and then for nobody.
    const begin = () => packCommand(ActionBeginTransactionRequestSchema, {});
    const beginFailed = expect(there.doAction('BeginTransaction', begin())).rejects.toThrow();
    await there.listActions();
    relay.hangUp();
    await beginFailed;
    reading.cancel();
    await readingFailed;
    const [begun] = await connection(here.authorization).doAction('BeginTransaction', begin());
    expect(begun?.body).toBeDefined();
  });

  it('loads nothing of what the connection was loading', async () => {
    // Takes a while for each row, in the engine.
    await admin.update(
      'CREATE TABLE slowly (i INTEGER, CHECK (list_sum(range(3000 + i % 2)) > 0))',
    );
    const relay = await relayed();
    const client = await loggedIn(relay.port);
    const id = await idOf(client);
    const { schema, batch } = encodeRows({
      columns: [{ name: 'i', type: 'INTEGER' }],
      rows: Array.from({ length: 1_000_000 }, (_, i) => [i]),
    });
    const command = packCommand(CommandStatementIngestSchema, {
      table: 'slowly',
      tableDefinitionOptions: { ifExists: IfExists.APPEND },
    });
    const loading = expect(client.doPut(command, schema, [batch])).rejects.toThrow();
    await recorded(executions(id, '%"slowly"%')).toEqual([['executing']]);
    relay.hangUp();
    await loading;
    await recorded(executions(id, '%"slowly"%')).toEqual([['cancelled']]);
    expect(await ask(connection(client.authorization), 'FROM slowly')).toEqual([]);
  });
});

describe('a session that nobody comes back to', () => {
  it.each([
    ['timeout', 'hangUp', false, 'idle for more than 1 seconds'],
    ['error', 'reset', false, 'connection lost: read ECONNRESET; idle for more than 1 seconds'],
    ['timeout', 'hangUp', true, 'idle for more than 1 seconds'],
    ['error', 'reset', true, 'connection lost: read ECONNRESET; idle for more than 1 seconds'],
  ] as const)(
    'ends with %s after a %s of its connection, TLS: %s',
    async (status, cut, tls, reason) => {
      const other = await openWorkshop();
      try {
        const files = await makeCertificates(other.folder, 'client');
        const [caCertificate = '', certificate = '', key = ''] = await Promise.all(
          [files.caCertificate, files.serverCertificate, files.serverKey].map((file) =>
            readFile(file, 'utf8'),
          ),
        );
        const impatient = await other.start({
          sessionIdleTimeoutSeconds: 1,
          tls: tls
            ? {
                certificate: Buffer.from(certificate),
                key: Buffer.from(key),
                certPath: files.serverCertificate,
                keyPath: files.serverKey,
                mtls: null,
              }
            : null,
        });
        const endpoint = { host: 'localhost', ...(tls ? { tls: { caCertificate } } : {}) };
        const relay = await relayed(impatient);
        const lost = await FlightSqlClient.connect({ ...endpoint, port: relay.port }, login);
        const [[id] = []] = (await lost.query(ownId)).rows;
        relay[cut]();
        const auditor = await FlightSqlClient.connect({ ...endpoint, port: impatient.port }, login);
        await recorded(ending(id as string), auditor).toEqual([[status, reason]]);
        lost.close();
        auditor.close();
      } finally {
        await other.close();
      }
    },
  );

  it('has its connection back when somebody does, and then ends as idle', async () => {
    const other = await openWorkshop();
    const impatient = await other.start({ sessionIdleTimeoutSeconds: 2 });
    const relay = await relayed(impatient);
    const lost = await loggedIn(relay.port);
    const id = await idOf(lost);
    relay.reset();
    const back = connection(lost.authorization, impatient.port);
    expect(await idOf(back)).toBe(id);
    const auditor = await other.connect(impatient);
    await recorded(ending(id), auditor).toEqual([['timeout', 'idle for more than 2 seconds']]);
    await expect(ask(back, ownId)).rejects.toThrow('Your session has timed out.');
    await other.close();
  });

  it('is not idle while a call lasts, but nothing that runs for nobody keeps it', async () => {
    const other = await openWorkshop();
    const impatient = await other.start({ sessionIdleTimeoutSeconds: 1 });
    const relay = await relayed(impatient);
    const lost = await loggedIn(relay.port);
    const id = await idOf(lost);
    const info = await planned(lost, endless);
    const stream = lost.doGet(info.endpoint[0]?.ticket?.ticket ?? Buffer.of());
    await stream.messages[Symbol.asyncIterator]().next();
    // Nobody reads on, and no call begins, for longer than a session may be idle.
    const auditor = await other.connect(impatient);
    await recorded(
      `SELECT now()::TIMESTAMP - execution_start_time > INTERVAL 2 SECONDS FROM _gizmosql_instr.execution_details
        WHERE session_id = '${id}' AND sql_text LIKE 'SELECT i,%'`,
      auditor,
    ).toEqual([[true]]);
    await recorded(ending(id), auditor).toEqual([['active', null]]);
    relay.hangUp();
    await recorded(ending(id), auditor).toEqual([['timeout', 'idle for more than 1 seconds']]);
    await other.close();
  });
});

describe('a client that sends its password with every call', () => {
  it('has one session for each connection', async () => {
    const one = connection(byPassword);
    const [id, again] = await Promise.all([idOf(one), idOf(one)]);
    expect(again).toBe(id);
    const handle = await PreparedStatement.create(one, 'SELECT $1::INTEGER + 1 AS x');
    handle.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[1]] });
    expect((await handle.query()).rows).toEqual([[2]]);
    await update(one, 'BEGIN');
    await update(one, 'CREATE TEMP TABLE mine AS SELECT 3 AS x');
    await update(one, 'ROLLBACK');
    await expect(ask(one, 'FROM mine')).rejects.toThrow('does not exist');
    const two = connection(byPassword);
    expect(await idOf(two)).not.toBe(id);
    await recorded(
      `SELECT count(*) FROM _gizmosql_instr.sql_statements WHERE session_id = '${id}'`,
    ).not.toEqual([[0n]]);
    one.close();
    await recorded(ending(id)).toEqual([['closed', 'client disconnected']]);
  });

  it('is refused with every wrong password', async () => {
    const one = connection(byPassword);
    const id = await idOf(one);
    one.authorization = basic(login.username, 'wrong');
    await expect(ask(one, ownId)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    one.authorization = byPassword;
    expect(await idOf(one)).toBe(id);
  });

  it('may go over to the token; then another login on the connection is another session', async () => {
    const one = connection(byPassword);
    const id = await idOf(one);
    one.authorization = await tokenFrom(one);
    expect(await idOf(one)).toBe(id);
    one.authorization = byPassword;
    expect(await idOf(one)).not.toBe(id);
  });

  it('is told once that its session was killed, and has a new one', async () => {
    const one = connection(byPassword);
    const id = await idOf(one);
    await admin.query(`KILL SESSION '${id}'`);
    await expect(ask(one, ownId)).rejects.toThrow('Your session has been killed.');
    expect(await idOf(one)).not.toBe(id);
  });

  it('has a new one after closing its own', async () => {
    const one = connection(byPassword);
    const id = await idOf(one);
    await one.doAction('CloseSession');
    expect(await idOf(one)).not.toBe(id);
  });

  it('is recorded as lost when its connection breaks', async () => {
    const relay = await relayed();
    const id = await idOf(connection(byPassword, relay.port));
    relay.reset();
    await recorded(ending(id)).toEqual([['error', 'connection lost: read ECONNRESET']]);
  });

  it('may send a token signed elsewhere in the place of the password', async () => {
    const other = await openWorkshop();
    const signer = await makeTokenSigner(other.folder);
    const audience = 'spec';
    const trusting = await other.start({
      bootstrapTokens: {
        issuer: 'elsewhere',
        audience,
        authorizedEmails: ['*'],
        key: new X509Certificate(await readFile(signer.certificatePath)).publicKey,
        defaultRole: 'user',
      },
    });
    const claims = { issuer: 'elsewhere', audience, expiresInSeconds: 60 };
    const token = async (subject: string) =>
      basic('token', await signer.sign({ ...claims, subject }));
    const one = connection(await token('carol'), trusting.port);
    const id = await idOf(one);
    one.authorization = await token('carol');
    expect(await idOf(one)).toBe(id);
    one.authorization = await token('dave');
    expect(await idOf(one)).not.toBe(id);
    one.authorization = basic('token', await signer.sign({ ...claims, expiresInSeconds: -1 }));
    await expect(ask(one, ownId)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    one.close();
    await other.close();
  });
});

describe('a client of Go that says goodbye', () => {
  it('has closed its connection, not broken it', async () => {
    const relay = await relayed();
    const token = await loggedIn(relay.port);
    const [byToken, id] = [await idOf(token), await idOf(connection(byPassword, relay.port))];
    relay.inject(goAway);
    await recorded(ending(id)).toEqual([['closed', 'client disconnected']]);
    await left(byToken);
    expect(await idOf(connection(token.authorization))).toBe(byToken);
  });

  it('is told from one whose connection broke amid a call', async () => {
    const relay = await relayed();
    const client = connection(byPassword, relay.port);
    const id = await idOf(client);
    const failed = expect(ask(client, long)).rejects.toThrow();
    await recorded(executions(id, long)).toEqual([['executing']]);
    relay.inject(wrongFrame);
    await failed;
    await recorded(ending(id)).toEqual([['error', 'connection lost: Protocol error']]);
    await recorded(executions(id, long)).toEqual([['cancelled']]);
  });
});

it('a login by Handshake opens no session', async () => {
  const count = 'SELECT count(*) FROM _gizmosql_instr.sessions';
  const client = await loggedIn();
  const again = await loggedIn();
  const ids = [await idOf(client), await idOf(again)];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) {
    await recorded(ending(id)).toEqual([['active', null]]);
  }
  const [[before] = []] = (await admin.query(count)).rows;
  await logIn(client, login);
  // Recorded after whatever there is to be recorded of the login.
  await recorded(ending(await idOf(connection(byPassword)))).toEqual([['active', null]]);
  expect((await admin.query(count)).rows).toEqual([[(before as bigint) + 1n]]);
});
