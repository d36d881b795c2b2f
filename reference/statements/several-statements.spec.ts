import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import type { Role } from '../access/identity.js';
import { openRolesServer } from '../roles-fixture.js';
import type { RolesServer } from '../roles-fixture.js';

let server: RolesServer;
let admin: FlightSqlClient;
const as = (role: Role) => server.as(role);

beforeEach(async () => {
  server = await openRolesServer();
  admin = await as('admin');
});
afterEach(() => server.close());

const rowsOf = async (client: FlightSqlClient, sql: string) => (await client.query(sql)).rows;

describe('several statements in one text', () => {
  it('are executed in order, each on what those before it made; the answer is the last one’s', async () => {
    const sql = `CREATE TABLE t (a INTEGER); -- one; two
      INSERT INTO t VALUES (1), (2);
      INSERT INTO t SELECT a + 10 FROM t WHERE 'x;y' <> $$;$$;
      SELECT sum(a) AS total FROM t;;`;
    const { columns, rows } = await admin.query(sql);
    expect([columns, rows.map((row) => row.map(String))]).toEqual([['total'], [['26']]]);
    expect(await admin.update('DELETE FROM t WHERE a = 1; DELETE FROM t')).toBe(3n);
  });

  it('have one row in sql_statements, with the text as it was sent, and one execution', async () => {
    const sql = 'CREATE TABLE t (a INTEGER); SELECT 5 AS five';
    await admin.update(sql);
    await expect
      .poll(() =>
        rowsOf(
          admin,
          `SELECT sql_text, prepare_success, status FROM _gizmosql_instr.execution_details JOIN
             _gizmosql_instr.sql_statements USING (statement_id, sql_text) WHERE sql_text LIKE 'CREATE TABLE t%'`,
        ),
      )
      .toEqual([[sql, true, 'success']]);
  });

  it('end with the first that fails; what those before it did stays', async () => {
    await expect(
      admin.query("CREATE TABLE t (a INTEGER); SELECT 'x'::INTEGER; DROP TABLE t"),
    ).rejects.toThrow(/Conversion Error/);
    expect(await rowsOf(admin, 'FROM t')).toEqual([]);
  });

  it('may be a transaction, which fails as one', async () => {
    await admin.query('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    await admin.query('BEGIN; INSERT INTO t VALUES (1); COMMIT');
    await expect(admin.query('BEGIN; INSERT INTO t VALUES (2), (1); COMMIT')).rejects.toThrow(
      /Constraint Error/,
    );
    await expect(admin.query('COMMIT')).rejects.toThrow('rolled back');
    expect(await rowsOf(admin, 'FROM t')).toEqual([[1]]);
  });

  it('may be prepared, and executed more than once', async () => {
    await admin.query('CREATE SEQUENCE s');
    const prepared = await admin.prepare("SELECT nextval('s'); SELECT nextval('s') AS n");
    expect((await prepared.query()).rows).toEqual([[2n]]);
    expect((await prepared.query()).rows).toEqual([[4n]]);
    await prepared.close();
  });

  it('may set what is the server’s, and end no session', async () => {
    await admin.query('SET gizmosql.query_timeout = 60; SELECT 1');
    await expect(admin.query("SELECT 1; KILL SESSION 'x'")).rejects.toThrow(/syntax error/);
  });

  it('take no parameters', async () => {
    await expect(admin.prepare('SELECT 1; SELECT ?')).rejects.toThrow('cannot have parameters');
  });

  it.each([
    'SELECT 1; DELETE FROM _gizmosql_instr.main.sessions',
    "CREATE TABLE t AS SELECT 1; DELETE FROM _gizmosql_instr.sessions; SELECT E'a\\';'",
    'USE _gizmosql_instr.main; DELETE FROM sessions',
    'BEGIN; DELETE FROM _gizmosql_instr.main.sessions; COMMIT',
  ])('are each a matter for the guard: %s', async (sql) => {
    await expect(admin.query(sql)).rejects.toThrow(/Cannot modify the instrumentation database/);
    await expect
      .poll(() => rowsOf(admin, 'SELECT count(*) > 0 FROM _gizmosql_instr.main.sessions'))
      .toEqual([[true]]);
  });

  it('read nothing that the role may not read', async () => {
    const user = await as('user');
    for (const sql of [
      'SELECT 1; FROM _gizmosql_instr.main.sessions',
      'CREATE VIEW v AS FROM _gizmosql_instr.main.sessions; FROM v',
      'USE _gizmosql_instr.main; FROM sessions',
    ]) {
      await expect(user.query(sql)).rejects.toThrow(/Only admin users can query/);
    }
  });

  it('of a role that may not write are all looked at before the first runs', async () => {
    const readonly = await as('readonly');
    await admin.query('CREATE SEQUENCE s; CREATE TABLE t (a INTEGER)');
    expect(await rowsOf(readonly, 'SELECT 1; SELECT 2 AS two')).toEqual([[2]]);
    for (const sql of [
      'SELECT 1; INSERT INTO t VALUES (1)',
      'USE memory; CREATE TABLE x AS SELECT 1',
    ]) {
      await expect(readonly.query(sql)).rejects.toThrow();
    }
    await expect(readonly.query('SET VARIABLE x = 1; DELETE FROM t')).rejects.toThrow(
      /readonly role/,
    );
    expect(await rowsOf(readonly, "SELECT getvariable('x')")).toEqual([[null]]);
  });
});

describe('PIVOT without IN', () => {
  beforeEach(async () => {
    await admin.query(`CREATE TABLE sales (city VARCHAR, year INTEGER, amount INTEGER);
      INSERT INTO sales VALUES ('Bonn', 2024, 1), ('Bonn', 2025, 2), ('Ulm', 2025, 4)`);
  });

  it('has a column for each value', async () => {
    const { columns, rows } = await admin.query(
      'PIVOT sales ON year USING sum(amount) ORDER BY city',
    );
    expect(columns).toEqual(['city', '2024', '2025']);
    expect(rows.map((row) => row.map(String))).toEqual([
      ['Bonn', '1', '2'],
      ['Ulm', 'null', '4'],
    ]);
  });

  it('makes a table, in a transaction of the client’s or of its own', async () => {
    const make = 'CREATE OR REPLACE TABLE wide AS PIVOT sales ON year USING sum(amount)';
    await admin.query(make);
    expect((await rowsOf(admin, 'SELECT count(*) FROM wide')).map(String)).toEqual(['2']);
    await admin.query('DROP TABLE wide');
    await admin.query('BEGIN');
    await admin.query(make);
    await admin.query('ROLLBACK');
    await expect(admin.query('FROM wide')).rejects.toThrow(/does not exist/);
  });

  it('may be read by every role, and makes nothing for one that may not write', async () => {
    const readonly = await as('readonly');
    expect(await rowsOf(readonly, 'FROM (PIVOT sales ON year USING sum(amount))')).toHaveLength(2);
    await expect(
      readonly.query('CREATE TABLE wide AS PIVOT sales ON year USING sum(amount)'),
    ).rejects.toThrow(/readonly role/);
    await expect(
      readonly.query('INSERT INTO sales PIVOT sales ON year USING sum(amount)'),
    ).rejects.toThrow(/readonly role/);
  });

  it('reads no records for other roles than admin, not through a view either', async () => {
    const user = await as('user');
    await admin.query('CREATE VIEW hidden AS FROM _gizmosql_instr.main.sessions');
    for (const source of ['_gizmosql_instr.main.sessions', 'hidden', '(FROM hidden)']) {
      await expect(user.query(`PIVOT ${source} ON role USING count(*)`)).rejects.toThrow(
        /Only admin users can query/,
      );
    }
    expect((await admin.query('PIVOT hidden ON role USING count(*)')).rows.length).toBeGreaterThan(
      0,
    );
  });
});
