import fc from 'fast-check';
import { anyText } from './any-text.js';

export const pseudoFunctions = [
  'VERSION',
  'CURRENT_SESSION',
  'CURRENT_INSTANCE',
  'USER',
  'ROLE',
] as const;

/** A pseudo-function, by its name without `GIZMOSQL_`. */
export type PseudoFunction = (typeof pseudoFunctions)[number];

/**
 * A value of a select list: its SQL, and the text it must be or the pseudo-function whose value it must have.
 */
export type Part = { readonly sql: string } & (
  { readonly text: string } | { readonly value: PseudoFunction }
);

/** A query with calls of pseudo-functions, or with text that only looks like calls. */
export interface PseudoFunctionQuery {
  readonly sql: string;
  /** The values of the answer's only row. */
  readonly parts: readonly Part[];
  /** The values of its parameters, in order. */
  readonly bound: readonly string[];
}

const parameter = '?::VARCHAR';

/** Text without NUL. Other scenarios test NUL. */
export const plainText = anyText(12).map((text) => text.replaceAll('\0', ''));

const names = fc
  .constantFrom(...pseudoFunctions)
  .map((value) => ({ value, call: `GIZMOSQL_${value}()` }));

/** Names in every letter case. */
const spelledNames = fc
  .record({ name: names, small: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }) })
  .map(({ name: { value, call }, small }) => ({
    value,
    call: call.replaceAll(/\w/g, (letter, at: number) =>
      small[at % small.length] === true ? letter.toLowerCase() : letter,
    ),
  }));

/** Expressions that contain the call's value. */
const contexts: readonly ((call: string) => string)[] = [
  (call) => call,
  (call) => `(${call})`,
  (call) => `concat(${call}, '')`,
  (call) => `coalesce(NULL, ${call})`,
  (call) => `CAST(${call} AS VARCHAR)`,
  (call) => `${call}::VARCHAR`,
  (call) => `(SELECT ${call})`,
  (call) => `(SELECT v FROM (SELECT ${call} AS v) q)`,
  (call) => `(WITH c AS (SELECT ${call} AS v) FROM c)`,
  (call) => `(SELECT v FROM (VALUES (${call})) t (v) WHERE v = ${call})`,
  (call) => `(SELECT max(v) FROM (VALUES (1)) a (n) JOIN (SELECT ${call} AS v) b ON b.v = ${call})`,
  (call) => `(SELECT ${call} GROUP BY ${call} HAVING max(${call}) = ${call})`,
  (call) => `(SELECT ${call} AS v ORDER BY ${call} LIMIT 1)`,
  (call) => `CASE WHEN ${call} = ${call} THEN ${call} ELSE 'none' END`,
  (call) => `CASE ${call} WHEN ${call} THEN ${call} END`,
  (call) => `CASE WHEN ${call} IN ('x', ${call}) THEN ${call} END`,
  (call) => `CASE WHEN ${call} BETWEEN ${call} AND ${call} THEN ${call} END`,
  (call) => `list_extract([${call}, 'x'], 1)`,
  (call) => `[${call}][1]`,
  (call) => `struct_extract({'a': ${call}}, 'a')`,
  (call) => `max(${call}) OVER ()`,
  (call) => `reverse(reverse(${call}))`,
  (call) => `substr('''' || ${call}, 2)`,
  (call) => `/* it's */ ${call} -- "\n`,
];

/** Queries that answer with one row of the select list. */
const placements: readonly ((list: string) => string)[] = [
  (list) => `SELECT ${list}`,
  (list) => `SELECT * FROM (SELECT ${list}) q`,
  (list) => `WITH q AS (SELECT ${list}) SELECT * FROM q`,
  (list) => `SELECT ${list} FROM range(5) LIMIT 1`,
  (list) => `SELECT DISTINCT ${list} FROM range(3)`,
  (list) => `(SELECT ${list}) LIMIT 1`,
  (list) => `SELECT * FROM (SELECT ${list}) q UNION ALL SELECT * FROM (SELECT ${list}) p LIMIT 1`,
];

function queries(parts: fc.Arbitrary<Part>): fc.Arbitrary<PseudoFunctionQuery> {
  return fc
    .record({
      parts: fc.array(parts, { minLength: 1, maxLength: 4 }),
      place: fc.constantFrom(...placements),
    })
    .map(({ parts: list, place }) => {
      const sql = place(list.map((part) => part.sql).join(', '));
      const once = list.flatMap((part) =>
        part.sql === parameter && 'text' in part ? [part.text] : [],
      );
      // Some placements contain the list twice.
      const times = once.length === 0 ? 0 : (sql.split(parameter).length - 1) / once.length;
      return { sql, parts: list, bound: Array.from({ length: times }, () => once).flat() };
    });
}

/** Calls in upper case anywhere that an expression can stand, nested up to three deep. */
export const callsAnywhere = queries(
  fc
    .record({
      name: names,
      around: fc.array(fc.constantFrom(...contexts), { minLength: 1, maxLength: 3 }),
    })
    // The argument of an aggregate cannot be a window function, so that one is outermost.
    .map(({ name: { value, call }, around }) => ({ value, sql: nest(call, around) })),
);

function nest(call: string, around: readonly ((inner: string) => string)[]): string {
  return around.reduce(
    (inner, into) => into(inner.includes(' OVER ') ? `(SELECT ${inner})` : inner),
    call,
  );
}

/** Calls in a select list, in any letter case. */
export const callsInAnyCase = queries(
  spelledNames.map(({ value, call }) => ({ value, sql: call })),
);

/** Text, names and comments that look like calls, among real calls. */
export const lookalikes = queries(
  fc.oneof(
    names.map(({ value, call }): Part => ({ value, sql: call })),
    {
      arbitrary: fc
        .record({ name: spelledNames, before: plainText, after: plainText })
        .chain(({ name: { call }, before, after }) => {
          const text = `${before}${call}${after}`;
          const quoted = text.replaceAll("'", "''");
          const free = text.replaceAll('$', '');
          return fc.constantFrom<Part>(
            { sql: `'${quoted}'`, text },
            { sql: `'''${quoted}'`, text: `'${text}` },
            { sql: `/* ${call} */ 'x' -- '${call}\n`, text: 'x' },
            { sql: `$tag$${free}$tag$`, text: free },
            { sql: `$$it's "${free}$$`, text: `it's "${free}` },
            { sql: `(SELECT "${call}" FROM (SELECT 'y' AS "${call}") q)`, text: 'y' },
            { sql: `(SELECT q."it's ${call}" FROM (SELECT 'z' AS "it's ${call}") q)`, text: 'z' },
            { sql: parameter, text },
          );
        }),
      weight: 3,
    },
  ),
);
