import fc from 'fast-check';
import { sqlLiteral } from '../client/sql-literal.js';
import type { Door } from '../scenario/doors.js';
import type { Role } from '../targets/target.js';
import { dress, dresses, open, openings } from './dressed-sql.js';

/** An attempt to read the records indirectly, in a role that may not. */
export interface ReadingAttempt {
  readonly role: Exclude<Role, 'admin'>;
  readonly door: Door;
  /** Statements sent in sequence. At least one must be refused, and none may answer with a record. */
  readonly sent: readonly string[];
}

const relations = [
  'instances',
  'sessions',
  'sql_statements',
  'sql_executions',
  'active_sessions',
  'session_activity',
  'session_stats',
  'execution_details',
] as const;

/** Queries of a relation. */
const starts: readonly ((relation: string) => string)[] = [
  (at) => `SELECT * FROM ${at}`,
  (at) => `FROM ${at}`,
  (at) => `SELECT t FROM ${at} t`,
  (at) => `SELECT count(*) FROM ${at}`,
  (at) => `TABLE ${at}`,
  (at) => `SELECT COLUMNS(*)::VARCHAR FROM ${at} LIMIT 5`,
  (at) => `SELECT * FROM ${at} USING SAMPLE 3 ROWS`,
  (at) => `SELECT to_json(t) FROM ${at} AS t`,
  (at) => `SELECT list(t) FROM ${at} t`,
];

/** Queries around a query; their answer depends on it. */
const detours: readonly ((query: string) => string)[] = [
  (query) => `SELECT * FROM (${query}) q`,
  (query) => `SELECT (SELECT count(*) FROM (${query}) q) AS n`,
  (query) => `WITH q AS (${query}) SELECT * FROM q`,
  (query) => `WITH q AS MATERIALIZED (${query}) SELECT count(*) FROM q`,
  (query) => `SELECT 1 AS one WHERE EXISTS (${query})`,
  (query) => `SELECT CASE WHEN EXISTS (${query}) THEN 'some' ELSE 'none' END AS answer`,
  (query) => `SELECT q FROM range(2) r, LATERAL (${query}) q`,
  (query) => `(${query}) UNION ALL (${query})`,
  (query) => `SELECT * FROM query(${sqlLiteral(query)})`,
  (query) => `SELECT * FROM json_execute_serialized_sql(json_serialize_sql(${sqlLiteral(query)}))`,
  (query) => `SELECT array(SELECT q FROM (${query}) q)`,
  (query) => `SELECT r.range FROM range(3) r LEFT JOIN (${query}) q ON true`,
  (query) => `SELECT * FROM (VALUES (1)) v(a) ORDER BY (SELECT count(*) FROM (${query}) q)`,
  (query) => `SELECT max(1) HAVING EXISTS (${query})`,
];

/** Statements that execute a query. */
const ends: readonly ((query: string, fresh: string) => readonly string[])[] = [
  (query) => [query],
  (query) => [query],
  (query) => [`${query} ;`],
  (query) => [`SELECT 1; ${query}`],
  (query) => [`EXPLAIN ANALYZE ${query}`],
  (query) => [`SUMMARIZE ${query}`],
  (query) => ['BEGIN', query, 'ROLLBACK'],
  (query, fresh) => [`PREPARE ${fresh} AS ${query}`, `EXECUTE ${fresh}`],
  (query, fresh) => [`CREATE OR REPLACE TEMP VIEW ${fresh} AS ${query}`, `FROM ${fresh}`],
  (query, fresh) => [`CREATE OR REPLACE TEMP TABLE ${fresh} AS ${query}`, `FROM ${fresh}`],
  (query, fresh) => [
    `CREATE OR REPLACE TEMP MACRO ${fresh}() AS TABLE ${query}`,
    `FROM ${fresh}()`,
  ],
];

/**
 * Indirect queries of the records in `catalog` by roles that may not read them. New objects are called
 * `fresh`.
 */
export function readingAttempts(catalog: string, fresh: string): fc.Arbitrary<ReadingAttempt> {
  return fc
    .record({
      role: fc.constantFrom<ReadingAttempt['role']>('user', 'readonly'),
      door: fc.constantFrom<Door>('a query', 'a prepared query'),
      relation: fc.constantFrom(...relations),
      path: fc.constantFrom(`@${catalog}.@main.`, `@${catalog}.`),
      start: fc.constantFrom(...starts),
      around: fc.array(fc.constantFrom(...detours), { maxLength: 3 }),
      end: fc.constantFrom(...ends),
      dressed: dresses,
      opening: openings,
    })
    .map(({ role, door, relation, path, start, around, end, dressed, opening }) => {
      // Dressed before query() quotes it, so that its inner text is dressed as well.
      const query = around.reduce(
        (inner, into) => into(inner),
        dress(start(`${path}@${relation}`), dressed),
      );
      const sent = end(query, fresh);
      const opened = sent.map((sql) =>
        sent.length === 1 || sql === query ? open(sql, opening) : sql,
      );
      return { role, door, sent: opened };
    });
}

/** An attempt as text for a report. */
export function showReading({ role, door, sent }: ReadingAttempt): string {
  return sent.map((sql) => `  as ${role}, by ${door}: ${sql}`).join('\n');
}
