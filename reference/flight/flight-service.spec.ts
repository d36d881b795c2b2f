import { setTimeout as sleep } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { Client, Metadata, credentials, status } from '@grpc/grpc-js';
import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { tableFromArrays } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordBatchHeader, schemaHeader } from '../../protocol/arrow-ipc.js';
import { packCommand } from '../../protocol/command.js';
import { encodeFlightData } from '../../protocol/flight-data.js';
import {
  ActionSchema,
  BasicAuthSchema,
  FlightDataSchema,
  FlightDescriptorSchema,
  FlightDescriptor_DescriptorType,
  HandshakeRequestSchema,
} from '../../protocol/gen/flight_pb.js';
import type { FlightInfo, PutResult } from '../../protocol/gen/flight_pb.js';
import {
  CommandStatementIngestSchema,
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
  CommandStatementQuerySchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { flightService } from '../../protocol/service.js';
import type { OutgoingFlightData } from '../../protocol/service.js';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import { encodeRows } from '../../steps/client/parameters.js';
import type { TypedRows } from '../../steps/client/parameters.js';
import type { RunningQuery } from '../../steps/client/running-query.js';
import { login, openWorkshop, useWorkshop } from '../server-fixture.js';
import type { RunningServer } from '../server.js';

const workshop = useWorkshop(beforeAll, afterAll);
let server: RunningServer;
let admin: FlightSqlClient;

beforeAll(async () => {
  server = await workshop.start();
  admin = await connect();
});
const connect = (to = server, timeoutMs = 20_000) => workshop.connect(to, { timeoutMs });

/** Does something in a session of its own. */
async function session<T>(
  use: (client: FlightSqlClient, id: string) => Promise<T>,
  to = server,
): Promise<T> {
  const client = await connect(to);
  try {
    const [[id] = []] = (await client.query('SELECT gizmosql_current_session()')).rows;
    return await use(client, id as string);
  } finally {
    client.close();
  }
}

/** What the instrumentation says, asked until it says it. */
function recorded(sql: string) {
  return expect.poll(async () => (await admin.query(sql)).rows, { timeout: 10_000 });
}

const executions = (id: string, text: string) =>
  recorded(`SELECT e.status FROM _gizmosql_instr.sql_executions e
    JOIN _gizmosql_instr.sql_statements s USING (statement_id)
    WHERE s.session_id = '${id}' AND s.sql_text = '${text.replaceAll("'", "''")}'`);

const endless = "SELECT i, repeat('x', 100) s FROM range(1000000000) t(i)";
const long = 'SELECT sum(a.i * b.i) FROM range(2000000) a(i), range(2000000) b(i)';

/** A raw channel with the authorization of a fresh login, for what no proper client does. */
async function rawChannel(): Promise<{ channel: Client; metadata: Metadata }> {
  const channel = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const authorization = basic(login.username, login.password);
  const metadata = new Metadata();
  metadata.set('authorization', await handshake(channel, Buffer.alloc(0), authorization));
  return { channel, metadata };
}

function basic(username: string, password: string): Metadata {
  const metadata = new Metadata();
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  metadata.set('authorization', `Basic ${pair}`);
  return metadata;
}

/** Logs in by Handshake; resolves to the token in the answer's metadata. */
async function handshake(
  channel: Client,
  payload: Uint8Array,
  metadata = new Metadata(),
): Promise<string> {
  const { path, requestSerialize, responseDeserialize } = flightService.Handshake;
  const deadline = Date.now() + 10_000;
  const call = channel.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    metadata,
    { deadline },
  );
  let token = '';
  call.on('metadata', (initial) => {
    token = String(initial.get('authorization')[0]);
  });
  call.write(create(HandshakeRequestSchema, { payload }));
  call.end();
  await answered(call);
  return token;
}

/** Resolves when the call has been answered to its end; rejects with its failure. */
function answered(call: ClientReadableStream<unknown> | ClientDuplexStream<never, unknown>) {
  return new Promise<void>((resolve, reject) => {
    call.on('error', reject);
    call.on('data', () => undefined);
    call.on('end', resolve);
  });
}

