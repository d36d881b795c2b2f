import { randomUUID } from 'node:crypto';
import type { PlainValue } from './client/plain-value.js';
import type { ResultTable } from './client/result-table.js';
import { mismatch, printExpected } from './match-rows.js';
import type { ExpectedRows, Rows } from './match-rows.js';
import { PromiseBroken } from './promise-broken.js';
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

/**
 * Waits until the records of a session are the expected ones, in any order, and
 * no others; for statements and executions it then waits for a later record of
 * the same session and looks again, so that "no others" is more than "not yet".
 * A `busy` session can send no later statement.
 */
export async function recordsBecome(
  world: World,
  expected: ExpectedRecords,
  { busy = false } = {},
): Promise<void> {
  const wait = awaitRecords(world, expected, (rows) =>
    mismatch(expected.rows, rows, 'in any order'),
  );
  await becomes(wait, world.visibilityMs);
  const { kind, session } = expected;
  if (!busy && (kind === 'statement' || kind === 'execution')) {
    await settle(world, session, kind);
    const wrong = wait.judge(await wait.look());
    if (wrong !== undefined) {
      throw new PromiseBroken(`${wait.promised} and no others`, wait.sent, wrong);
    }
  }
}

/** Waits until there are records of the session and all of them are as the one expected. */
export async function recordsAllBecome(world: World, expected: ExpectedRecords): Promise<void> {
  const wait = awaitRecords(world, expected, (rows) =>
    rows.length === 0
      ? 'no record'
      : mismatch(Array(rows.length).fill(expected.rows[0] ?? []), rows, 'in order'),
  );
  await becomes(wait, world.visibilityMs);
  if (expected.kind === 'statement' || expected.kind === 'execution') {
    await settle(world, expected.session, expected.kind);
  }
  const wrong = wait.judge(await wait.look());
  if (wrong !== undefined) {
    throw new PromiseBroken(wait.promised, wait.sent, wrong);
  }
}

function awaitRecords(
  world: World,
  { kind, session, columns, rows }: ExpectedRecords,
  judge: (rows: Rows) => string | undefined,
) {
  const name = session.settings.name;
  const sql = recordsQuery(kind, world.fill(`\${${name}}`), world.fill(`\${${name}.instance}`));
  return {
    promised: `${kind} records of '${name}' (${columns.join(', ')}) ${printExpected(rows)}`,
    sent: sql,
    look: async () => project(kind, await world.look(sql), columns),
    judge,
  };
}

function recordsQuery(kind: RecordKind, sessionId: string, instanceId: string): string {
  // The suite's own statements are nobody's business. Nothing is sorted: DuckDB 1.5 answers with wrong
  // values where rows arrive between planning and sorting, which is no fault of the server's.
  const ofSession = `s.session_id = '${sessionId}' AND NOT contains(s.sql_text, '${housekeepingMark}')`;
  switch (kind) {
    case 'instance':
      return `SELECT * FROM ${schema}.instances WHERE instance_id = '${instanceId}'`;
    case 'session':
      return `SELECT * FROM ${schema}.sessions WHERE session_id = '${sessionId}'`;
    case 'statement':
      return `SELECT s.* FROM ${schema}.sql_statements s WHERE ${ofSession}`;
    case 'execution':
      return `SELECT e.*, s.sql_text, s.flight_method, s.is_internal FROM ${schema}.sql_executions e JOIN ${schema}.sql_statements s ON s.statement_id = e.statement_id WHERE ${ofSession}`;
  }
}

function project(kind: RecordKind, table: ResultTable, columns: readonly string[]): Rows {
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

/**
 * A server may prepare a direct query twice, when it is announced and again when
 * its result is fetched, and record both. The specification knows the first;
 * the second is taken for the same statement.
 */
export function foldDirectQueries({ columns, rows }: Pick<ResultTable, 'columns' | 'rows'>): Rows {
  const cell = (row: readonly PlainValue[], column: string): PlainValue =>
    row[columns.indexOf(column)] ?? null;
  const announced = rows
    .filter((row) => cell(row, 'flight_method') === 'GetFlightInfoStatement')
    .map((row) => cell(row, 'sql_text'));
  return rows.filter((row) => {
    const again = announced.indexOf(cell(row, 'sql_text'));
    if (cell(row, 'flight_method') !== 'DoGetStatement' || again === -1) {
      return true;
    }
    announced.splice(again, 1);
    return false;
  });
}

/** Sends a statement of the suite's own and waits until it is recorded: what came before it is, too. */
async function settle(
  world: World,
  session: Session,
  kind: 'statement' | 'execution',
): Promise<void> {
  const mark = randomUUID();
  await world.ask(session, `SELECT '${mark}'`);
  // In two parts, so that the query that looks for the mark does not find itself.
  const marked = `contains(s.sql_text, '${mark.slice(0, 18)}' || '${mark.slice(18)}')`;
  const ended = `JOIN ${schema}.sql_executions e ON e.statement_id = s.statement_id AND e.execution_end_time IS NOT NULL`;
  const sql = `SELECT count(*) FROM ${schema}.sql_statements s ${kind === 'execution' ? ended : ''} WHERE ${marked}`;
  const wait = {
    promised: `the ${kind} record of a later statement`,
    sent: sql,
    look: async () => Number((await world.look(sql)).rows[0]?.[0] ?? 0),
    judge: (count: number) => (count > 0 ? undefined : 'no record of it'),
  };
  await becomes(wait, world.visibilityMs);
}
