import { StatementType } from '@duckdb/node-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightSqlClient } from '../../steps/client/flight-sql-client.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import { useWorkshop } from '../server-fixture.js';
import { CheckedQuery } from './checked-query.js';

const workshop = useWorkshop();
let client: FlightSqlClient;
/** The name of the main database. */
let main: string;

beforeEach(async () => {
  client = await workshop.connect(await workshop.start());
  main = (await client.query('SELECT current_catalog()')).rows[0]?.[0] as string;
});

async function all(statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    await client.query(sql);
  }
}

describe('a prepared statement is asked about again when names may stand for something else', () => {
  it.each([
    ['by USE', () => ['USE _gizmosql_instr']],
    [
      'by USE, once the engine has to bind it anew',
      () => ['USE _gizmosql_instr', `CREATE TABLE ${main}.main.other (a INTEGER)`],
    ],
    [
      'by the search path and a dropped table',
      () => [
        `SET search_path = '${main}.main,_gizmosql_instr.main'`,
        `DROP TABLE ${main}.main.sql_executions`,
      ],
    ],
  ])('%s', async (_, changes) => {
    await client.query('CREATE TABLE sql_executions (status VARCHAR)');
    const prepared = await client.prepare("DELETE FROM sql_executions WHERE status = 'success'");
    expect(await prepared.update()).toBe(0n);
    await all(changes());
    await expect(prepared.update()).rejects.toThrow(/Cannot modify the instrumentation database/);
    await expect(prepared.query()).rejects.toThrow(/Cannot modify the instrumentation database/);
  });
});

it('a prepared CREATE MACRO may be executed more than once', async () => {
  const prepared = await client.prepare('CREATE OR REPLACE MACRO seven() AS 7');
  await prepared.update();
  await prepared.update();
  await prepared.query();
  await prepared.close();
  expect((await client.query('SELECT seven()')).rows).toEqual([[7]]);
});

it('a prepared statement has the columns of now, in what is announced and in what is sent', async () => {
  await client.query('CREATE TABLE t (a INTEGER)');
  await client.query('INSERT INTO t VALUES (1)');
  const prepared = await client.prepare('FROM t');
  expect((await prepared.query()).columns).toEqual(['a']);
  await client.query("ALTER TABLE t ADD COLUMN b VARCHAR DEFAULT 'x'");
  const { columns, rows } = await prepared.query();
  expect([columns, rows]).toEqual([['a', 'b'], [[1, 'x']]]);
  await client.query('DROP TABLE t');
  await expect(prepared.query()).rejects.toThrow(/Table with name t does not exist/);
});

it('a session that is set to another catalog asks again', async () => {
  await client.query('CREATE TABLE sessions (status VARCHAR)');
  const prepared = await client.prepare('DELETE FROM sessions');
  expect(await prepared.update()).toBe(0n);
  expect(await client.setSessionOptions({ catalog: '_gizmosql_instr' })).toEqual({});
  await expect(prepared.update()).rejects.toThrow(/Cannot modify the instrumentation database/);
});