const credentialsPayload = (username: string, password: string) =>
  toBinary(BasicAuthSchema, create(BasicAuthSchema, { username, password }));

describe('a login', () => {
  it.each([
    ['in the header', Buffer.alloc(0), basic(login.username, login.password)],
    ['in the message', credentialsPayload(login.username, login.password), new Metadata()],
  ])('is possible %s', async (_, payload, metadata) => {
    const channel = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    expect(await handshake(channel, payload, metadata)).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    channel.close();
  });

  it.each([
    ['a wrong password', Buffer.alloc(0), basic(login.username, 'x'), 'UNAUTHENTICATED'],
    [
      'a wrong password in the message',
      credentialsPayload('alice', 'x'),
      new Metadata(),
      'UNAUTHENTICATED',
    ],
    ['a message that is none', Buffer.from([0xff, 0xff]), new Metadata(), 'UNAUTHENTICATED'],
  ])('is refused with %s', async (_, payload, metadata, code) => {
    const channel = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    await expect(handshake(channel, payload, metadata)).rejects.toThrow(code);
    channel.close();
  });

  it('is logged, refused or not, without its password', () => {
    const logins = workshop.lines.filter(({ msg }) => msg.startsWith('login'));
    expect(logins.map(({ msg }) => msg)).toContain('login refused');
    expect(JSON.stringify(logins)).not.toContain(login.password);
  });
});

