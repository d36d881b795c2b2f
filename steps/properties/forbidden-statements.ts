import fc from 'fast-check';
import type { Door } from '../scenario/doors.js';
import type { Role } from '../targets/target.js';
import { dress, dresses, open, openings } from './dressed-sql.js';

/** An attempt to change the instrumentation database. */
export interface ForbiddenAttempt {
  readonly role: Role;
  readonly door: Door;
  /** Statements sent first; these are allowed. */
  readonly setup: readonly string[];
  /** Statements sent in sequence. At least one must be refused. */
  readonly sent: readonly string[];
}

const tables = ['instances', 'sessions', 'sql_statements', 'sql_executions'] as const;
const views = [
  'active_sessions',
  'session_activity',
  'session_stats',
  'execution_details',
] as const;
const keys: Readonly<Record<(typeof tables)[number], string>> = {
  instances: 'instance_id',
  sessions: 'session_id',
  sql_statements: 'statement_id',
  sql_executions: 'execution_id',
};
const columns: Readonly<Record<(typeof tables)[number], string>> = {
  instances: 'hostname',
  sessions: 'username',
  sql_statements: 'sql_text',
  sql_executions: 'error_message',
};

/** The names in a statement. */
interface Names {
  /** The path of a relation or another object of the schema. */
  readonly at: (name: string) => string;
  /** The catalog of the records. */
  readonly catalog: string;
  /** A name that does not exist. */
  readonly fresh: string;
  /** An id that no record has. */
  readonly id: string;
}

type Write = (names: Names) => string;

type RowWrites = (table: (typeof tables)[number], key: string, column: string) => Write[];

const inserts: RowWrites = (table, key) => [
  ({ at, id }) => `INSERT INTO ${at(table)} (@${key}) VALUES ('${id}')`,
  ({ at, id }) => `INSERT INTO ${at(table)} BY NAME SELECT '${id}'::UUID AS ${key}`,
  ({ at, id }) => `INSERT OR IGNORE INTO ${at(table)} (${key}) VALUES ('${id}')`,
  ({ at, id }) => `INSERT OR REPLACE INTO ${at(table)} (${key}) VALUES ('${id}')`,
  ({ at, id }) => `INSERT INTO ${at(table)} (${key}) VALUES ('${id}') ON CONFLICT DO NOTHING`,
  ({ at, id }) => `INSERT INTO ${at(table)} (${key}) VALUES ('${id}') RETURNING *`,
  ({ at }) => `INSERT INTO ${at(table)} SELECT * FROM ${at(table)} WHERE false`,
  ({ at, id }) =>
    `WITH new AS (SELECT '${id}'::UUID AS id) INSERT INTO ${at(table)} (${key}) FROM new`,
];

const updates: RowWrites = (table, key, column) => [
  ({ at, id }) => `UPDATE ${at(table)} SET @${column} = 'forged' WHERE ${key} = '${id}'`,
  ({ at, id }) =>
    `UPDATE ${at(table)} AS t SET ${column} = upper(t.${column}) WHERE t.${key} = '${id}' RETURNING 1`,
  ({ at, id }) =>
    `UPDATE ${at(table)} SET ${column} = n.x FROM (SELECT 'forged' AS x) n WHERE ${key} = '${id}'`,
];

const deletes: RowWrites = (table, key) => [
  ({ at, id }) => `DELETE FROM ${at(table)} WHERE ${key} = '${id}'`,
  ({ at, id }) =>
    `DELETE FROM ${at(table)} AS t USING (SELECT '${id}'::UUID AS id) old WHERE t.${key} = old.id`,
  ({ at, id }) =>
    `WITH old AS (SELECT '${id}'::UUID AS id) DELETE FROM ${at(table)} WHERE ${key} IN (FROM old)`,
];

