import fc from 'fast-check';
import type { Door } from '../scenario/doors.js';
import { printValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { dress, dresses } from './dressed-sql.js';

/** An attempt of a readonly session to write to the main database. */
export interface ReadonlyWrite {
  readonly door: Door;
  readonly sent: readonly string[];
}

/** `at` is a table (number INTEGER PRIMARY KEY, text VARCHAR) with rows 1 to 3. `fresh` does not exist. */
interface Names {
  readonly at: string;
  readonly fresh: string;
}

const rowWrites: readonly ((names: Names) => string)[] = [
  ({ at }) => `INSERT INTO ${at} VALUES (4, 'four')`,
  ({ at }) => `INSERT INTO ${at} (number) SELECT range + 10 FROM range(3)`,
  ({ at }) => `INSERT OR REPLACE INTO ${at} VALUES (1, 'replaced')`,
  ({ at }) => `INSERT INTO ${at} BY NAME SELECT 5 AS number`,
  ({ at }) => `INSERT INTO ${at} VALUES (6, 'six') RETURNING *`,
  ({ at }) => `WITH new AS (SELECT 7 AS n, 'seven' AS t) INSERT INTO ${at} FROM new`,
  ({ at }) => `UPDATE ${at} SET text = 'changed'`,
  ({ at }) => `UPDATE ${at} SET text = n.t FROM (SELECT 'changed' AS t) n WHERE number = 2`,
  ({ at }) => `UPDATE ${at} SET number = number + 100 WHERE number = 3 RETURNING number`,
  ({ at }) => `DELETE FROM ${at}`,
  ({ at }) => `DELETE FROM ${at} USING (SELECT 1 AS n) old WHERE number = old.n`,
  ({ at }) => `DELETE FROM ${at} WHERE number = 1 RETURNING *`,
];

const otherWrites: readonly ((names: Names) => string)[] = [
  ({ at }) => `TRUNCATE ${at}`,
  ({ at }) =>
    `MERGE INTO ${at} t USING (SELECT 1 AS n) s ON t.number = s.n WHEN MATCHED THEN DELETE`,
  ({ at }) => `DROP TABLE ${at}`,
  ({ at }) => `DROP TABLE IF EXISTS ${at} CASCADE`,
  ({ at }) => `CREATE OR REPLACE TABLE ${at} AS SELECT 1 AS one`,
  ({ at, fresh }) => `ALTER TABLE ${at} ADD COLUMN ${fresh} INTEGER`,
  ({ at }) => `ALTER TABLE ${at} DROP COLUMN text`,
  ({ at, fresh }) => `ALTER TABLE ${at} RENAME TO ${fresh.split('.').at(-1) ?? fresh}`,
  ({ at }) => `COMMENT ON TABLE ${at} IS 'changed'`,
  ({ fresh }) => `CREATE TABLE ${fresh} (a INTEGER)`,
  ({ fresh }) => `CREATE TABLE IF NOT EXISTS ${fresh} AS SELECT 1 AS a`,
  ({ fresh }) => `CREATE VIEW ${fresh} AS SELECT 1 AS a`,
  ({ fresh }) => `CREATE OR REPLACE VIEW ${fresh} AS SELECT 1 AS a`,
  ({ fresh }) => `CREATE SEQUENCE ${fresh}`,
  ({ fresh }) => `CREATE MACRO ${fresh}(a) AS a + 1`,
  ({ fresh }) => `CREATE TYPE ${fresh} AS ENUM ('a')`,
];

const wraps: readonly ((sql: string, word: string) => readonly string[])[] = [
  (sql) => [sql],
  (sql) => [sql],
  (sql) => [`${sql} ;`],
  (sql) => [`SELECT 1; ${sql}`],
  (sql) => [`${sql}; SELECT 1`],
  (sql) => [`BEGIN; ${sql}; COMMIT`],
  (sql) => ['BEGIN', sql, 'COMMIT'],
];

const rowWraps: typeof wraps = [
  ...wraps,
  (sql) => [`EXPLAIN ANALYZE ${sql}`],
  (sql, word) => [`PREPARE ${word} AS ${sql}`, `EXECUTE ${word}`],
];

const doorsTried = fc.constantFrom<Door>(
  'a query',
  'an update',
  'a prepared query',
  'a prepared update',
  'an update in a transaction',
);

/** Writes to the table `at`, or creates `fresh`. */
export function readonlyWrites(names: Names, word: string): fc.Arbitrary<ReadonlyWrite> {
  return fc
    .record({
      written: fc.oneof(
        fc.record({ write: fc.constantFrom(...rowWrites), wrap: fc.constantFrom(...rowWraps) }),
        fc.record({ write: fc.constantFrom(...otherWrites), wrap: fc.constantFrom(...wraps) }),
      ),
      door: doorsTried,
      dressed: dresses,
    })
    .map(({ written: { write, wrap }, door, dressed }) => ({
      door,
      sent: wrap(write(names), word).map((sql) => dress(sql, dressed)),
    }));
}

/** Every write of a readonly session is refused and leaves the database unchanged. */
export function readonlyWritesHaveNoEffect(world: World): Property<ReadonlyWrite> {
  const at = world.fill('${home}kept_${unique}');
  const fresh = world.fill('${home}fresh_${unique}');
  const word = `own_${world.memory.unique}`;
  return {
    name: 'readonly: refused and without effect',
    cases: readonlyWrites({ at, fresh }, word),
    show: ({ sent, door }) => sent.map((sql) => `  as readonly, by ${door}: ${sql}`).join('\n'),
    check: async ({ door, sent }) => {
      const before = await seen(world);
      const session = await world.sessions.ofRole('readonly');
      let refused = false;
      for (const sql of sent) {
        const outcome = await session.tryToExecute(sql, door);
        if ('error' in outcome) {
          if (!outcome.error.answered) {
            throw new PromiseBroken('an answer', sql, printValue(outcome.error.message));
          }
          refused = true;
        }
      }
      if (sent.length > 1) {
        // Ends a transaction, if one is open.
        await session.perform('ROLLBACK', (client) => client.query('ROLLBACK'));
      }
      if (!refused) {
        throw new PromiseBroken('a refusal: the role may only read', sent.join('\n'), 'success');
      }
      const after = await seen(world);
      if (after !== before) {
        throw new PromiseBroken(`no change: ${before}`, sent.join('\n'), after);
      }
    },
  };
}

/** The table's rows and the objects with the scenario's names, for comparison. */
async function seen(world: World): Promise<string> {
  const rows = world.fill('SELECT CAST(t AS VARCHAR) FROM ${home}kept_${unique} t');
  const objects = (
    [
      ['tables', 'table_name', 'row(table_name, sql, comment)'],
      ['views', 'view_name', 'row(view_name, sql)'],
      ['sequences', 'sequence_name', 'sequence_name'],
      ['functions', 'function_name', 'function_name'],
      ['types', 'type_name', 'type_name'],
    ] as const
  ).map(
    ([kind, name, what]) =>
      `SELECT CAST(${what} AS VARCHAR) FROM duckdb_${kind}() WHERE contains(${name}, '${world.memory.unique}') AND NOT starts_with(${name}, 'own_')`,
  );
  const table = await world.look([rows, ...objects].join(' UNION ALL '));
  return table.rows
    .map((row) => printValue(row[0] ?? null))
    .sort()
    .join(', ');
}