describe('statements', () => {
  it('are planned while the session has a result that its client does not read on', () =>
    session(async (client) => {
      const prepared = await client.prepare('SELECT range AS x FROM range(1000000000)');
      const first = await prepared.start();
      await first.nextBatch();
      // What names stand for may be something else now.
      await admin.update('CREATE OR REPLACE TEMP TABLE changes_names AS SELECT 1 AS x');
      const second = await prepared.start();
      first.cancel();
      expect((await second.nextBatch())?.[0]).toEqual([0n]);
      second.cancel();
    }));

  it('run directly and prepared, with several rows of parameters', () =>
    session(async (client) => {
      await client.update('CREATE TEMPORARY TABLE p (a INTEGER, b VARCHAR)');
      const insert = await client.prepare('INSERT INTO p VALUES (?, ?)');
      const rows = Array.from({ length: 30 }, (_, i) => [i, i % 3 === 0 ? null : `row ${i}`]);
      insert.bind({
        columns: [
          { name: '1', type: 'INTEGER' },
          { name: '2', type: 'VARCHAR' },
        ],
        rows,
      });
      const warnings: string[] = [];
      const warn = (warning: Error) => warnings.push(warning.message);
      process.on('warning', warn);
      expect(await insert.update()).toBe(30n);
      process.off('warning', warn);
      expect(warnings).toEqual([]);
      expect((await client.query('SELECT * FROM p ORDER BY a')).rows).toEqual(rows);
      const select = await client.prepare('SELECT b FROM p WHERE a = $x');
      select.bind({ columns: [{ name: 'x', type: 'INTEGER' }], rows: [[1], [2], [3]] });
      expect((await select.query()).rows).toEqual([['row 1'], ['row 2'], [null]]);
      await select.close();
      await expect(select.query()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }));

  it('with another number of parameters than bound are refused', () =>
    session(async (client) => {
      const statement = await client.prepare('SELECT ?, ?');
      statement.bind({ columns: [{ name: '1', type: 'INTEGER' }], rows: [[1]] });
      await expect(statement.query()).rejects.toThrow('takes 2 parameters, 1 were bound');
    }));

  it('that fail are answered with what the engine says, however long they are', () =>
    session(async (client) => {
      for (const length of [10, 1_000, 100_000, 2_000_000]) {
        const query = client.query(`SELECT '${'ü'.repeat(length)}' FROM nope`);
        await expect(query).rejects.toThrow(/^Can't prepare statement: 'SELECT 'ü.*nope/s);
        const error: unknown = await query.catch((reason: unknown) => reason);
        expect((error as Error).message.length).toBeLessThan(2_000);
      }
      await recorded(
        'SELECT max(length(prepare_error)) > 2000000 FROM _gizmosql_instr.sql_statements',
      ).toEqual([[true]]);
      expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
    }));

  it('of one session run side by side, and both results arrive whole', () =>
    session(async (client) => {
      const sql = "SELECT i, 'text ' || i s FROM range(200000) t(i)";
      const one = await client.startQuery(sql);
      const head = (await one.nextBatch())?.length ?? 0;
      const two = await client.startQuery(sql);
      expect(await Promise.all([count(one, head), count(two)])).toEqual([200_000, 200_000]);
      expect((await client.query('SELECT 5')).rows).toEqual([[5]]);
    }));

  it('may be closed while they run', () =>
    session(async (client) => {
      const statement = await client.prepare('SELECT count(*) FROM range(300000000)');
      const result = statement.query();
      await sleep(20);
      await statement.close();
      expect((await result).rows).toEqual([[300_000_000n]]);
    }));

  it('leave nothing behind when their answer is given up', () =>
    session(async (client) => {
      await client.update('CREATE TABLE given_up AS FROM range(1000000)');
      const query = await client.startQuery('FROM given_up');
      await query.nextBatch();
      query.cancel();
      expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
      await admin.update('DROP TABLE given_up');
      await admin.update('FORCE CHECKPOINT');
    }));
});

/** How many rows are left to read, `from` of them read already; they must be in order. */
async function count(query: RunningQuery, from = 0): Promise<number> {
  let rows = from;
  for (let batch = await query.nextBatch(); batch; batch = await query.nextBatch()) {
    expect(batch[0]?.[0]).toBe(BigInt(rows));
    rows += batch.length;
  }
  return rows;
}

describe('a statement without a result set', () => {
  const raw = async (use: (channel: Client, metadata: Metadata) => Promise<void>) => {
    const { channel, metadata } = await rawChannel();
    try {
      await use(channel, metadata);
    } finally {
      channel.close();
    }
  };
  const info = (channel: Client, metadata: Metadata, query: string) =>
    new Promise<FlightInfo>((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = flightService.GetFlightInfo;
      const cmd = packCommand(CommandStatementQuerySchema, { query });
      const descriptor = create(FlightDescriptorSchema, {
        type: FlightDescriptor_DescriptorType.CMD,
        cmd,
      });
      channel.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize as (bytes: Buffer) => FlightInfo,
        descriptor,
        metadata,
        (error, value) => {
          if (error || !value) {
            reject(error ?? new Error('no answer'));
          } else {
            resolve(value);
          }
        },
      );
    });
  const fetched = async (channel: Client, metadata: Metadata, { endpoint }: FlightInfo) => {
    const { path, requestSerialize } = flightService.DoGet;
    const stream = channel.makeServerStreamRequest(
      path,
      requestSerialize as (value: unknown) => Buffer,
      (bytes: Buffer) => bytes,
      endpoint[0]?.ticket,
      metadata,
    );
    let messages = 0;
    for await (const message of stream as AsyncIterable<Buffer>) {
      messages += message.length > 0 ? 1 : 0;
    }
    return messages;
  };

  it('is executed at GetFlightInfo, once, however often its answer is fetched', () =>
    raw(async (channel, metadata) => {
      const table = `once_${Date.now()}`;
      await info(channel, metadata, `CREATE TABLE ${table} (i INTEGER)`);
      const insert = await info(channel, metadata, `INSERT INTO ${table} VALUES (1), (2)`);
      const count = `SELECT count(*) FROM ${table}`;
      expect((await admin.query(count)).rows).toEqual([[2n]]);
      expect(await fetched(channel, metadata, insert)).toBe(2);
      expect(await fetched(channel, metadata, insert)).toBe(2);
      expect((await admin.query(count)).rows).toEqual([[2n]]);
      await info(channel, metadata, `INSERT INTO ${table} VALUES (3) RETURNING i`);
      await info(channel, metadata, `SELECT * FROM ${table}`);
      expect((await admin.query(count)).rows).toEqual([[2n]]);
    }));

  it('that fails is refused there; a ROLLBACK of nothing where its answer is fetched', () =>
    raw(async (channel, metadata) => {
      await expect(info(channel, metadata, 'COMMIT')).rejects.toMatchObject({
        code: status.UNKNOWN,
        details: expect.stringContaining('no transaction is active') as string,
      });
      const rollback = await info(channel, metadata, 'ROLLBACK');
      await expect(fetched(channel, metadata, rollback)).rejects.toMatchObject({
        code: status.UNKNOWN,
        details: expect.stringContaining('no transaction is active') as string,
      });
    }));
});

describe('a cancellation', () => {
  it.each(['cancelQuery', 'cancelFlightInfo'] as const)('by %s ends the query', (action) =>
    session(async (client, id) => {
      const query = await client.startQuery(endless);
      const head = (await query.nextBatch())?.length;
      expect(await client[action](query.info)).toBe('CANCELLED');
      await expect(count(query, head)).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
      expect(await client[action](query.info)).toBe('NOT_CANCELLABLE');
      await executions(id, endless).toEqual([['cancelled']]);
    }),
  );

  it('reaches a query that has no row yet, and frees the connection', () =>
    session(async (client, id) => {
      const query = await client.startQuery(long);
      const failed = query.nextBatch().catch((error: unknown) => error);
      await expect.poll(() => client.cancelQuery(query.info)).toBe('CANCELLED');
      expect(await failed).toMatchObject({ code: 'CANCELLED' });
      expect((await client.query('SELECT 1')).rows).toEqual([[1]]);
      await executions(id, long).toEqual([['cancelled']]);
    }));

  it('by the client, at whatever moment, frees the connection', () =>
    session(async (client) => {
      for (let i = 0; i < 20; i++) {
        const query = await client.startQuery(i % 2 ? long : endless);
        await sleep(i / 2);
        query.cancel();
        expect((await client.query(`SELECT ${i}`)).rows).toEqual([[i]]);
      }
    }));

  it('of an update by its deadline leaves nothing', async () => {
    const sql = `CREATE TABLE never AS ${long}`;
    const impatient = await connect(server, 500);
    await expect(impatient.update(sql)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await recorded(
      `SELECT status FROM _gizmosql_instr.execution_details WHERE sql_text = '${sql}'`,
    ).toEqual([['cancelled']]);
    impatient.close();
    await expect(admin.query('FROM never')).rejects.toThrow('does not exist');
  });
});

describe('a query that takes too long', () => {
  it('ends as timed out', async () => {
    const other = await openWorkshop();
    const limited = await other.start({ queryTimeoutSeconds: 1 });
    const message = 'Query exceeded the timeout of 1 seconds';
    const details = `SELECT status, error_message FROM _gizmosql_instr.execution_details
      WHERE sql_text = '${long}'`;
    await session(async (client) => {
      await expect(client.query(long)).rejects.toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        message,
      });
      await expect
        .poll(async () => (await client.query(details)).rows)
        .toEqual([['timeout', message]]);
    }, limited);
    await other.close();
  });
});

