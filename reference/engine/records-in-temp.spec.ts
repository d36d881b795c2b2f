import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wasInterrupted } from './engine-error.js';
import { openTwoEngines } from './records-fixture.js';
import type { TwoEngines } from './records-fixture.js';
import { withRecordsCopied } from './records-in-temp.js';

let engines: TwoEngines;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'records-in-temp-'));
  engines = await openTwoEngines();
});
afterEach(async () => {
  await engines.close();
  await rm(folder, { recursive: true });
});

async function temporaries(): Promise<unknown[]> {
  return engines.client.rows(
    `SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE '%s%'`,
  );
}

/** Runs the statement on the copies and drops them; false: it could not be had. */
async function run(sql: string): Promise<boolean> {
  const before = await temporaries();
  const copies = await withRecordsCopied({ ...engines, sql });
  if (copies) {
    try {
      await engines.client.execute(copies.sql);
    } finally {
      await copies.drop();
    }
  } else {
    expect(await temporaries()).toStrictEqual(before);
  }
  return copies !== null;
}

async function rows(sql: string): Promise<unknown[][]> {
  return (await engines.client.rows(sql)).map((row) => row.map(String));
}

const sessions = '_gizmosql_instr.main.sessions';
const target = 'CREATE TABLE r (a INTEGER, b VARCHAR)';

const effects: readonly (readonly [
  what: string,
  setUp: readonly string[],
  sql: string,
  question: string,
  rows: unknown[][],
])[] = [
  [
    'CREATE TABLE AS',
    [],
    `CREATE TABLE z AS FROM ${sessions} ORDER BY 1 LIMIT 1`,
    'FROM z',
    [['1', 'ann', 'active']],
  ],
  [
    'CREATE TEMP TABLE of the same name',
    [],
    `CREATE TEMP TABLE sessions AS FROM ${sessions}`,
    'SELECT count(*) FROM temp.main.sessions',
    [['3']],
  ],
  [
    'INSERT into a table of the same name',
    ['CREATE TABLE sessions (n VARCHAR)'],
    `INSERT INTO sessions SELECT sessions.username FROM ${sessions} WHERE sessions.status = 'closed'`,
    'FROM memory.sessions',
    [['bob']],
  ],
  [
    'INSERT of a join, with column references in full, quotes, cases and comments',
    [target, 'CREATE TABLE t AS SELECT 3 AS i'],
    `INSERT INTO r SELECT "_GIZMOSQL_instr" . /* _gizmosql_instr.main.sessions */ Main."sessions".session_id, '${sessions}'
     FROM _gizmosql_Instr.MAIN.Sessions, t -- ${sessions}
     WHERE _gizmosql_instr.main.sessions.session_id = t.i`,
    'FROM r',
    [['3', sessions]],
  ],
  [
    'a path without a schema and a name of the client’s',
    [target],
    `INSERT INTO r SELECT s.session_id, x.sql_text FROM _gizmosql_instr.sessions s JOIN _gizmosql_instr.sql_statements AS x USING (session_id) WHERE s.session_id = 2`,
    'FROM r',
    [['2', 'SELECT 2']],
  ],
  [
    'UPDATE',
    [target, "INSERT INTO r VALUES (1, ''), (9, '')"],
    `UPDATE r SET b = username FROM ${sessions} WHERE a = sessions.session_id`,
    'FROM r ORDER BY 1',
    [
      ['1', 'ann'],
      ['9', ''],
    ],
  ],
  [
    'DELETE',
    [target, "INSERT INTO r VALUES (1, ''), (9, '')"],
    `DELETE FROM r WHERE a IN (SELECT session_id FROM ${sessions})`,
    'FROM r',
    [['9', '']],
  ],
  [
    'MERGE',
    [target, "INSERT INTO r VALUES (1, '')"],
    `MERGE INTO r USING ${sessions} ON r.a = sessions.session_id WHEN MATCHED THEN UPDATE SET b = sessions.username WHEN NOT MATCHED THEN INSERT VALUES (sessions.session_id, 'new')`,
    'FROM r ORDER BY 1',
    [
      ['1', 'ann'],
      ['2', 'new'],
      ['3', 'new'],
    ],
  ],
  [
    'SET VARIABLE',
    [],
    `SET VARIABLE n = (SELECT count(*) FROM ${sessions})`,
    "SELECT getvariable('n')",
    [['3']],
  ],
  [
    'a view of the records',
    [],
    'CREATE TABLE z AS FROM _gizmosql_instr.main.active_sessions ORDER BY 1',
    'FROM z',
    [
      ['1', 'ann'],
      ['3', 'eve'],
    ],
  ],
  [
    'names of the search path',
    ['USE _gizmosql_instr.main'],
    'CREATE TABLE memory.main.z AS SELECT username FROM sessions JOIN active_sessions USING (username) ORDER BY 1',
    'FROM memory.main.z',
    [['ann'], ['eve']],
  ],
  [
    'a member of the shell’s name',
    [],
    `CREATE TABLE z AS SELECT s._gizmosql_instr.sessions, count(*) FROM (SELECT {'sessions': 7} AS _gizmosql_instr) s, ${sessions} GROUP BY ALL`,
    'FROM z',
    [['7', '3']],
  ],
  [
    'two tables of one name',
    ['CREATE TABLE sessions AS SELECT 2 AS session_id'],
    `CREATE TABLE z AS SELECT username FROM memory.main.sessions JOIN ${sessions} ON memory.main.sessions.session_id = ${sessions}.session_id`,
    'FROM z',
    [['bob']],
  ],
];

