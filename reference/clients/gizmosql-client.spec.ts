import { FlightSQLClient, GIZMOSQL_SQL_INFO } from '@gizmodata/gizmosql-client';
import type { FlightSQLClientConfig } from '@gizmodata/gizmosql-client';
import {
  Action,
  FlightDescriptor,
} from '@gizmodata/gizmosql-client/dist/generated/proto/Flight_pb.js';
import type { Ticket } from '@gizmodata/gizmosql-client/dist/generated/proto/Flight_pb.js';
import type { Float64, Int64, Table, Utf8 } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Command, packCommand } from '../../protocol/command.js';
import {
  ActionClosePreparedStatementRequestSchema,
  ActionCreatePreparedStatementRequestSchema,
  ActionCreatePreparedStatementResultSchema,
  CommandGetExportedKeysSchema,
  CommandGetImportedKeysSchema,
  CommandGetPrimaryKeysSchema,
  CommandPreparedStatementQuerySchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { printValue } from '../../steps/client/plain-value.js';
import { decodeBatch } from '../../steps/client/result-table.js';
import { ReferenceTarget } from '../../steps/targets/reference.js';
import type { OwnedServer } from '../../steps/targets/target.js';
import { becomes } from '../../steps/visibility.js';
import { sampleValues } from './sample-values.js';

// npm's @gizmodata/gizmosql-client 1.4.3 against the reference, as far as that client goes. What its
// methods get wrong, read in its source, is done here with its transport and correct messages:
// - prepare and closePrepared hand a FlightDescriptor to DoAction, which its own serializer refuses
//   before anything is sent; executePrepared, getPrimaryKeys, getForeignKeys and getQuerySchema send
//   the bare command without the google.protobuf.Any that Flight SQL wraps it in;
// - doPut never reads the answer, so it does not end where there is one: no parameters, no updates
//   by DoPut; it sends updates as queries.

let server: OwnedServer;
let client: FlightSQLClient;

beforeAll(async () => {
  server = await new ReferenceTarget().start();
  client = connect();
});

afterAll(async () => {
  await client.close();
  await server.dispose();
});

function connect(login: Partial<FlightSQLClientConfig> = {}): FlightSQLClient {
  const { host, port, credentials } = server.address;
  return new FlightSQLClient({ host, port, plaintext: true, ...credentials.admin, ...login });
}

/** The rows, every value printed as SQL would write it. */
function printed(table: Table): string[][] {
  return table.batches.flatMap(decodeBatch).map((row) => row.map(printValue));
}

async function query(sql: string, from = client): Promise<string[][]> {
  return printed(await from.execute(sql));
}

/** Waits for the record of a session that has ended, and returns its status and reason. */
async function endOf(session: string): Promise<string[]> {
  const sql = `SELECT status, stop_reason FROM _gizmosql_instr.sessions
    WHERE session_id = ${session} AND stop_time IS NOT NULL`;
  const [row = []] = await becomes(
    {
      promised: 'the record of a session that ended is completed',
      sent: sql,
      look: () => query(sql),
      judge: (rows) => (rows.length === 1 ? undefined : 'it was not'),
    },
    10_000,
  );
  return row;
}

describe('logging in', () => {
  it('refuses a wrong password, an unknown user and no login at all, and says why', async () => {
    for (const login of [{ password: 'wrong' }, { username: 'nobody' }]) {
      const refused = connect(login);
      await expect(refused.connect()).rejects.toThrow('Invalid user name or password');
      await expect(refused.execute('SELECT 1')).rejects.toThrow('Invalid user name or password');
    }
    const { host, port } = server.address;
    const anonymous = new FlightSQLClient({ host, port, plaintext: true });
    await expect(anonymous.execute('SELECT 1')).rejects.toThrow(/authorization/i);
  });

  it('takes a signed token for the role that it names', async () => {
    const reader = connect(await server.login('alice', 'readonly'));
    expect(await query('SELECT GIZMOSQL_USER(), GIZMOSQL_ROLE()', reader)).toEqual([
      ["'alice'", "'readonly'"],
    ]);
    await expect(reader.execute('CREATE TABLE refused (i INTEGER)')).rejects.toThrow(/read-?only/i);
    await reader.close();
  });

  it('goes on in the same session with its bearer token', async () => {
    const session = 'SELECT GIZMOSQL_CURRENT_SESSION()';
    const first = await query(session);
    const again = connect({ token: bearerToken(client) });
    expect(await query(session, again)).toEqual(first);
  });

  it('works over TLS', async () => {
    const secure = await new ReferenceTarget().start({ tls: 'tls' });
    try {
      const { host, port, credentials } = secure.address;
      const over = new FlightSQLClient({ host, port, tlsSkipVerify: true, ...credentials.admin });
      expect(await query('SELECT 42', over)).toEqual([['42']]);
      await over.close();
    } finally {
      await secure.dispose();
    }
  });
});

/** The client keeps the token of its session to itself. */
function bearerToken(from: FlightSQLClient): string {
  const { metadata } = from as unknown as { metadata: { get(key: string): string[] } };
  return metadata.get('authorization')[0]?.replace('Bearer ', '') ?? '';
}

describe('queries', () => {
  it.each([
    ...sampleValues,
    { sql: "'b'::ENUM('a', 'b')", arrow: 'Dictionary<Uint8, Utf8>', printed: "'b'" },
  ])('$sql and its NULL arrive as $arrow', async ({ sql, arrow, printed: value }) => {
    const table = await client.execute(
      `SELECT v FROM (VALUES (0, ${sql}), (1, NULL)) t(i, v) ORDER BY i`,
    );
    expect(String(table.schema.fields[0]?.type)).toBe(arrow);
    expect(printed(table)).toEqual([[value], ['NULL']]);
  });

  it('names and types an empty result', async () => {
    const table = await client.execute("SELECT 1::BIGINT AS a, 'x' AS b WHERE false");
    expect(String(table.schema)).toBe('Schema<{ 0: a: Int64, 1: b: Utf8 }>');
    expect(table.numRows).toBe(0);
  });

  it('brings 200,000 rows complete and in order', async () => {
    const table = await client.execute(
      "SELECT i AS a, 'row number ' || i AS b, CASE WHEN i % 3 <> 0 THEN i / 4 END AS c FROM range(200000) t(i)",
    );
    expect(table.numRows).toBe(200_000);
    let wrong = 0;
    [...(table as Table<{ a: Int64; b: Utf8; c: Float64 }>)].forEach(({ a, b, c }, i) => {
      const right = a === BigInt(i) && b === `row number ${i}` && c === (i % 3 ? i / 4 : null);
      wrong += right ? 0 : 1;
    });
    expect(wrong).toBe(0);
  });

  it('says what the engine says of a bad query and of one that fails while it runs', async () => {
    await expect(client.execute('SELECT nope')).rejects.toThrow(
      'Referenced column "nope" was not found',
    );
    await expect(client.execute('SELECT 1; SELECT 2')).rejects.toThrow(/multiple statements/);
    const late =
      "SELECT CASE WHEN i < 150000 THEN i ELSE error('too far') END FROM range(200000) t(i)";
    await expect(client.execute(late)).rejects.toThrow('too far');
    expect(await query('SELECT 1')).toEqual([['1']]);
  });

  it('replaces the functions about the session', async () => {
    const [[user, role, session, instance, version] = []] = await query(
      'SELECT GIZMOSQL_USER(), GIZMOSQL_ROLE(), GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE(), GIZMOSQL_VERSION()',
    );
    expect([user, role, version]).toEqual(["'gizmosql_username'", "'admin'", "'v1.17.0'"]);
    expect(
      await query(
        `SELECT session_id, instance_id FROM _gizmosql_instr.sessions WHERE session_id = ${session ?? ''}`,
      ),
    ).toEqual([[session, instance]]);
  });
});

describe('changes', () => {
  it('makes, fills, changes and drops a table, and counts the rows', async () => {
    await client.execute('CREATE TABLE fruit (id INTEGER, name VARCHAR)');
    expect(await query("INSERT INTO fruit VALUES (1, 'apple'), (2, NULL), (3, 'fig')")).toEqual([
      ['3'],
    ]);
    expect(await query("UPDATE fruit SET name = 'pear' WHERE name IS NULL")).toEqual([['1']]);
    expect(await query('DELETE FROM fruit WHERE id = 1')).toEqual([['1']]);
    expect(await query('FROM fruit ORDER BY id')).toEqual([
      ['2', "'pear'"],
      ['3', "'fig'"],
    ]);
    await client.execute('DROP TABLE fruit');
    await expect(client.execute('FROM fruit')).rejects.toThrow('fruit does not exist');
  });

  it('keeps what belongs to a session from statement to statement', async () => {
    await client.execute('CREATE TABLE kept (i INTEGER)');
    await client.execute('BEGIN');
    await client.execute('INSERT INTO kept VALUES (1)');
    const other = connect();
    expect(await query('SELECT count(*) FROM kept', other)).toEqual([['0']]);
    await client.execute('ROLLBACK');
    expect(await query('SELECT count(*) FROM kept')).toEqual([['0']]);
    await client.execute('CREATE TEMP TABLE mine AS SELECT 1');
    await expect(other.execute('FROM mine')).rejects.toThrow('mine does not exist');
    await other.close();
  });
});

/** Runs a command by the client's own calls, wrapped as Flight SQL wants it. */
async function run(command: Uint8Array): Promise<string[][]> {
  const descriptor = new FlightDescriptor();
  descriptor.setType(FlightDescriptor.DescriptorType.CMD);
  descriptor.setCmd(command);
  const info = await client.getFlightInfo(descriptor);
  return printed(await client.doGet(info.getEndpointList()[0]?.getTicket() as Ticket));
}

async function act(type: string, body: Uint8Array): Promise<Uint8Array | undefined> {
  const action = new Action();
  action.setType(type);
  action.setBody(body);
  const [result] = await client.doAction(action);
  return result?.getBody_asU8();
}

describe('prepared statements', () => {
  it('runs one again and again until it is closed', async () => {
    const request = { query: 'SELECT 6 * 7 AS answer' };
    const body = await act(
      'CreatePreparedStatement',
      packCommand(ActionCreatePreparedStatementRequestSchema, request),
    );
    const made = Command.parse(body ?? new Uint8Array()).as(
      ActionCreatePreparedStatementResultSchema,
    );
    const handle = { preparedStatementHandle: made?.preparedStatementHandle ?? new Uint8Array() };
    const command = packCommand(CommandPreparedStatementQuerySchema, handle);
    expect(await run(command)).toEqual([['42']]);
    expect(await run(command)).toEqual([['42']]);
    await act(
      'ClosePreparedStatement',
      packCommand(ActionClosePreparedStatementRequestSchema, handle),
    );
    await expect(run(command)).rejects.toThrow(/prepared statement/i);
  });

  it('binds parameters with PREPARE and EXECUTE', async () => {
    await client.execute('PREPARE sums AS SELECT $1 + $2');
    expect(await query('EXECUTE sums(40, 2)')).toEqual([['42']]);
  });
});

describe('metadata', () => {
  beforeAll(async () => {
    await client.execute('CREATE SCHEMA shop');
    await client.execute('CREATE TABLE shop.orders (id INTEGER PRIMARY KEY, day DATE)');
    await client.execute(
      'CREATE TABLE shop.items (pos INTEGER, order_id INTEGER REFERENCES shop.orders (id), PRIMARY KEY (order_id, pos))',
    );
    await client.execute('CREATE VIEW shop.late AS FROM shop.orders');
  });

  it('lists catalogs, schemas and table types', async () => {
    expect(await client.getCatalogs()).toEqual(['_gizmosql_instr', 'main_db', 'temp']);
    expect(await client.getSchemas('main_db')).toEqual([
      { catalog: 'main_db', schema: 'main' },
      { catalog: 'main_db', schema: 'shop' },
    ]);
    expect(await client.getSchemas()).toContainEqual({
      catalog: '_gizmosql_instr',
      schema: 'main',
    });
    expect(await client.getTableTypes()).toEqual(expect.arrayContaining(['BASE TABLE', 'VIEW']));
  });

  it('lists tables by catalog, patterns and types', async () => {
    const named = (tables: { tableName: string }[]) => tables.map(({ tableName }) => tableName);
    expect(await client.getTables('main_db', 'sh_p', '%e%s')).toEqual(
      ['items', 'orders'].map((tableName) => ({
        catalog: 'main_db',
        schema: 'shop',
        tableName,
        tableType: 'BASE TABLE',
      })),
    );
    expect(named(await client.getTables('main_db', 'shop', undefined, ['VIEW']))).toEqual(['late']);
    expect(named(await client.getTables(undefined, undefined, 'order'))).toEqual([]);
    expect(await client.getTables('no_such_catalog')).toEqual([]);
  });

  it('knows primary and foreign keys', async () => {
    const items = { catalog: 'main_db', dbSchema: 'shop', table: 'items' };
    const orders = { ...items, table: 'orders' };
    const primary = await run(packCommand(CommandGetPrimaryKeysSchema, items));
    expect(primary.map((row) => row.slice(0, 5))).toEqual([
      ["'main_db'", "'shop'", "'items'", "'order_id'", '1'],
      ["'main_db'", "'shop'", "'items'", "'pos'", '2'],
    ]);
    const foreign = await run(packCommand(CommandGetImportedKeysSchema, items));
    expect(foreign.map((row) => row.slice(0, 9))).toEqual([
      [
        "'main_db'",
        "'shop'",
        "'orders'",
        "'id'",
        "'main_db'",
        "'shop'",
        "'items'",
        "'order_id'",
        '1',
      ],
    ]);
    expect(await run(packCommand(CommandGetExportedKeysSchema, orders))).toEqual(foreign);
    expect(await run(packCommand(CommandGetExportedKeysSchema, items))).toEqual([]);
  });

  it('tells about the server and what it can do', async () => {
    const [name, version] = [0, 1];
    expect(await client.getSqlInfo([name, version])).toEqual(
      new Map([
        [name, 'gizmosql'],
        [version, expect.stringMatching(/^duckdb v\d/)],
      ]),
    );
    const all = await client.getSqlInfo();
    expect(all.size).toBeGreaterThan(50);
    const { INSTRUMENTATION_ENABLED, INSTRUMENTATION_CATALOG, INSTRUMENTATION_SCHEMA } =
      GIZMOSQL_SQL_INFO;
    const ids: number[] = [
      INSTRUMENTATION_ENABLED,
      INSTRUMENTATION_CATALOG,
      INSTRUMENTATION_SCHEMA,
    ];
    expect([...(await client.getSqlInfo(ids)).values()]).toEqual([true, '_gizmosql_instr', 'main']);
    expect([...all.keys()].filter((id) => ids.includes(id))).toEqual([]);
    const actions = (await client.listActions()).map((action) => action.getType());
    expect(actions).toEqual(
      expect.arrayContaining(['CreatePreparedStatement', 'CancelQuery', 'CloseSession']),
    );
    await expect(client.listFlights()).rejects.toThrow('ListFlights');
    expect(await client.discoverOAuthUrl()).toBeNull();
  });
});

describe('the end of a session', () => {
  it('is on record when the client closes, and the token is worthless', async () => {
    const leaving = connect();
    const [[session = ''] = []] = await query('SELECT GIZMOSQL_CURRENT_SESSION()', leaving);
    const token = bearerToken(leaving);
    await leaving.close();
    expect(await endOf(session)).toEqual(["'closed'", expect.any(String)]);
    await expect(connect({ token }).execute('SELECT 1')).rejects.toThrow('session is closed');
  });

  it('is told to the client when somebody kills it', async () => {
    const victim = connect();
    const [[session = ''] = []] = await query('SELECT GIZMOSQL_CURRENT_SESSION()', victim);
    await client.execute(`KILL SESSION ${session}`);
    await expect(victim.execute('SELECT 1')).rejects.toThrow('Your session has been killed');
    expect((await endOf(session))[0]).toBe("'killed'");
    await expect(connect({ token: bearerToken(victim) }).execute('SELECT 1')).rejects.toThrow(
      'Your session has been killed',
    );
  });
});