describe('a transaction', () => {
  it.each(['commit', 'rollback'] as const)('ends with %s', (end) =>
    session(async (client) => {
      const transaction = await client.beginTransaction();
      await client.update(`CREATE TABLE ${end}_it AS SELECT 1 AS x`, { transaction });
      expect((await client.query(`FROM ${end}_it`, { transaction })).rows).toEqual([[1]]);
      await client.endTransaction(transaction, end);
      const outcome = await admin.query(`FROM ${end}_it`).then(
        () => 'commit',
        () => 'rollback',
      );
      expect(outcome).toBe(end);
      const over = 'Transaction not found';
      await expect(client.query('SELECT 1', { transaction })).rejects.toThrow(over);
      await expect(client.endTransaction(transaction, end)).rejects.toThrow(over);
    }),
  );

  it('is not spoilt by the attempt to begin another', () =>
    session(async (client) => {
      const transaction = await client.beginTransaction();
      await client.update('CREATE TABLE unspoilt AS SELECT 1');
      await expect(client.beginTransaction()).rejects.toThrow('has an open transaction already');
      await client.endTransaction(transaction, 'commit');
      expect((await admin.query('FROM unspoilt')).rows).toEqual([[1]]);
    }));

  it('is not said to be committed when it was not', () =>
    session(async (client) => {
      const transaction = await client.beginTransaction();
      await client.update('CREATE TABLE uncommitted AS SELECT 1');
      await expect(client.query("SELECT 'x'::INTEGER")).rejects.toThrow('Conversion Error');
      await expect(client.endTransaction(transaction, 'commit')).rejects.toThrow('rolled back');
      await expect(client.query('FROM uncommitted')).rejects.toThrow('does not exist');
      await client.endTransaction(await client.beginTransaction(), 'rollback');
    }));
});

