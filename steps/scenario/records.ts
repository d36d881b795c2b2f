import { randomUUID } from 'node:crypto';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import { mismatch, printExpected } from './match-rows.js';
import type { ExpectedRows, Rows } from './match-rows.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { housekeepingMark } from './conversation.js';
import type { Session } from './session.js';
import { becomes } from './visibility.js';
import type { World } from './world.js';

/** The kinds of record that the instrumentation keeps for a session. */
export type RecordKind = 'instance' | 'session' | 'statement' | 'execution';

/** The expected records of a session, for some of their columns. */
export interface ExpectedRecords {
  readonly kind: RecordKind;
  readonly session: Session;
  readonly columns: readonly string[];
  readonly rows: ExpectedRows;
}

const schema = '_gizmosql_instr.main';

/** A column added by the suite: whether the record is that of the later statement. */
const laterColumn = 'later_statement';

/**
 * Waits until the records of a session are exactly the expected ones, in any order. For statements and
 * executions it also waits for the record of a later statement: without it, missing records might only be
 * late. A `busy` session cannot send one.
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

/** Waits until the session has records and all of them match the expected one. */
export async function recordsAllBecome(world: World, expected: ExpectedRecords): Promise<void> {
  const later = await sendLater(world, expected);
  const wait = awaitRecords(world, expected, later, (rows) =>
    rows.length === 0
      ? 'no record'
      : mismatch(Array(rows.length).fill(expected.rows[0] ?? []), rows, 'in order'),
  );
  await becomes(wait, world.visibilityMs);
}

/** A statement sent after those whose records are expected. */
interface Later {
  /** An SQL condition that finds its record by its text. */
  readonly found: string;
  /** False if the session had ended, so that another one sent it. */
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
  // The mark is split, so that the query does not find itself.
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

/** The records without that of the later statement, and whether the latter was found. */
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
  // Excludes the suite's own statements. The query does not sort: DuckDB 1.5 returns wrong values if rows
  // arrive between planning and sorting, which must not count against the server.
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

/** The columns in which the two records of a direct query differ. */
const ownOfEach = ['statement_id', 'flight_method', 'created_time'];

/**
 * Merges the two records of a direct query. A server may prepare it twice, at GetFlightInfo and again at
 * DoGet, and record both. The specification has only the first. The second is ignored if its other columns
 * are the same.
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