describe('records in temporary tables', () => {
  it.each(effects)('serve %s', async (_, setUp, sql, question, expected) => {
    for (const statement of setUp) {
      await engines.client.execute(statement);
    }
    expect(await run(sql)).toBe(true);
    expect(await rows(question)).toStrictEqual(expected);
    expect(
      await rows("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'gizmosql %'"),
    ).toStrictEqual([['0']]);
  });

  it.each(effects)('serve, in a transaction, %s', async (_, setUp, sql, question, expected) => {
    await engines.client.begin();
    for (const statement of setUp) {
      await engines.client.execute(statement);
    }
    expect(await run(sql)).toBe(true);
    expect(await rows(question)).toStrictEqual(expected);
    await engines.client.commit();
    expect(await rows(question)).toStrictEqual(expected);
  });

  it('serve COPY of a query and of a table', async () => {
    for (const source of [`(SELECT * FROM ${sessions})`, sessions]) {
      const file = join(folder, 'out.csv');
      expect(await run(`COPY ${source} TO '${file}'`)).toBe(true);
      expect(await readFile(file, 'utf8')).toBe(
        'session_id,username,status\n1,ann,active\n2,bob,closed\n3,eve,active\n',
      );
    }
  });

  it.each([
    ['a statement that reads no records', [], 'CREATE TABLE z AS SELECT 1'],
    ['a write to the shell', [], `INSERT INTO ${sessions} FROM ${sessions}`],
    ['a deletion from it', [], `DELETE FROM ${sessions}`],
    ['a view of the client’s', [`CREATE VIEW v AS FROM ${sessions}`], 'CREATE TABLE z AS FROM v'],
    ['a definition of a view', [], `CREATE VIEW v AS FROM ${sessions}`],
    [
      'a macro of the client’s',
      [`CREATE MACRO m() AS TABLE FROM ${sessions}`],
      `CREATE TABLE z AS FROM m(), ${sessions}`,
    ],
    ['a name in a literal', [], `CREATE TABLE z AS FROM query_table('${sessions}')`],
    [
      'a plan that does not tell',
      [],
      `CREATE TABLE z AS FROM ${sessions}, json_execute_serialized_sql(json_serialize_sql('FROM ${sessions}'))`,
    ],
    [
      'a name that may be another’s',
      ['CREATE TEMP TABLE sessions (i INTEGER)', "SET search_path = '_gizmosql_instr.main'"],
      'CREATE TABLE memory.z AS FROM sql_statements, sessions',
    ],
    [
      'a statement that the engine refuses',
      [],
      `CREATE TABLE z AS SELECT nothing FROM ${sessions}`,
    ],
  ])('are not for %s', async (_, setUp, sql) => {
    for (const statement of setUp) {
      await engines.client.execute(statement);
    }
    expect(await run(sql)).toBe(false);
  });

  it('leave the client’s transaction as it was, and are gone after one that failed', async () => {
    const { client } = engines;
    await client.begin();
    const sql = `CREATE TABLE z AS SELECT error('broken') FROM ${sessions}`;
    const copies = await withRecordsCopied({ ...engines, sql });
    expect(await client.isAborted()).toBe(false);
    await expect(client.execute(copies?.sql ?? '')).rejects.toThrow('broken');
    await copies?.drop();
    expect(await client.isAborted()).toBe(true);
    await client.rollback();
    expect(await temporaries()).toStrictEqual([]);
  });

  it('see nothing of each other, and no session sees those of another', async () => {
    const sql = `CREATE OR REPLACE TABLE z AS FROM ${sessions}`;
    const first = await withRecordsCopied({ ...engines, sql });
    const second = await withRecordsCopied({ ...engines, sql });
    expect(await temporaries()).toHaveLength(2);
    const other = await engines.another();
    await expect(other.execute(first?.sql ?? '')).rejects.toThrow('does not exist');
    await first?.drop();
    await engines.client.execute(second?.sql ?? '');
    await second?.drop();
    expect(await rows('SELECT count(*) FROM z')).toStrictEqual([['3']]);
    expect(await temporaries()).toStrictEqual([]);
  });

  it('leave a table that has taken the place of a copy', async () => {
    await engines.client.execute('USE _gizmosql_instr.main');
    expect(
      await run('CREATE OR REPLACE TEMP TABLE sessions AS SELECT count(*) AS n FROM sessions'),
    ).toBe(true);
    expect(await rows('FROM temp.main.sessions')).toStrictEqual([['3']]);
  });

  it('serve in a transaction that may only read', async () => {
    await engines.client.begin('READ ONLY');
    expect(await run(`SET VARIABLE n = (SELECT count(*) FROM ${sessions})`)).toBe(true);
    expect(await rows("SELECT getvariable('n')")).toStrictEqual([['3']]);
    await engines.client.commit();
  });

  it('bind parameters', async () => {
    await engines.client.execute(target);
    const sql = `INSERT INTO r SELECT session_id, $1 FROM ${sessions} WHERE username = $2`;
    const copies = await withRecordsCopied({ ...engines, sql });
    await engines.client.rows(copies?.sql ?? '', ['x', 'bob']);
    await copies?.drop();
    expect(await rows('FROM r')).toStrictEqual([['2', 'x']]);
  });

  it('are what the records were at one moment, and a million', async () => {
    const { records } = engines;
    await records.execute(
      `INSERT INTO _gizmosql_instr.sql_statements SELECT i, 1, 'x' || i FROM range(100, 1000100) t(i)`,
    );
    expect(
      await run(
        `CREATE TABLE z AS SELECT count(*) AS n, count(DISTINCT sql_text) AS texts FROM _gizmosql_instr.main.sql_statements JOIN ${sessions} USING (session_id)`,
      ),
    ).toBe(true);
    expect(await rows('FROM z')).toStrictEqual([['1000003', '1000003']]);
    expect(await records.inTransaction()).toBe(false);
  });

  it.each([false, true])(
    'are given up when nobody wants them; in a transaction: %s',
    async (inTransaction) => {
      const { client, records } = engines;
      await records.execute(
        `INSERT INTO _gizmosql_instr.sql_statements SELECT i, 1, 'x' FROM range(100, 1000100) t(i)`,
      );
      if (inTransaction) {
        await client.begin();
      }
      const controller = new AbortController();
      const stream = records.raw.stream.bind(records.raw);
      vi.spyOn(records.raw, 'stream').mockImplementation(async (...given) => {
        const result = await stream(...given);
        const fetch = result.fetchChunk.bind(result);
        let fetched = 0;
        vi.spyOn(result, 'fetchChunk').mockImplementation(() => {
          if (++fetched === 40) {
            controller.abort();
          }
          return fetch();
        });
        return result;
      });
      const copying = withRecordsCopied({
        ...engines,
        sql: 'CREATE TABLE z AS FROM _gizmosql_instr.main.sql_statements',
        signal: controller.signal,
      });
      await expect(copying.catch((error: unknown) => wasInterrupted(error))).resolves.toBe(true);
      expect(await temporaries()).toStrictEqual([]);
      expect(await client.inTransaction()).toBe(inTransaction);
      expect(await client.isAborted()).toBe(false);
      expect(await records.inTransaction()).toBe(false);
    },
  );
});
