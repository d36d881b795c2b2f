import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createFlightSqlClient } from '@lakehouse-rs/flight-sql-client';
import type { ClientOptions, FlightSqlClient } from '@lakehouse-rs/flight-sql-client';
import { tableFromIPC } from 'apache-arrow';
import type { Float64, Int64, Table, Utf8 } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import { printValue } from '../../steps/client/plain-value.js';
import { decodeBatch } from '../../steps/client/result-table.js';
import { ReferenceTarget } from '../../steps/targets/reference.js';
import type { OwnedServer } from '../../steps/targets/target.js';
import { becomes } from '../../steps/visibility.js';
import { sampleValues } from './sample-values.js';

// npm's @lakehouse-rs/flight-sql-client 0.0.10 (Rust: arrow-flight 49) against the reference, as far
// as that client goes: queries, which it sends as prepared statements without parameters and never
// closes, and three metadata requests. It has no close: its session ends with its connection. Faults
// of its own, by what the server's log and its panics show:
// - a refused login makes a worker thread panic ("handshake: IpcError(... Unauthenticated ...)") and
//   the promise is never settled;
// - of a failure it tells only in which of its calls it happened, though the status that the server
//   sent has the engine's message (see the other client's tests, and the record below);
// - ENUM: it puts an empty batch of its own before the server's and writes both in Arrow's file
//   format, where a dictionary must not change: "failed to convert to buffer".

let server: OwnedServer;
let client: FlightSqlClient;

beforeAll(async () => {
  server = await new ReferenceTarget().start();
  client = await connect();
});

afterAll(async () => {
  await server.dispose();
});

function options(login: Partial<ClientOptions> = {}): ClientOptions {
  const { host, port } = server.address;
  return { host, port, tls: false, headers: [], ...login };
}

function connect(login: Partial<ClientOptions> | undefined = server.address.credentials.admin) {
  return settled(createFlightSqlClient(options(login)));
}

/** What the client promised, but with a deadline: it may never settle. */
async function settled<T>(promised: Promise<T>, patienceMs = 20_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, patienceMs, new Error('never settled'));
  });
  return Promise.race([promised, late]).finally(() => {
    clearTimeout(timer);
  });
}

async function table(answer: Promise<Buffer>) {
  return tableFromIPC(await settled(answer));
}

/** The rows, every value printed as SQL would write it. */
async function rows(answer: Promise<Buffer>): Promise<string[][]> {
  return (await table(answer)).batches.flatMap(decodeBatch).map((row) => row.map(printValue));
}

describe('logging in', () => {
  it('does not get in with a wrong password', async () => {
    const patienceMs = 2_000;
    const wrong = { ...server.address.credentials.admin, password: 'wrong' };
    await expect(settled(createFlightSqlClient(options(wrong)), patienceMs)).rejects.toThrow();
    expect(server.log()).toContain('Invalid user name or password');
  });

  it('takes a signed token for the role that it names', async () => {
    const { username, password } = await server.login('alice', 'readonly');
    const reader = await connect({ username, password });
    expect(await rows(reader.query('SELECT GIZMOSQL_USER(), GIZMOSQL_ROLE()'))).toEqual([
      ["'alice'", "'readonly'"],
    ]);
    await expect(rows(reader.query('CREATE TABLE refused (i INTEGER)'))).rejects.toThrow();
    expect(await rows(client.getTables({ tableNameFilterPattern: 'refused' }))).toEqual([]);
  });
});

