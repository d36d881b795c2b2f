import fc from 'fast-check';
import { doors } from '../scenario/doors.js';
import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { CellValue, ColumnType } from '../client/parameters.js';
import { printValue } from '../client/plain-value.js';
import { sqlLiteral } from '../client/sql-literal.js';
import type { PlainValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { recordsBecome } from '../scenario/records.js';
import type { World } from '../scenario/world.js';
import { anyText } from './any-text.js';
import type { Property } from './check-property.js';
import { plainText } from './pseudo-function-queries.js';

const text = anyText(40);

/** Texts of one statement in any spelling, or texts that DuckDB cannot parse. */
const sqlTexts = fc.oneof(
  fc
    .tuple(text, plainText)
    .map(([value, more]) => `SELECT ${sqlLiteral(value)} /* ${more.replaceAll(/[/*]/g, ' ')} */`),
  fc
    .tuple(plainText, text)
    .map(
      ([comment, value]) =>
        `--${comment.replaceAll(/[\n\r]/g, ' ')}\nSELECT ${sqlLiteral(value)} AS "a""b"`,
    ),
  // A server may record a text with `;` as two statements.
  text.map((garbage) => `SELECT ${garbage.replaceAll(';', ' ')}`),
  plainText.map((value) => `\t SELECT\r\n$_$${value.replaceAll('$', ' ')}$_$   `),
  fc
    .tuple(text, fc.nat({ max: 400 }))
    .map(([value, times]) => `SELECT ${sqlLiteral(value.repeat(times))}`),
);

/** sql_text is exactly the text that the client sent. */
export function sqlTextsStay(world: World): Property<string[]> {
  return {
    name: 'sql_text is what was sent',
    cases: fc.array(sqlTexts, { minLength: 1, maxLength: 4 }),
    show: (texts) => texts.map((each) => `  ${JSON.stringify(each)}`).join('\n'),
    check: async (texts) => {
      const session = await world.sessions.start('writer', 'admin');
      for (const sql of texts) {
        await session.tryToExecute(sql);
      }
      const rows = texts.map((sql) => [same(sql)]);
      await recordsBecome(world, { kind: 'statement', session, columns: ['sql_text'], rows });
    },
  };
}

/** A parameter whose value JSON can represent. */
interface Parameter {
  readonly type: ColumnType;
  readonly value: CellValue;
  readonly json: unknown;
}

/** Whether it is a NULL of a numeric type, which builds of GizmoSQL refuse to bind. */
const isNumericNull = ({ type, value }: Parameter): boolean => value === null && type !== 'VARCHAR';

const of = <T extends CellValue>(
  type: ColumnType,
  values: fc.Arbitrary<T>,
  json: (value: T) => unknown = (value) => value,
) => values.map((value): Parameter => ({ type, value, json: json(value) }));

const parameters = fc.oneof(
  of('VARCHAR', text),
  of('BOOLEAN', fc.boolean()),
  of('INTEGER', fc.integer()),
  of('BIGINT', fc.maxSafeInteger().map(BigInt), Number),
  of(
    'DOUBLE',
    // Adding 0 turns -0 into 0, because JSON text loses the difference.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  ),
  of('VARCHAR', fc.constant(null)),
  of('INTEGER', fc.constant(null)),
);

/** bind_parameters is the JSON array of the bound values, for each execution. */
export function parametersStay(world: World): Property<Parameter[][]> {
  return {
    name: 'bind_parameters is what was bound',
    cases: fc
      .array(parameters, { minLength: 1, maxLength: 5 })
      .chain((first) =>
        fc
          .array(
            fc.tuple(...first.map(({ type }) => parameters.filter((each) => each.type === type))),
            { maxLength: 2 },
          )
          .map((others) => [first, ...others]),
      ),
    show: (rows) =>
      rows
        .map(
          (row) => `  ${row.map(({ type, json }) => `${type} ${JSON.stringify(json)}`).join(', ')}`,
        )
        .join('\n'),
    check: async (rows) => {
      const [first = []] = rows;
      const sql = `SELECT ${first.map(({ type }) => `?::${type}`).join(', ')}`;
      const session = await world.sessions.start('binder', 'admin');
      for (const row of rows) {
        const bound = {
          columns: row.map(({ type }, at) => ({ name: `p${at}`, type })),
          rows: [row.map(({ value }) => value)],
        };
        const execute = (client: FlightSqlClient) => doors['a prepared query'](client, sql, bound);
        const shown = { parameters: row.map(({ json }) => json) };
        if (row.some(isNumericNull)) {
          if ('error' in (await session.perform(sql, execute, shown))) {
            return; // What was not bound cannot be recorded.
          }
        } else {
          await session.succeed(sql, execute, shown);
        }
      }
      await recordsBecome(world, {
        kind: 'execution',
        session,
        columns: ['bind_parameters'],
        rows: rows.map((row) => [theJson(row.map(({ json }) => json))]),
      });
    },
  };
}

/** user_agent contains the user agent that the client sent. */
export function userAgentsStay(world: World): Property<string> {
  // HTTP removes spaces at the ends of a header.
  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 });
  return {
    name: 'user_agent is what was sent',
    cases: printable.map((each) => each.trim()).filter((each) => each !== ''),
    show: (agent) => `  the user agent ${JSON.stringify(agent)}`,
    check: async (userAgent) => {
      const session = await world.sessions.start('caller', 'admin', { userAgent });
      await recordsBecome(world, {
        kind: 'session',
        session,
        columns: ['user_agent'],
        rows: [
          [
            {
              text: `contains ${printValue(userAgent)}`,
              matches: (value) => typeof value === 'string' && value.includes(userAgent),
            },
          ],
        ],
      });
    },
  };
}

const awkward = [
  "'",
  '"',
  '\\',
  ';',
  '$',
  '-',
  '/',
  '*',
  '(',
  ')',
  '{',
  '}',
  '\n',
  '\t',
  ' ',
  'ñ',
  '用',
  '🦆',
  '?',
  '%',
];

/** GIZMOSQL_USER() is the name of the user that logged in. */
export function userNamesStay(world: World): Property<string> {
  return {
    name: 'GIZMOSQL_USER() is who logged in',
    cases: fc
      .oneof(text, fc.string({ unit: fc.constantFrom(...awkward), maxLength: 20 }))
      // The specification does not say whether a login may have an empty name.
      .filter((name) => name.trim() !== ''),
    show: (name) => `  the user ${JSON.stringify(name)}`,
    check: async (user) => {
      const session = await world.sessions.start('named', 'user', { user, silent: true });
      const sql =
        'SELECT GIZMOSQL_USER() AS name, 1 AS one WHERE GIZMOSQL_USER() = GIZMOSQL_USER()';
      const { rows } = await session.execute(sql);
      const [[name, one] = []] = rows;
      if (rows.length !== 1 || name !== user || Number(one) !== 1) {
        const got = rows.map((row) => printValue([...row])).join(', ') || 'no rows';
        throw new PromiseBroken(`the name ${printValue(user)}`, sql, got);
      }
    },
  };
}

const same = (expected: PlainValue) => ({
  text: printValue(expected),
  matches: (value: PlainValue) => value === expected,
});

function theJson(expected: unknown) {
  const json = JSON.stringify(expected);
  return {
    text: `the JSON ${json}`,
    matches: (value: PlainValue) => {
      try {
        return typeof value === 'string' && JSON.stringify(JSON.parse(value)) === json;
      } catch {
        return false;
      }
    },
  };
}
