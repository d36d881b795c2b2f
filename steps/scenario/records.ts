import { randomUUID } from 'node:crypto';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import { mismatch, printExpected } from './match-rows.js';
import type { ExpectedRows, Rows } from './match-rows.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { housekeepingMark } from './session.js';
import type { Session } from './session.js';
import { becomes } from './visibility.js';
import type { World } from './world.js';

/** The kinds of record the instrumentation keeps of a session. */
export type RecordKind = 'instance' | 'session' | 'statement' | 'execution';

/** What a scenario expects of the records of a session: of these columns, these rows. */
export interface ExpectedRecords {
  readonly kind: RecordKind;
  readonly session: Session;
  readonly columns: readonly string[];
  readonly rows: ExpectedRows;
}

const schema = '_gizmosql_instr.main';

/** A column of the suite's own: whether the record is that of a statement sent after all that is looked for. */
const laterColumn = 'later_statement';

/**
 * Waits until the records of a session are the expected ones, in any order, and
 * no others; with statements and executions it looks for the record of a later
 * statement, too, so that "no others" is more than "not yet". A `busy` session
 * can send no later statement.
 */
export async function recordsBecome(
  world: World,
  expected: ExpectedRecords,
  { busy = false } = {},
): Promise<void> {
  const later = busy ? undefined : await sendLater(world, expected);
  const wait = awaitRecords(world, expected, later, (rows) =>
    mismatch(expected.rows, rows, 'in any order'),
  );
  await becomes(wait, world.visibilityMs);
}

/** Waits until there are records of the session and all of them are as the one expected. */
export async function recordsAllBecome(world: World, expected: ExpectedRecords): Promise<void> {
  const later = await sendLater(world, expected);
  const wait = awaitRecords(world, expected, later, (rows) =>
    rows.length === 0
      ? 'no record'
      : mismatch(Array(rows.length).fill(expected.rows[0] ?? []), rows, 'in order'),
  );
  await becomes(wait, world.visibilityMs);
}

/** A statement that was sent after those whose records are looked for. */
interface Later {
  /** An expression in SQL that finds it by its text. */
  readonly found: string;
  /** False when the session was over and another one sent it. */
  readonly inSession: boolean;
}

async function sendLater(
  world: World,
  { kind, session }: ExpectedRecords,
): Promise<Later | undefined> {
  if (kind !== 'statement' && kind !== 'execution') {
    return undefined;
  }
  const mark = randomUUID();
  const inSession = session.usable;
  await world.ask(session, `SELECT '${mark}'`);
  // In two parts, so that the query that looks for the mark does not find itself.
  const found = `contains(s.sql_text, '${mark.slice(0, 18)}' || '${mark.slice(18)}')`;
  return { found, inSession };
}

function awaitRecords(
  world: World,
  expected: ExpectedRecords,
  later: Later | undefined,
  judge: (rows: Rows) => string | undefined,
) {
  const { kind, session, columns, rows } = expected;
  const name = session.settings.name;
  const ids = { session: world.fill(`\${${name}}`), instance: world.fill(`\${${name}.instance}`) };
  const sql = recordsQuery(kind, ids, later);
  const others = later === undefined ? '' : ' and no others';
  return {
    promised: `${kind} records of '${name}' (${columns.join(', ')}) ${printExpected(rows)}${others}`,
    sent: sql,
    look: () => world.look(sql),
    judge: (table: ResultTable) => {
      const { records, complete } = withoutLater(table, later);
      const wrong = judge(project(kind, records, columns));
      return wrong ?? (complete ? undefined : 'no record of a later statement');
    },
  };
}

/** The records looked for, and whether that of the later statement, if there is one, was among them. */
function withoutLater(
  { columns, rows }: ResultTable,
  later: Later | undefined,
): { records: Pick<ResultTable, 'columns' | 'rows'>; complete: boolean } {
  const place = columns.indexOf(laterColumn);
  const records = later === undefined ? rows : rows.filter((row) => row[place] !== true);
  const complete = later === undefined || records.length < rows.length;
  return { records: { columns, rows: records }, complete };
}

function recordsQuery(
  kind: RecordKind,
  ids: { session: string; instance: string },
  later: Later | undefined,
): string {
  // The suite's own statements are nobody's business. Nothing is sorted: DuckDB 1.5 answers with wrong
  // values where rows arrive between planning and sorting, which is no fault of the server's.
  const own = `s.session_id = '${ids.session}'`;
  const ofScenario = `${own} AND NOT contains(s.sql_text, '${housekeepingMark}')`;
  const found = later?.found ?? 'false';
  const among = later?.inSession === true ? `${own} AND ` : '';
  switch (kind) {
    case 'instance':
      return `SELECT * FROM ${schema}.instances WHERE instance_id = '${ids.instance}'`;
    case 'session':
      return `SELECT * FROM ${schema}.sessions WHERE session_id = '${ids.session}'`;
    case 'statement':
      return `SELECT s.*, ${found} AS ${laterColumn} FROM ${schema}.sql_statements s WHERE ${among}(${ofScenario} OR ${found})`;
    case 'execution':
      return `SELECT e.*, s.sql_text, s.flight_method, s.is_internal, ${found} AS ${laterColumn} FROM ${schema}.sql_executions e JOIN ${schema}.sql_statements s ON s.statement_id = e.statement_id WHERE ${among}(${ofScenario} OR ${found} AND e.execution_end_time IS NOT NULL)`;
  }
}

function project(
  kind: RecordKind,
  table: Pick<ResultTable, 'columns' | 'rows'>,
  columns: readonly string[],
): Rows {
  const rows = kind === 'statement' ? foldDirectQueries(table) : table.rows;
  const places = columns.map((column) => {
    const place = table.columns.indexOf(column);
    if (place === -1) {
      throw new PromiseBroken(
        `${kind} records have the column ${column}`,
        `SELECT * of them`,
        `the columns ${table.columns.join(', ')}`,
      );
    }
    return place;
  });
  return rows.map((row) => places.map((place) => row[place] ?? null));
}

/** What tells the two records of a direct query apart; in all other columns they are the same. */
const ownOfEach = ['statement_id', 'flight_method', 'created_time'];

/**
 * A server may prepare a direct query twice, when it is announced and again when
 * its result is fetched, and record both. The specification knows the first;
 * the second is taken for the same statement, if it says the same of it.
 */
export function foldDirectQueries({ columns, rows }: Pick<ResultTable, 'columns' | 'rows'>): Rows {
  const method = columns.indexOf('flight_method');
  const told = (row: readonly PlainValue[]): string =>
    printValue(row.filter((_, place) => !ownOfEach.includes(columns[place] ?? '')));
  const announced = rows.filter((row) => row[method] === 'GetFlightInfoStatement').map(told);
  return rows.filter((row) => {
    const again = announced.indexOf(told(row));
    if (row[method] !== 'DoGetStatement' || again === -1) {
      return true;
    }
    announced.splice(again, 1);
    return false;
  });
}
