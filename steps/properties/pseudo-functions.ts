import type fc from 'fast-check';
import { doors } from '../scenario/doors.js';
import type { Door } from '../scenario/doors.js';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Session } from '../scenario/session.js';
import type { World } from '../scenario/world.js';
import type { Property } from './check-property.js';
import { callsAnywhere, callsInAnyCase, lookalikes } from './pseudo-function-queries.js';
import type { Part, PseudoFunction, PseudoFunctionQuery } from './pseudo-function-queries.js';

const kinds = {
  'wherever an expression may stand': callsAnywhere,
  'in any letter case': callsInAnyCase,
  'among what only looks like them': lookalikes,
} satisfies Record<string, fc.Arbitrary<PseudoFunctionQuery>>;

/** The kinds of generated queries. */
export type Calls = keyof typeof kinds;

/** Each call yields what `SELECT f()` alone yields; text is unchanged. */
export function rightValues(
  world: World,
  calls: Calls,
  door: Extract<Door, 'a query' | 'a prepared query'>,
): Property<PseudoFunctionQuery> {
  return {
    name: `pseudo-functions ${calls}, by ${door}`,
    // Only a prepared statement has parameters.
    cases: kinds[calls].filter(({ bound }) => bound.length === 0 || door === 'a prepared query'),
    show: ({ sql, bound }) =>
      `  by ${door}: ${sql}\n  with the parameters: ${printValue([...bound])}`,
    check: async ({ sql, parts, bound }) => {
      const session = await world.sessions.ofRole('admin');
      const expected = printValue(await valuesOf(session, parts));
      const parameters =
        bound.length === 0
          ? undefined
          : {
              columns: bound.map((_, at) => ({ name: `p${at}`, type: 'VARCHAR' as const })),
              rows: [bound],
            };
      const { rows } = await session.succeed(
        sql,
        (client) => doors[door](client, sql, parameters),
        parameters === undefined ? {} : { parameters: bound },
      );
      const got = rows.map((row) => printValue([...row])).join(', ');
      if (got !== expected) {
        throw new PromiseBroken(`one row: ${expected}`, sql, got === '' ? 'no rows' : got);
      }
    },
  };
}

/** The value of each pseudo-function alone, asked once for each session. */
const known = new WeakMap<Session, Map<PseudoFunction, PlainValue>>();

async function valuesOf(session: Session, parts: readonly Part[]): Promise<PlainValue[]> {
  const values = known.get(session) ?? new Map<PseudoFunction, PlainValue>();
  known.set(session, values);
  for (const part of parts) {
    if ('value' in part && !values.has(part.value)) {
      const [value = null] = await session.ask(`SELECT GIZMOSQL_${part.value}()`);
      values.set(part.value, value);
    }
  }
  return parts.map((part) => ('value' in part ? (values.get(part.value) ?? null) : part.text));
}