describe('bulk ingest', () => {
  const rows: TypedRows = {
    columns: [
      { name: 'b', type: 'VARCHAR' },
      { name: 'a', type: 'INTEGER' },
    ],
    rows: [
      ['x', 1],
      [null, 2],
    ],
  };
  const how = (ifNotExist: IfNotExist, ifExists: IfExists) => ({ ifNotExist, ifExists });
  const createNew = how(IfNotExist.CREATE, IfExists.FAIL);

  it('creates, appends by name, replaces, and fails as told', () =>
    session(async (client, id) => {
      const load = (tableDefinitionOptions: ReturnType<typeof how>) =>
        client.ingest({ table: 'loaded', tableDefinitionOptions }, rows);
      const content = async () => (await client.query('SELECT a, b FROM loaded ORDER BY ALL')).rows;
      await expect(load(how(IfNotExist.FAIL, IfExists.APPEND))).rejects.toThrow(
        'Table "loaded" does not exist',
      );
      expect(await load(createNew)).toBe(2n);
      expect(await load(how(IfNotExist.CREATE, IfExists.APPEND))).toBe(2n);
      expect(await content()).toEqual([
        [1, 'x'],
        [1, 'x'],
        [2, null],
        [2, null],
      ]);
      await expect(load(createNew)).rejects.toThrow('already exists');
      expect(await load(how(IfNotExist.FAIL, IfExists.REPLACE))).toBe(2n);
      expect(await content()).toEqual([
        [1, 'x'],
        [2, null],
      ]);
      await recorded(`SELECT prepare_success, prepare_error,
          regexp_replace(sql_text, 'temp.*', '…') FROM _gizmosql_instr.sql_statements
        WHERE session_id = '${id}' AND flight_method = 'DoPutCommandStatementIngest'
        ORDER BY created_time`).toEqual([
        [false, 'Table "loaded" does not exist', 'INSERT INTO "loaded" BY NAME SELECT * FROM …'],
        [true, null, 'CREATE TABLE "loaded" AS SELECT * FROM …'],
        [true, null, 'INSERT INTO "loaded" BY NAME SELECT * FROM …'],
        [false, 'Table "loaded" already exists', 'CREATE TABLE "loaded" AS SELECT * FROM …'],
        [true, null, 'CREATE OR REPLACE TABLE "loaded" AS SELECT * FROM …'],
      ]);
    }));

  it('finds its table by catalog and schema, or among the temporary ones, and leaves no other', () =>
    session(async (client) => {
      await client.update('CREATE SCHEMA aside');
      const load = (target: { catalog?: string; schema?: string; temporary?: boolean }) =>
        client.ingest({ table: 'placed', tableDefinitionOptions: createNew, ...target }, rows);
      expect(await load({ catalog: 'main_db', schema: 'aside' })).toBe(2n);
      expect(await load({ catalog: '', schema: '' })).toBe(2n);
      expect(await load({ temporary: true })).toBe(2n);
      expect(
        (
          await client.query(
            "SELECT database_name, schema_name FROM duckdb_tables() WHERE table_name = 'placed' ORDER BY ALL",
          )
        ).rows,
      ).toEqual([
        ['main_db', 'aside'],
        ['main_db', 'main'],
        ['temp', 'main'],
      ]);
      const temporary = 'SELECT table_name FROM duckdb_tables() WHERE temporary';
      expect((await client.query(temporary)).rows).toEqual([['placed']]);
    }));

  it('is refused where it does not say what to do', () =>
    session(async (client) => {
      await client.update('CREATE TABLE there AS SELECT 1 AS a');
      const load = (table: string) => client.ingest({ table }, rows);
      await expect(load('there')).rejects.toThrow('Table "there" already exists');
      await expect(load('elsewhere')).rejects.toThrow('Table "elsewhere" does not exist');
    }));

  it('changes nothing when it fails', () =>
    session(async (client) => {
      await client.update('CREATE TABLE strict (a INTEGER CHECK (a < 2), b VARCHAR)');
      const tableDefinitionOptions = how(IfNotExist.FAIL, IfExists.APPEND);
      const load = client.ingest({ table: 'strict', tableDefinitionOptions }, rows);
      await expect(load).rejects.toThrow(/constraint/i);
      expect((await client.query('FROM strict')).rows).toEqual([]);
      expect((await client.query('FROM duckdb_tables() WHERE temporary')).rows).toEqual([]);
    }));

  it('belongs to the open transaction', () =>
    session(async (client) => {
      const transaction = await client.beginTransaction();
      await client.ingest({ table: 'kept', tableDefinitionOptions: createNew }, rows);
      expect((await client.query('SELECT count(*) FROM kept')).rows).toEqual([[2n]]);
      const again = client.ingest({ table: 'kept', tableDefinitionOptions: createNew }, rows);
      await expect(again).rejects.toThrow('already exists');
      expect((await client.query('FROM duckdb_tables() WHERE temporary')).rows).toEqual([]);
      await client.endTransaction(transaction, 'rollback');
      await expect(client.query('FROM kept')).rejects.toThrow('does not exist');
    }));

  it('that breaks off leaves nothing, at whatever moment', async () => {
    const { channel, metadata } = await rawChannel();
    await admin.update('CREATE TABLE partial (b VARCHAR, a INTEGER)');
    const { schema, batch } = encodeRows(rows);
    for (let i = 0; i < 30; i++) {
      const call = put(channel, metadata, 'partial', schema);
      call.on('error', () => undefined);
      call.write(batch);
      await sleep(i % 3 === 0 ? 20 : i % 3);
      call.cancel();
    }
    // The session's next call waits until the last of them has ended.
    const call = put(channel, metadata, 'partial', schema);
    call.write(batch);
    call.end();
    await answered(call);
    channel.close();
    expect((await admin.query('SELECT count(*) FROM partial')).rows).toEqual([[2n]]);
  });

  it('of what is no Arrow data is the fault of its client', async () => {
    const { channel, metadata } = await rawChannel();
    const call = put(channel, metadata, 'garbage', Buffer.from('garbage garbage'));
    call.end();
    await expect(answered(call)).rejects.toThrow(/INVALID_ARGUMENT: The Arrow data cannot be read/);
    channel.close();
  });

  it('of a batch that holds less than it says loads nothing', async () => {
    const { channel, metadata } = await rawChannel();
    const { schema } = tableFromArrays({ a: Int32Array.of(1, 2, 3) });
    const layout = { rows: 9, nodes: [{ length: 9, nulls: 0 }], bodyLength: 16 };
    const buffers = [
      { offset: 0, length: 0 },
      { offset: 0, length: 12 },
    ];
    const call = put(channel, metadata, 'short', schemaHeader(schema));
    call.write(encodeFlightData(recordBatchHeader({ ...layout, buffers }), [Buffer.alloc(16)]));
    call.end();
    await expect(answered(call)).rejects.toThrow("'a' should hold 9 and holds 3");
    channel.close();
    await expect(admin.query('FROM short')).rejects.toThrow('does not exist');
  });

  function put(channel: Client, metadata: Metadata, table: string, dataHeader: Uint8Array) {
    const { path, requestSerialize, responseDeserialize } = flightService.DoPut;
    const call: ClientDuplexStream<OutgoingFlightData, PutResult> = channel.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      metadata,
    );
    const cmd = packCommand(CommandStatementIngestSchema, {
      table,
      tableDefinitionOptions: how(IfNotExist.CREATE, IfExists.APPEND),
    });
    call.write(
      create(FlightDataSchema, {
        flightDescriptor: { type: FlightDescriptor_DescriptorType.CMD, cmd },
        dataHeader,
      }),
    );
    return call;
  }
});