const merges: RowWrites = (table, key) => [
  ({ at, id }) =>
    `MERGE INTO ${at(table)} USING (SELECT '${id}'::UUID AS ${key}) new USING (${key}) WHEN NOT MATCHED THEN INSERT BY NAME`,
  ({ at, id }) =>
    `MERGE INTO ${at(table)} t USING (SELECT '${id}'::UUID AS id) old ON t.${key} = old.id WHEN MATCHED THEN DELETE`,
];

function ofEachTable(writes: RowWrites): fc.Arbitrary<Write> {
  return fc.constantFrom(...tables.flatMap((table) => writes(table, keys[table], columns[table])));
}

function tableWrites(table: (typeof tables)[number]): Write[] {
  const column = columns[table];
  return [
    ({ at }) => `TRUNCATE ${at(table)}`,
    ({ at }) => `TRUNCATE TABLE ${at(table)}`,
    ({ at }) => `DROP TABLE ${at(table)}`,
    ({ at }) => `DROP TABLE IF EXISTS ${at(table)} CASCADE`,
    ({ at }) => `CREATE OR REPLACE TABLE ${at(table)} (a INTEGER)`,
    ({ at }) => `CREATE OR REPLACE TABLE ${at(table)} AS SELECT 1 AS a`,
    ({ at, fresh }) => `ALTER TABLE ${at(table)} ADD COLUMN ${fresh} INTEGER`,
    ({ at, fresh }) => `ALTER TABLE ${at(table)} RENAME COLUMN ${column} TO ${fresh}`,
    ({ at }) => `ALTER TABLE ${at(table)} ALTER COLUMN ${column} SET DEFAULT 'forged'`,
    ({ at, fresh }) => `ALTER TABLE ${at(table)} RENAME TO ${fresh}`,
    ({ at }) => `COMMENT ON TABLE ${at(table)} IS 'forged'`,
    ({ at }) => `COMMENT ON COLUMN ${at(table)}.@${column} IS 'forged'`,
    ({ at, fresh }) => `CREATE INDEX ${fresh} ON ${at(table)} (${column})`,
  ];
}

const viewWrites = (view: string): Write[] => [
  ({ at }) => `DROP VIEW ${at(view)}`,
  ({ at }) => `DROP VIEW IF EXISTS ${at(view)} CASCADE`,
  ({ at }) => `CREATE OR REPLACE VIEW ${at(view)} AS SELECT 1 AS a`,
  ({ at, fresh }) => `ALTER VIEW ${at(view)} RENAME TO ${fresh}`,
  ({ at }) => `COMMENT ON VIEW ${at(view)} IS 'forged'`,
];

const schemaWrites: Write[] = [
  ({ at, fresh }) => `CREATE TABLE ${at(fresh)} (a INTEGER)`,
  ({ at, fresh }) => `CREATE TABLE IF NOT EXISTS ${at(fresh)} (a INTEGER)`,
  ({ at, fresh }) => `CREATE TABLE ${at(fresh)} AS SELECT 1 AS a`,
  ({ at, fresh }) => `CREATE VIEW ${at(fresh)} AS SELECT 1 AS a`,
  ({ at, fresh }) => `CREATE OR REPLACE VIEW ${at(fresh)} AS SELECT 1 AS a`,
  ({ at, fresh }) => `CREATE MACRO ${at(fresh)}(a) AS a + 1`,
  ({ at, fresh }) => `CREATE FUNCTION ${at(fresh)}() AS TABLE SELECT 1 AS a`,
  ({ at, fresh }) => `CREATE SEQUENCE ${at(fresh)}`,
  ({ at, fresh }) => `CREATE TYPE ${at(fresh)} AS ENUM ('forged')`,
];

const databaseWrites: Write[] = [
  ({ catalog, fresh }) => `CREATE SCHEMA ${catalog}.@${fresh}`,
  ({ catalog, fresh }) => `CREATE SCHEMA IF NOT EXISTS ${catalog}.${fresh}`,
];

const ofObjects = fc.constantFrom(
  ...tables.flatMap(tableWrites),
  ...views.flatMap(viewWrites),
  ...schemaWrites,
  ...databaseWrites,
);