describe('CheckedQuery', () => {
  /** What was done with the queries that were prepared, the first of them called a. */
  let done: string[];
  let changes: number;
  let refused: boolean;
  /** Whether names change as a statement begins to run, until it was prepared so often. */
  let changing: number;
  /** What only the parameters decide. */
  let asksLater: boolean;
  let type: StatementType;

  beforeEach(() => {
    type = StatementType.CREATE;
    done = [];
    changes = 1;
    refused = false;
    changing = 0;
    asksLater = false;
  });

  /** A result that is only ever given up. */
  function freed(name: string): Pick<AsyncGenerator, 'return'> {
    return {
      return: () => {
        done.push(`free ${name}`);
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  function query(name: string, runsOnce: boolean): PreparedQuery {
    const does = (what: string) => () => {
      if (changing > 0) {
        changing--;
        changes++;
      }
      return Promise.resolve(done.push(`${what} ${name}`));
    };
    const fake = {
      type,
      runsOnce,
      ownChanges: 0,
      parameterCount: asksLater ? 1 : 0,
      stream: async () => {
        await does('stream')();
        return { batches: () => freed(name) };
      },
      update: does('update'),
      schema: does('schema'),
      close: () => done.push(`close ${name}`),
    };
    return fake as unknown as PreparedQuery;
  }

  function checked({ runsOnce = false, distrustful = false } = {}): Promise<CheckedQuery> {
    const names = ['b', 'c', 'd', 'e'];
    return CheckedQuery.of(query('a', runsOnce), {
      prepare: () => Promise.resolve(query(names.shift() ?? '', runsOnce)),
      ask: ({ parameters, later }) => {
        done.push(parameters ? 'ask with parameters' : 'ask');
        if (asksLater) {
          later?.();
        }
        return refused ? Promise.reject(new Error('no')) : Promise.resolve();
      },
      route: (prepared) => Promise.resolve(prepared),
      tell: (failure) => Promise.resolve(new Failure('permission', `told: ${failure.message}`)),
      changes: () => changes,
      distrustful,
    });
  }

  it('is prepared anew and asked about after each change', async () => {
    const statement = await checked();
    expect(statement.type).toBe(StatementType.CREATE);
    await statement.update();
    await statement.stream();
    changes++;
    await statement.update();
    await statement.update();
    statement.close();
    expect(done).toEqual([
      ...['ask', 'update a', 'stream a'],
      ...['close a', 'ask', 'update b', 'update b', 'close b'],
    ]);
  });

  it('does not run once it is refused, and is asked about until it is not', async () => {
    const statement = await checked();
    [changes, refused] = [2, true];
    await expect(statement.update()).rejects.toThrow('no');
    await expect(statement.stream()).rejects.toThrow('no');
    refused = false;
    await statement.update();
    expect(done).toEqual(['ask', 'close a', 'ask', 'close b', 'ask', 'close c', 'ask', 'update d']);
    refused = true;
    await expect(checked()).rejects.toThrow('no');
  });

  it('is prepared anew for another execution where the engine runs it only once', async () => {
    const statement = await checked({ runsOnce: true });
    await statement.update();
    await statement.stream();
    await statement.update();
    expect(done).toEqual([
      ...['ask', 'update a'],
      ...['close a', 'ask', 'stream b'],
      ...['close b', 'ask', 'update c'],
    ]);
  });

  it('runs what may have an effect once, whatever changed while it began', async () => {
    const statement = await checked({ distrustful: true });
    changing = 2;
    await statement.stream();
    expect(done).toEqual(['ask', 'stream a']);
  });

  it('hands on nothing of a result whose names changed while it began, and frees what that held', async () => {
    type = StatementType.SELECT;
    const statement = await checked({ distrustful: true });
    changing = 2;
    await statement.stream();
    expect(done).toEqual([
      ...['ask', 'stream a', 'free a'],
      ...['close a', 'ask', 'stream b', 'free b'],
      ...['close b', 'ask', 'stream c'],
    ]);
    changing = Infinity;
    await expect(statement.stream()).rejects.toThrow('changes all the time');
  });

  it('is asked about again with its parameters, which may change what it does', async () => {
    asksLater = true;
    const statement = await checked({ distrustful: true });
    await statement.stream({ values: [], types: [] });
    expect(done).toEqual(['ask', 'ask with parameters', 'stream a']);
  });

  it("words the engine's refusal to write to what is attached to read only", async () => {
    const statement = await checked();
    const words =
      'Cannot execute statement of type "INSERT" on database "x" which is attached in read-only mode!';
    const failing = Object.assign(query('x', false), {
      update: () => Promise.reject(new Error(words)),
    });
    const routed = await CheckedQuery.of(failing, {
      prepare: () => Promise.reject(new Error('no')),
      ask: () => Promise.resolve(),
      route: (prepared) => Promise.resolve(prepared),
      tell: (failure) => Promise.resolve(new Failure('permission', `told: ${failure.message}`)),
      changes: () => 1,
      distrustful: false,
    });
    await expect(routed.update()).rejects.toThrow(`told: ${words}`);
    statement.close();
  });

  it('has the schema of now', async () => {
    const statement = await checked();
    expect(statement.isStale).toBe(false);
    await statement.schema();
    changes++;
    expect(statement.isStale).toBe(true);
    await statement.schema();
    expect(statement.isStale).toBe(false);
    await statement.schema();
    expect(done).toEqual(['ask', 'schema a', 'close a', 'ask', 'schema b', 'schema b']);
  });
});