describe('a session', () => {
  it('has a catalog and a schema that can be set', () =>
    session(async (client) => {
      expect(await client.getSessionOptions()).toEqual({ catalog: 'main_db', schema: 'main' });
      const schema = `o'dd "one"`;
      await client.update(`CREATE SCHEMA "o'dd ""one"""`);
      expect(await client.setSessionOptions({ schema })).toEqual({});
      expect((await client.query('SELECT current_schema()')).rows).toEqual([[schema]]);
      expect(
        await client.setSessionOptions({ catalog: 'nowhere', schema: 5n, colour: 'red' }),
      ).toEqual({ catalog: 'INVALID_VALUE', schema: 'INVALID_VALUE', colour: 'INVALID_NAME' });
      expect(await client.getSessionOptions()).toEqual({ catalog: 'main_db', schema });
      await client.update("ATTACH ':memory:' AS another");
      expect(await client.setSessionOptions({ catalog: 'another' })).toEqual({});
      expect(await client.getSessionOptions()).toEqual({ catalog: 'another', schema: 'main' });
    }));

  it('that is closed is over: its token opens no other', () =>
    session(async (client, id) => {
      expect(await client.closeSession()).toBe('CLOSED');
      await expect(client.query('SELECT 1')).rejects.toThrow('Your session is closed.');
      await recorded(
        `SELECT status, stop_reason FROM _gizmosql_instr.sessions WHERE session_id = '${id}'`,
      ).toEqual([['closed', 'closed by the client']]);
    }));

  it('may be closed while nobody reads its result', () =>
    session(async (client, id) => {
      const query = await client.startQuery(endless);
      await query.nextBatch();
      await sleep(300); // Until every buffer on the way is full.
      expect(await client.closeSession()).toBe('CLOSED');
      await executions(id, endless).toEqual([['cancelled']]);
    }));

  it('that is killed is refused, and what runs in it cancelled', () =>
    session(async (client, id) => {
      const failed = client.query(long).catch((error: unknown) => error);
      await executions(id, long).toEqual([['executing']]);
      expect((await admin.query(`KILL SESSION '${id}'`)).columns).toEqual(['result']);
      const message = 'Your session has been killed. Please re-connect.';
      expect(await failed).toMatchObject({ message });
      await expect(client.query('SELECT 1')).rejects.toThrow(message);
      await executions(id, long).toEqual([['cancelled']]);
      await recorded(
        `SELECT status FROM _gizmosql_instr.sessions WHERE session_id = '${id}'`,
      ).toEqual([['killed']]);
      await expect(admin.query(`KILL SESSION '${id}'`)).rejects.toThrow('Session not found');
    }));

  it('cannot kill itself', () =>
    session(async (client, id) => {
      const kill = `kill session "${id.toUpperCase()}"`;
      await expect(client.query(kill)).rejects.toThrow('Cannot kill your own session');
    }));
});

describe('the access log', () => {
  it('has a line for every call, also for one that is given up', async () => {
    const from = workshop.lines.length;
    await session(async (client) => {
      await client.query('selec').catch(() => undefined);
      const query = await client.startQuery(endless);
      await query.nextBatch();
      query.cancel();
      await client.query('SELECT 1');
    });
    const calls = () =>
      workshop.lines
        .slice(from)
        .filter(({ msg }) => msg === 'rpc')
        .map(({ method, status }) => [method, status].join(' '));
    await expect
      .poll(calls)
      .toEqual(
        expect.arrayContaining([
          'Handshake OK',
          'GetFlightInfo OK',
          'GetFlightInfo INVALID_ARGUMENT',
          'DoGet CANCELLED',
          'DoGet OK',
        ]),
      );
  });
});

describe('what is not served', () => {
  it('is refused by its name', async () => {
    const { channel, metadata } = await rawChannel();
    const { path, requestSerialize, responseDeserialize } = flightService.DoAction;
    const call = channel.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      create(ActionSchema, { type: 'toString' }),
      metadata,
    );
    const refusal = "UNIMPLEMENTED: The action 'toString' is not served";
    await expect(answered(call)).rejects.toThrow(refusal);
    channel.close();
  });
});