/** Ways to embed a statement that do not change its effect. */
const wraps: Readonly<Record<string, (sql: string, fresh: string) => readonly string[]>> = {
  nothing: (sql) => [sql],
  'a semicolon': (sql) => [`${sql} ;`],
  'after another statement': (sql) => [`SELECT 1; ${sql}`],
  'before another statement': (sql) => [`${sql}; SELECT 1`],
  'a transaction of its own': (sql) => [`BEGIN; ${sql}; ROLLBACK`],
};

const explained: typeof wraps = {
  ...wraps,
  'EXPLAIN ANALYZE': (sql) => [`EXPLAIN ANALYZE ${sql}`],
};

/** Ways to embed a statement that changes rows. */
const rowWraps: typeof wraps = {
  ...explained,
  'PREPARE and EXECUTE': (sql, fresh) => [`PREPARE ${fresh} AS ${sql}`, `EXECUTE ${fresh}`],
};

/** The forms of a path. The last one needs USE, which possibly only an admin may do. */
const paths = {
  whole: (catalog: string, name: string) => `${catalog}.@main.@${name}`,
  short: (catalog: string, name: string) => `${catalog}.@${name}`,
  bare: (_: string, name: string) => `@${name}`,
} as const;

/** The statements of each kind of change. Those that change rows can be embedded in more ways. */
const kinds = {
  INSERT: fc.record({
    write: ofEachTable(inserts),
    wrap: fc.constantFrom(...Object.values(rowWraps)),
  }),
  UPDATE: fc.record({
    write: ofEachTable(updates),
    wrap: fc.constantFrom(...Object.values(rowWraps)),
  }),
  DELETE: fc.record({
    write: ofEachTable(deletes),
    wrap: fc.constantFrom(...Object.values(rowWraps)),
  }),
  other: fc.oneof(
    // PREPARE takes no MERGE.
    fc.record({ write: ofEachTable(merges), wrap: fc.constantFrom(...Object.values(explained)) }),
    {
      arbitrary: fc.record({ write: ofObjects, wrap: fc.constantFrom(...Object.values(wraps)) }),
      weight: 3,
    },
  ),
} as const;

/** The kinds of change that the specification distinguishes. */
export type Change = keyof typeof kinds;

/** Attempts to change the database `catalog`. New objects are called `fresh`; ids belong to no record. */
export function forbiddenAttempts(
  change: Change,
  { catalog: name, fresh, id }: { catalog: string; fresh: string; id: string },
): fc.Arbitrary<ForbiddenAttempt> {
  return fc
    .record({
      written: kinds[change],
      role: fc.constantFrom<Role>('admin', 'user', 'readonly'),
      door: fc.constantFrom<Door>('a query', 'an update', 'a prepared query', 'a prepared update'),
      path: fc.constantFrom<keyof typeof paths>('whole', 'short', 'bare'),
      dressed: dresses,
      opening: openings,
    })
    .map(({ written: { write, wrap }, role, door, path, dressed, opening }) => {
      const reached = path === 'bare' && role !== 'admin' ? 'whole' : path;
      const catalog = `@${name}`;
      const at = (object: string): string => paths[reached](catalog, object);
      const sent = wrap(write({ at, catalog, fresh, id }), fresh);
      const setup = reached === 'bare' ? [`USE ${catalog}.@main`] : [];
      const spelled = (sql: string): string => dress(sql, dressed);
      const [first = '', ...others] = sent.map(spelled);
      return { role, door, setup: setup.map(spelled), sent: [open(first, opening), ...others] };
    });
}

/** An attempt as text for a report. */
export function showAttempt({ role, door, setup, sent }: ForbiddenAttempt): string {
  return [
    ...setup.map((sql) => `  as ${role}: ${sql}`),
    ...sent.map((sql) => `  as ${role}, by ${door}: ${sql}`),
  ].join('\n');
}