describe('queries', () => {
  it.each(sampleValues)('$sql and its NULL arrive as $arrow', async ({ sql, arrow, printed }) => {
    // A client of its own: one that has panicked is no use to the next test.
    const reader = await connect();
    const query = `SELECT v FROM (VALUES (0, ${sql}), (1, NULL)) t(i, v) ORDER BY i`;
    const answer = settled(reader.query(query), 5_000);
    expect(String((await table(answer)).schema.fields[0]?.type)).toBe(arrow);
    expect(await rows(answer)).toEqual([[printed], ['NULL']]);
  });

  it('names and types an empty result', async () => {
    const empty = await table(client.query("SELECT 1::BIGINT AS a, 'x' AS b WHERE false"));
    expect(String(empty.schema)).toBe('Schema<{ 0: a: Int64, 1: b: Utf8 }>');
    expect(empty.numRows).toBe(0);
  });

  it('brings 200,000 rows complete and in order', async () => {
    const many = await table(
      client.query(
        "SELECT i AS a, 'row number ' || i AS b, CASE WHEN i % 3 <> 0 THEN i / 4 END AS c FROM range(200000) t(i)",
      ),
    );
    expect(many.numRows).toBe(200_000);
    let wrong = 0;
    [...(many as Table<{ a: Int64; b: Utf8; c: Float64 }>)].forEach(({ a, b, c }, i) => {
      const right = a === BigInt(i) && b === `row number ${i}` && c === (i % 3 ? i / 4 : null);
      wrong += right ? 0 : 1;
    });
    expect(wrong).toBe(0);
  });

  it('goes on and on: it drops each prepared answer half-read, which HTTP/2 servers may mind', async () => {
    const patient = await connect();
    for (let i = 0; i < 1_300; i++) {
      await settled(patient.query('SELECT 1'));
    }
  });

  it('fails where the server refuses, and the record says why', async () => {
    await expect(rows(client.query('SELECT nope'))).rejects.toThrow('failed to prepare statement');
    const sql =
      "SELECT prepare_error FROM _gizmosql_instr.sql_statements WHERE sql_text = 'SELECT nope'";
    const [[why] = []] = await becomes(
      {
        promised: 'the statement is on record',
        sent: sql,
        look: () => rows(client.query(sql)),
        judge: (found) => (found.length === 1 ? undefined : `there are ${found.length}`),
      },
      10_000,
    );
    expect(why).toContain('Referenced column "nope" was not found');
  });

  it('gets no result when the query fails after its first rows, and goes on', async () => {
    const late =
      "SELECT CASE WHEN i < 150000 THEN i ELSE error('too far') END FROM range(200000) t(i)";
    let outcome = 'none yet'; // And may stay so: a worker thread of the client panics.
    client.query(late).then(
      () => (outcome = 'a result'),
      () => (outcome = 'a failure'),
    );
    const sql = `SELECT status, error_message FROM _gizmosql_instr.execution_details WHERE sql_text LIKE '%too far%' AND sql_text LIKE 'SELECT CASE%'`;
    await becomes(
      {
        promised: 'the failure is on record',
        sent: sql,
        look: () => rows(client.query(sql)),
        judge: (found) =>
          String(found) === "'error','Invalid Input Error: too far'" ? undefined : String(found),
      },
      10_000,
    );
    expect(await rows(client.query('SELECT 1'))).toEqual([['1']]);
    expect(outcome).not.toBe('a result');
  });

  it('replaces the functions about the session', async () => {
    const [[user, role, session, instance, version] = []] = await rows(
      client.query(
        'SELECT GIZMOSQL_USER(), GIZMOSQL_ROLE(), GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE(), GIZMOSQL_VERSION()',
      ),
    );
    expect([user, role, version]).toEqual(["'gizmosql_username'", "'admin'", "'v1.17.0'"]);
    expect(
      await rows(
        client.query(
          `SELECT session_id, instance_id FROM _gizmosql_instr.sessions WHERE session_id = ${session ?? ''}`,
        ),
      ),
    ).toEqual([[session, instance]]);
  });

  it('changes tables, in a transaction too', async () => {
    await table(client.query('CREATE TABLE fruit (id INTEGER, name VARCHAR)'));
    expect(await rows(client.query("INSERT INTO fruit VALUES (1, 'fig'), (2, NULL)"))).toEqual([
      ['2'],
    ]);
    await table(client.query('BEGIN'));
    expect(await rows(client.query('DELETE FROM fruit'))).toEqual([['2']]);
    await table(client.query('ROLLBACK'));
    expect(await rows(client.query('FROM fruit ORDER BY id'))).toEqual([
      ['1', "'fig'"],
      ['2', 'NULL'],
    ]);
  });
});

