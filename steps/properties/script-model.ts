import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import { foldDirectQueries } from '../scenario/records.js';

/** The possible ends of an execution, and the values of `status` allowed for each. */
const ends = {
  success: ['success'],
  error: ['error'],
  cancelled: ['cancelled'],
  /** The client closed the result. The server may stop, or run to the end. */
  'closed early': ['cancelled', 'success'],
  /** The client's connection ended. The specification does not say what that means for the execution. */
  'left behind': ['cancelled', 'success', 'error'],
} as const satisfies Record<string, readonly string[]>;

/** The expected record of an execution. */
export interface ModelExecution {
  readonly text: string;
  readonly bound: string | null | undefined;
  readonly status: keyof typeof ends;
  /** The number of rows that the client received; null where the number is not specified. */
  readonly rows: number | readonly [least: number, most: number] | null;
}

/** The expected record of a session. */
export interface ModelSession {
  readonly id: string;
  /** The actor in the script. */
  readonly name: string;
  /** `gone`: the connection was lost, and the record of that is not specified. */
  status: 'active' | 'closed' | 'killed' | 'gone' | 'stopped' | 'crashed';
  readonly statements: { readonly text: string; readonly prepared: boolean }[];
  readonly executions: ModelExecution[];
  /** Texts whose records are not specified. */
  readonly unjudged: Set<PlainValue>;
}

const schema = '_gizmosql_instr.main';

/** One query for all records of the sessions, except those that the model does not describe. */
export function recordsOf(sessions: readonly ModelSession[], housekeeping: string): string {
  const ids = sessions.map(({ id }) => `'${id}'`).join(', ') || 'NULL';
  // The specification does not say whether a successful KILL SESSION is recorded.
  const told = `st.session_id IN (${ids}) AND NOT st.is_internal AND NOT contains(st.sql_text, '${housekeeping}') AND NOT starts_with(st.sql_text, 'KILL')`;
  return [
    `SELECT 'session' AS kind, session_id, status, stop_time IS NOT NULL AS ended, stop_reason AS message FROM ${schema}.sessions WHERE session_id IN (${ids})`,
    `SELECT 'statement' AS kind, st.session_id, st.sql_text, st.flight_method, st.prepare_success AS prepared, st.prepare_error AS message FROM ${schema}.sql_statements st WHERE ${told}`,
    `SELECT 'execution' AS kind, st.session_id, st.sql_text, e.bind_parameters, e.rows_fetched, e.status, e.execution_end_time IS NOT NULL AS ended, e.error_message AS message FROM ${schema}.sql_executions e JOIN ${schema}.sql_statements st USING (statement_id) WHERE ${told}`,
  ].join(' UNION ALL BY NAME ');
}

/** The kinds of record that a script is judged by. */
export type Kind = 'session' | 'statement' | 'execution';

type Line = readonly [text: string, matches: (record: Record<string, PlainValue>) => boolean];

/** The first difference between the records and the model, for a report; undefined if there is none. */
export function difference(
  kind: Kind,
  sessions: readonly ModelSession[],
  table: ResultTable,
): string | undefined {
  for (const session of sessions) {
    const records = recordsOfKind(kind, session, table);
    const lines = expected[kind](session);
    const left = [...records];
    for (const [text, matches] of lines) {
      const place = left.findIndex(matches);
      if (place === -1) {
        return `session ${session.name} (${session.id}): no ${kind} record says: ${text}; there are: ${shown(records)}`;
      }
      left.splice(place, 1);
    }
    if (left.length > 0) {
      return `session ${session.name} (${session.id}): ${kind} records that nothing in the script explains: ${shown(left)}`;
    }
  }
  return undefined;
}

function recordsOfKind(kind: Kind, { id, unjudged }: ModelSession, { columns, rows }: ResultTable) {
  const at = (column: string): number => columns.indexOf(column);
  const own = rows.filter(
    (row) =>
      row[at('kind')] === kind &&
      row[at('session_id')] === id &&
      !unjudged.has(row[at('sql_text')] ?? null),
  );
  const once = kind === 'statement' ? foldDirectQueries({ columns, rows: own }) : own;
  return once.map((row) =>
    Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])),
  );
}

