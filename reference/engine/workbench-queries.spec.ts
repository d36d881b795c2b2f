import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';
import { openTwoEngines, shellCatalog } from './records-fixture.js';
import type { TwoEngines } from './records-fixture.js';
import { openWorkbench } from './workbench.js';

let engines: TwoEngines;
let whole: Database;
let direct: Connection;
beforeEach(async () => {
  engines = await openTwoEngines();
  whole = await Database.open({ path: null, readonly: false });
  direct = await whole.connect();
  for (const statement of [
    `ATTACH ':memory:' AS ${shellCatalog}`,
    `CREATE TABLE ${shellCatalog}.sessions (session_id INTEGER PRIMARY KEY, username VARCHAR, status VARCHAR)`,
    `CREATE TABLE ${shellCatalog}.sql_statements (statement_id INTEGER PRIMARY KEY, session_id INTEGER, sql_text VARCHAR)`,
  ]) {
    await direct.execute(statement);
  }
  await engines.records.execute(
    `INSERT INTO ${shellCatalog}.sessions SELECT i, 'u' || i % 4, ['active', 'closed', NULL][i % 3 + 1] FROM range(4, 30) t(i)`,
  );
  await engines.records.execute(
    `INSERT OR IGNORE INTO ${shellCatalog}.sql_statements SELECT i, i % 31, 'SELECT ' || i % 7 FROM range(1, 90) t(i)`,
  );
  for (const table of ['sessions', 'sql_statements']) {
    const rows = await engines.records.rows(`FROM ${shellCatalog}.${table}`);
    for (const [a, b, c] of rows) {
      await direct.rows(`INSERT INTO ${shellCatalog}.${table} VALUES ($1, $2, $3)`, [
        a ?? null,
        b ?? null,
        c ?? null,
      ]);
    }
  }
  for (const connection of [engines.client, direct]) {
    await connection.execute(
      `CREATE TABLE t AS SELECT i AS id, 'u' || i % 5 AS name, {'x': i % 3, 'y': ['p', 'q'][i % 2 + 1]} AS pair, i % 6 AS "the session" FROM range(40) t(i)`,
    );
  }
});
afterEach(async () => {
  direct.close();
  whole.close();
  await engines.close();
});

interface Source {
  readonly from: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
}

const sources: readonly Source[] = [
  {
    from: `${shellCatalog}.main.sessions`,
    numbers: ['session_id', 'length(username)'],
    texts: ['username', 'status', 'coalesce(status, username)'],
  },
  {
    from: `${shellCatalog}.main.sql_statements`,
    numbers: ['statement_id', 'session_id', 'statement_id % 5'],
    texts: ['sql_text', 'upper(sql_text)'],
  },
  {
    from: 't',
    numbers: ['id', 'pair.x', '"the session"', "pair['x'] + id"],
    texts: ['name', 'pair.y', 'name || pair.y'],
  },
];

const source = fc.constantFrom(...sources);

/** An expression over a source's columns, qualified with its alias. */
function columns(alias: string, names: readonly string[]): fc.Arbitrary<string> {
  return fc
    .constantFrom(...names)
    .map((name) =>
      name.replace(
        /"the session"|\b(?:session_id|statement_id|username|status|sql_text|id|name|pair)\b/g,
        `${alias}.$&`,
      ),
    );
}

const filter = (alias: string, { numbers, texts }: Source) =>
  fc.oneof(
    fc
      .tuple(columns(alias, numbers), fc.constantFrom('>', '=', '<>'), fc.nat(20))
      .map((all) => all.join(' ')),
    columns(alias, texts).map((name) => `${name} LIKE '%u%'`),
    columns(alias, texts).map((name) => `${name} IS NOT NULL`),
    columns(alias, numbers).map(
      (name) =>
        `EXISTS (SELECT 1 FROM t AS inside WHERE inside.pair.x < ${name} AND inside.name <> 'u1')`,
    ),
    columns(alias, numbers).map(
      (name) =>
        `${name} IN (SELECT session_id FROM ${shellCatalog}.sessions WHERE status = 'active')`,
    ),
    fc.constant('true'),
  );

const query = fc
  .tuple(source, source)
  .chain(([a, b]) =>
    fc.record({
      from: fc.constantFrom(
        `${a.from} a JOIN ${b.from} b ON `,
        `${a.from} a LEFT JOIN ${b.from} b ON `,
        `(SELECT * FROM ${a.from}) a JOIN (SELECT DISTINCT * FROM ${b.from}) b ON `,
      ),
      on: fc
        .tuple(columns('a', a.numbers), columns('b', b.numbers))
        .map((both) => both.join(' = ')),
      where: fc.tuple(filter('a', a), filter('b', b)).map((both) => both.join(' AND ')),
      select: fc.oneof(
        fc.tuple(columns('a', a.numbers), columns('b', b.texts)).map((both) => both.join(', ')),
        fc
          .tuple(columns('a', a.texts), columns('b', b.numbers))
          .map(([x, y]) => `${x}, max(${y}), count(*)`),
        fc.constantFrom('count(*)', 'a.*', '*', "COLUMNS('.*a.*')", 'count(a), max(b)'),
        columns('a', a.texts).map(
          (name) => `${name}, row_number() OVER (PARTITION BY ${name} ORDER BY 1)`,
        ),
        columns('b', b.numbers).map(
          (name) =>
            `(SELECT count(*) FROM ${shellCatalog}.sql_statements s WHERE s.session_id = ${name})`,
        ),
      ),
      wrap: fc.constantFrom(
        (sql: string) => sql,
        (sql: string) => `WITH c AS MATERIALIZED (${sql}) SELECT count(*) FROM c`,
        (sql: string) => `SELECT count(*) FROM (${sql}) UNION ALL SELECT count(name) FROM t`,
        (sql: string) => `WITH c AS (${sql}) FROM c WHERE (SELECT count(*) FROM c) > 3`,
      ),
    }),
  )
  .map(({ from, on, where, select, wrap }) =>
    wrap(
      `SELECT ${select} FROM ${from}${on} WHERE ${where}${/max\(.*count|\(max/.test(select) ? ' GROUP BY ALL' : ''}`,
    ),
  );

it('answers any query as one engine with all the rows would', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(query, async (sql) => {
      const expected = await rowsOf(direct, sql);
      const workbench = await openWorkbench({ ...engines, sql });
      try {
        expect(await rowsOf(workbench.connection, sql)).toStrictEqual(expected);
        answered += expected.length > 1 ? 1 : 0;
      } finally {
        workbench.close();
      }
    }),
    { numRuns: 60 },
  );
  expect(answered).toBeGreaterThan(20);
});

/** In any order; what the engine says where it refuses the query. */
async function rowsOf(connection: Connection, sql: string): Promise<string[]> {
  try {
    return (await connection.rows(sql)).map((row) => row.map(String).join()).sort();
  } catch (error) {
    return [error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''];
  }
}