describe('metadata', () => {
  beforeAll(async () => {
    await table(client.query('CREATE SCHEMA shop'));
    await table(client.query('CREATE TABLE shop.orders (id INTEGER PRIMARY KEY, day DATE)'));
    await table(client.query('CREATE VIEW shop.late AS FROM shop.orders'));
  });

  it('lists catalogs and schemas', async () => {
    expect(await rows(client.getCatalogs())).toEqual([
      ["'_gizmosql_instr'"],
      ["'main_db'"],
      ["'temp'"],
    ]);
    expect(await rows(client.getDbSchemas({ catalog: 'main_db' }))).toEqual([
      ["'main_db'", "'main'"],
      ["'main_db'", "'shop'"],
    ]);
    expect(await rows(client.getDbSchemas({ dbSchemaFilterPattern: 'sh_p' }))).toEqual([
      ["'main_db'", "'shop'"],
    ]);
  });

  it('lists tables by catalog, patterns and types', async () => {
    const shop = { catalog: 'main_db', dbSchemaFilterPattern: 'shop' };
    const orders = ["'main_db'", "'shop'", "'orders'", "'BASE TABLE'"];
    const late = ["'main_db'", "'shop'", "'late'", "'VIEW'"];
    expect(await rows(client.getTables(shop))).toEqual([late, orders]);
    expect(await rows(client.getTables({ ...shop, tableNameFilterPattern: 'o%' }))).toEqual([
      orders,
    ]);
    expect(await rows(client.getTables({ ...shop, tableTypes: ['VIEW'] }))).toEqual([late]);
    expect(await rows(client.getTables({ ...shop, catalog: 'no_such_catalog' }))).toEqual([]);
  });

  it("includes the tables' schemas on request", async () => {
    const found = await table(
      client.getTables({ tableNameFilterPattern: 'orders', includeSchema: true }),
    );
    expect(found.numRows).toBe(1);
    const bytes = found.getChild('table_schema')?.get(0) as Uint8Array;
    expect(decodeSchema(bytes).fields.map(String)).toEqual(['id: Int32', 'day: Date32<DAY>']);
  });
});

describe('the end of a session', () => {
  it('leaves a killed client outside', async () => {
    const victim = await connect();
    const [[session = ''] = []] = await rows(victim.query('SELECT GIZMOSQL_CURRENT_SESSION()'));
    await table(client.query(`KILL SESSION ${session}`));
    await expect(rows(victim.query('SELECT 1'))).rejects.toThrow('failed to prepare statement');
    expect(await endOf(session)).toBe("'killed'");
  });

  it('does not come with that of its program', async () => {
    const program = `
      import { createFlightSqlClient } from '@lakehouse-rs/flight-sql-client';
      import { tableFromIPC } from 'apache-arrow';
      const client = await createFlightSqlClient(JSON.parse(process.argv[1]));
      const table = tableFromIPC(await client.query('SELECT GIZMOSQL_CURRENT_SESSION() AS id'));
      console.log(table.get(0).id);`;
    const login = JSON.stringify(options(server.address.credentials.admin));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program, login],
      { cwd: import.meta.dirname, timeout: 30_000 },
    );
    const session = stdout.trim();
    const left = (line: string) =>
      line.includes('session without connection') && line.includes(session);
    await expect.poll(() => server.log().split('\n').some(left), { timeout: 10_000 }).toBe(true);
    const sql = `SELECT status FROM _gizmosql_instr.sessions WHERE session_id = '${session}'`;
    const [[status] = []] = await rows(client.query(sql));
    expect(status).toBe("'active'");
  });
});

/** Waits for the record of a session that has ended, and returns its status. */
async function endOf(session: string): Promise<string | undefined> {
  const sql = `SELECT status FROM _gizmosql_instr.sessions
    WHERE session_id = ${session} AND stop_time IS NOT NULL`;
  const [[status] = []] = await becomes(
    {
      promised: 'the record of a session that ended is completed',
      sent: sql,
      look: () => rows(client.query(sql)),
      judge: (found) => (found.length === 1 ? undefined : 'it was not'),
    },
    10_000,
  );
  return status;
}