const said = (value: PlainValue | undefined): boolean =>
  typeof value === 'string' && value.trim() !== '';

const expected: Record<Kind, (session: ModelSession) => readonly Line[]> = {
  session: ({ status }) => [[endings[status].text, endings[status].matches]],
  statement: ({ statements }) =>
    statements.map(({ text, prepared }) => [
      `${text}, ${prepared ? 'prepared' : 'which could not be prepared'}`,
      (record) =>
        record['sql_text'] === text &&
        record['prepared'] === prepared &&
        said(record['message']) !== prepared,
    ]),
  execution: ({ executions }) =>
    executions.toSorted(mostAskedFirst).map(({ text, bound, status, rows }) => {
      const [least, most] = rangeOf(rows);
      return [
        `${text}, bound ${bound === undefined ? 'nothing' : JSON.stringify(bound)}, ${ends[status].join(' or ')}, ${shownRows(rows)} rows, ended`,
        (record) =>
          record['sql_text'] === text &&
          sameParameters(record['bind_parameters'], bound) &&
          (ends[status] as readonly PlainValue[]).includes(record['status'] ?? null) &&
          (rows === null ||
            (Number(record['rows_fetched']) >= least && Number(record['rows_fetched']) <= most)) &&
          record['ended'] === true &&
          (record['status'] === 'cancelled' ||
            said(record['message']) === (record['status'] === 'error')),
      ];
    }),
};

/**
 * The execution with the highest least number of rows comes first. Executions of one text allow the same ends
 * and the same highest number, so the others can match any record that the first leaves.
 */
function mostAskedFirst(one: ModelExecution, other: ModelExecution): number {
  return rangeOf(other.rows)[0] - rangeOf(one.rows)[0];
}

function rangeOf(rows: ModelExecution['rows']): readonly [least: number, most: number] {
  return typeof rows === 'number' ? [rows, rows] : (rows ?? [0, Infinity]);
}

function shownRows(rows: ModelExecution['rows']): string {
  return rows === null ? 'any number of' : [...new Set(rangeOf(rows))].join(' to ');
}

/** The stop_reason of sessions that a crash left open. */
const unclean = 'unclean_shutdown';

const endings: Record<
  ModelSession['status'],
  { text: string; matches: (record: Record<string, PlainValue>) => boolean }
> = {
  active: {
    text: 'active, without an end',
    matches: ({ status, ended, message }) =>
      status === 'active' && ended === false && message === null,
  },
  closed: {
    text: 'closed, with an end and a reason',
    matches: ({ status, ended, message }) =>
      status === 'closed' && ended === true && said(message) && message !== unclean,
  },
  killed: {
    text: 'killed, with an end and a reason',
    matches: ({ status, ended, message }) =>
      status === 'killed' && ended === true && said(message) && message !== unclean,
  },
  gone: { text: 'a session', matches: () => true },
  stopped: {
    text: 'ended by an orderly stop of the server',
    matches: ({ status, ended, message }) =>
      status !== 'active' && ended === true && message !== unclean,
  },
  crashed: {
    text: `closed, with an end and the reason 'unclean_shutdown'`,
    matches: ({ status, ended, message }) =>
      status === 'closed' && ended === true && message === unclean,
  },
};

function sameParameters(
  recorded: PlainValue | undefined,
  bound: string | null | undefined,
): boolean {
  if (typeof recorded !== 'string' || bound === undefined) {
    return (recorded ?? null) === null && bound === undefined;
  }
  try {
    const values = JSON.parse(recorded) as unknown;
    return Array.isArray(values) && values.length === 1 && values[0] === bound;
  } catch {
    return false;
  }
}

function shown(records: readonly Readonly<Record<string, PlainValue>>[]): string {
  const lines = records.map((record) =>
    Object.entries(record)
      .filter(([name, value]) => value !== null && name !== 'kind' && name !== 'session_id')
      .map(([name, value]) => `${name} ${printValue(value)}`)
      .join(', '),
  );
  return lines.length === 0 ? 'none' : lines.map((line) => `(${line})`).join(', ');
}
