import fc from 'fast-check';
import type { Door } from '../scenario/attempts.js';
import type { Role } from '../targets/target.js';
import { dress, dresses, open, openings } from './dressed-sql.js';

/** A detour by which somebody tries to read the records. */
export interface ReadingAttempt {
  readonly role: Exclude<Role, 'admin'>;
  readonly door: Door;
  /** Sent one after the other: one of them must be refused, and none may answer with a record. */
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

const quoted = (sql: string): string => `'${sql.replaceAll("'", "''")}'`;

/** A query over a relation. */
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

/** What a query can be put into that answers with it, or with what depends on it. */
const detours: readonly ((query: string) => string)[] = [
  (query) => `SELECT * FROM (${query}) q`,
  (query) => `SELECT (SELECT count(*) FROM (${query}) q) AS n`,
  (query) => `WITH q AS (${query}) SELECT * FROM q`,
  (query) => `WITH q AS MATERIALIZED (${query}) SELECT count(*) FROM q`,
  (query) => `SELECT 1 AS one WHERE EXISTS (${query})`,
  (query) => `SELECT CASE WHEN EXISTS (${query}) THEN 'some' ELSE 'none' END AS answer`,
  (query) => `SELECT q FROM range(2) r, LATERAL (${query}) q`,
  (query) => `(${query}) UNION ALL (${query})`,
  (query) => `SELECT * FROM query(${quoted(query)})`,
  (query) => `SELECT * FROM json_execute_serialized_sql(json_serialize_sql(${quoted(query)}))`,
  (query) => `SELECT array(SELECT q FROM (${query}) q)`,
  (query) => `SELECT r.range FROM range(3) r LEFT JOIN (${query}) q ON true`,
  (query) => `SELECT * FROM (VALUES (1)) v(a) ORDER BY (SELECT count(*) FROM (${query}) q)`,
  (query) => `SELECT max(1) HAVING EXISTS (${query})`,
];

/** How it is sent in the end. */
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

/** Queries of the records in `catalog` by whoever may not, in which what is new is called `fresh`. */
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
      // Dressed first: what is inside a text of query() is spelled anew, too.
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

/** An attempt as a reader can follow it. */
export function showReading({ role, door, sent }: ReadingAttempt): string {
  return sent.map((sql) => `  as ${role}, by ${door}: ${sql}`).join('\n');
}
