import fc from 'fast-check';
import { FlightSQLClient } from '@gizmodata/gizmosql-client';
import type {
  FlightData,
  Ticket,
} from '@gizmodata/gizmosql-client/dist/generated/proto/Flight_pb.js';
import { Message } from 'apache-arrow/ipc/metadata/message';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { valueText } from '../steps/client/plain-value.js';
import type { ResultTable } from '../steps/client/result-table.js';
import { becomes } from '../steps/scenario/visibility.js';
import { login, useWorkshop } from './server-fixture.js';
import type { RunningServer } from './server.js';

/**
 * How many scripts each client performs. `EARLY_CLOSE_SCRIPTS=1000 npx vitest run
 * reference/early-close.spec.ts` performs 2,000 with two clients.
 */
const scriptCount = Number(process.env['EARLY_CLOSE_SCRIPTS'] ?? 16);
/** How many scripts are performed at the same time, each in a session of its own. */
const sideBySide = 4;
/** Beyond this a script hangs, in ms. */
const mostOfAScript = 20_000;
/** Rows of a result that is closed early: more than the server can send unasked. */
const longRows = 100_000;

/** How a transaction is begun and ended: by SQL, or by the actions of Flight SQL. */
type Way = 'sql' | 'actions';
type End = 'commit' | 'rollback';

/** A client with one session. */
interface Talker {
  /** Reads the whole result; resolves to its first value, as text. */
  query(sql: string): Promise<string>;
  /** Cancels the call once so many rows are there; resolves to the rows that are. */
  letGo(sql: string, rows: number): Promise<number>;
  begin(way: Way): Promise<void>;
  end(end: End): Promise<void>;
  close(): Promise<void>;
}

/** A client of this project: every statement carries the Flight SQL transaction that is open. */
async function ownClient(port: number): Promise<Talker> {
  const endpoint = { host: '127.0.0.1', port };
  const client = await FlightSqlClient.connect(endpoint, login, { timeoutMs: mostOfAScript });
  let open: { transaction: Uint8Array } | undefined;
  return {
    query: async (sql) => firstValue(await client.query(sql, open)),
    letGo: async (sql, rows) => (await client.startQuery(sql, open)).letGoAfter(rows),
    begin: async (way) => {
      if (way === 'sql') {
        await client.query('BEGIN');
      } else {
        open = { transaction: await client.beginTransaction() };
      }
    },
    end: async (end) => {
      const ended = open;
      open = undefined;
      await (ended === undefined
        ? client.query(end.toUpperCase())
        : client.endTransaction(ended.transaction, end));
    },
    close: async () => {
      await client.closeSession();
      client.close();
    },
  };
}

/** What npm's @gizmodata/gizmosql-client keeps to itself: its stub of the service and its token. */
interface Inside {
  readonly client: { doGet(ticket: Ticket, metadata: unknown): Call };
  readonly metadata: unknown;
}
interface Call {
  on(event: 'data', listener: (data: FlightData) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'end', listener: () => void): void;
  cancel(): void;
}

/** npm's @gizmodata/gizmosql-client: it reads whole results only, so its own call is cancelled here. */
async function foreignClient(port: number): Promise<Talker> {
  const client = new FlightSQLClient({ host: '127.0.0.1', port, plaintext: true, ...login });
  await client.connect();
  const command = client as unknown as {
    createCommandDescriptor(command: unknown, type: string): never;
  };
  const { CommandStatementQuery } =
    await import('@gizmodata/gizmosql-client/dist/generated/proto/FlightSql_pb.js');
  const type = 'type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery';
  return {
    query: async (sql) => String((await client.execute(sql)).getChildAt(0)?.get(0)),
    letGo: async (sql, rows) => {
      const query = new CommandStatementQuery();
      query.setQuery(sql);
      const info = await client.getFlightInfo(command.createCommandDescriptor(query, type));
      const ticket = info.getEndpointList()[0]?.getTicket() as Ticket;
      const { client: stub, metadata } = client as unknown as Inside;
      return rowsUntil(stub.doGet(ticket, metadata), rows);
    },
    begin: async () => {
      await client.execute('BEGIN');
    },
    end: async (end) => {
      await client.execute(end.toUpperCase());
    },
    close: () => client.close(),
  };
}

function rowsUntil(call: Call, enough: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    call.on('error', reject);
    call.on('end', () => {
      resolve(rows);
    });
    call.on('data', (data) => {
      const message = Message.decode(data.getDataHeader_asU8());
      if (message.isRecordBatch()) {
        rows += message.header().length;
      }
      if (rows >= enough) {
        resolve(rows);
        call.cancel();
      }
    });
  });
}

function firstValue({ rows }: ResultTable): string {
  return valueText(rows[0]?.[0] ?? null);
}

type Step =
  | { readonly do: 'begin'; readonly way: Way }
  | { readonly do: 'end'; readonly end: End }
  /** A row that must be kept unless its transaction is rolled back. */
  | { readonly do: 'insert'; readonly returning: boolean }
  /** Draws from a sequence, which tells how often that was done. */
  | { readonly do: 'draw'; readonly letGo: boolean }
  | { readonly do: 'read'; readonly rows: number; readonly letGo: boolean }
  | { readonly do: 'close early'; readonly rows: number };

const script: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('begin' as const),
      way: fc.constantFrom<Way>('sql', 'actions'),
    }),
    fc.record({
      do: fc.constant('end' as const),
      end: fc.constantFrom<End>('commit', 'commit', 'rollback'),
    }),
    fc.record({ do: fc.constant('insert' as const), returning: fc.boolean() }),
    fc.record({ do: fc.constant('draw' as const), letGo: fc.boolean() }),
    fc.record({
      do: fc.constant('read' as const),
      rows: fc.integer({ min: 1, max: 6_000 }),
      letGo: fc.boolean(),
    }),
    fc.record({
      do: fc.constant('close early' as const),
      rows: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20_000 })),
    }),
  ),
  { minLength: 3, maxLength: 14, size: 'max' },
);

/** What is to be found when a script is over. */
class Expected {
  private readonly kept: number[] = [];
  private pending: number[] | undefined;
  /** How often each text was executed, and how each time must be recorded. */
  readonly executions = new Map<string, string[]>();
  inserts = 0;
  draws = 0;

  get inTransaction(): boolean {
    return this.pending !== undefined;
  }

  get rows(): string {
    return this.kept.join();
  }

  begin(): void {
    this.pending = [];
  }

  end(end: End): void {
    this.kept.push(...(end === 'commit' ? (this.pending ?? []) : []));
    this.pending = undefined;
  }

  insert(): number {
    (this.pending ?? this.kept).push(++this.inserts);
    return this.inserts;
  }

  /** `closed`: as a result that was closed early, whose rest the server sent or did not send. */
  executed(sql: string, status: 'success' | 'closed'): void {
    this.executions.set(sql, [...(this.executions.get(sql) ?? []), status]);
  }

  /** In the form of the query in `recorded`. */
  get records(): string {
    const lines = [...this.executions].map(
      ([sql, statuses]) => `${sql}: ${statuses.sort().join()}`,
    );
    return lines.sort().join('\n');
  }
}

async function perform(number: number, steps: readonly Step[], talker: Talker): Promise<Expected> {
  const expected = new Expected();
  for (const step of steps) {
    await performStep(number, step, talker, expected);
  }
  if (expected.inTransaction) {
    await performStep(number, { do: 'end', end: 'commit' }, talker, expected);
  }
  return expected;
}

async function performStep(
  number: number,
  step: Step,
  talker: Talker,
  expected: Expected,
): Promise<void> {
  const run = async (sql: string, rows: number, letGo: boolean): Promise<void> => {
    if (letGo) {
      expect(await talker.letGo(sql, rows)).toBe(rows);
    } else {
      await talker.query(sql);
    }
    expected.executed(sql, 'success');
  };
  switch (step.do) {
    case 'begin':
      if (!expected.inTransaction) {
        await talker.begin(step.way);
        expected.begin();
      }
      return;
    case 'end':
      if (expected.inTransaction) {
        await talker.end(step.end);
        expected.end(step.end);
      }
      return;
    case 'insert': {
      const values = `INSERT INTO kept VALUES (${number}, ${expected.insert()})`;
      await run(step.returning ? `${values} RETURNING n` : values, 1, step.returning);
      return;
    }
    case 'draw':
      await run("SELECT nextval('drawn') AS drawn", 1, step.letGo);
      expected.draws++;
      return;
    case 'read':
      await run(`SELECT range AS n FROM range(${step.rows})`, step.rows, step.letGo);
      return;
    case 'close early': {
      const sql = `SELECT range AS n, repeat('x', 40) AS text FROM range(${longRows})`;
      const got = await talker.letGo(sql, step.rows);
      expect(got).toBeGreaterThanOrEqual(step.rows);
      expected.executed(sql, 'closed');
    }
  }
}

describe.each([
  ['the client of this project', ownClient],
  ["npm's @gizmodata/gizmosql-client", foreignClient],
])('results closed early by %s', (_, connect) => {
  const workshop = useWorkshop(beforeAll, afterAll);
  let server: RunningServer;
  let judge: FlightSqlClient;
  let scripts = 0;

  beforeAll(async () => {
    server = await workshop.start();
    judge = await workshop.connect(server);
    await judge.query('CREATE TABLE kept (script INTEGER, n INTEGER)');
  });

  it(
    'lose no row that was committed, and nothing runs twice',
    async () => {
      const several = fc.array(script, { minLength: sideBySide, maxLength: sideBySide });
      await fc.assert(
        fc.asyncProperty(several, async (each) => {
          const outcomes = await Promise.allSettled(each.map(holds));
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') {
              throw outcome.reason;
            }
          }
        }),
        { numRuns: Math.ceil(scriptCount / sideBySide) },
      );
    },
    60_000 + scriptCount * mostOfAScript,
  );

  async function holds(steps: readonly Step[]): Promise<void> {
    const number = ++scripts;
    const talker = await connect(server.port);
    try {
      const session = await talker.query('SELECT GIZMOSQL_CURRENT_SESSION()');
      await talker.query('CREATE TEMP SEQUENCE drawn');
      const expected = await perform(number, steps, talker);
      expect(await kept(number)).toBe(expected.rows);
      const next = String(expected.draws + 1);
      expect(await talker.query("SELECT nextval('drawn') AS last")).toBe(next);
      await mustBeRecorded(session, expected.records);
    } finally {
      await talker.close();
    }
  }

  /** The rows of a script that others see. */
  async function kept(number: number): Promise<string> {
    const sql = `SELECT coalesce(string_agg(n, ',' ORDER BY n), '') FROM kept WHERE script = ${number}`;
    return firstValue(await judge.query(sql));
  }

  /** Waits until the executions of the scripts' own statements in a session are those. */
  async function mustBeRecorded(session: string, records: string): Promise<void> {
    const sql = `WITH texts AS (
        SELECT sql_text, string_agg(if(closed, 'closed', e.status), ',' ORDER BY if(closed, 'closed', e.status)) AS statuses
        FROM _gizmosql_instr.sql_executions e JOIN _gizmosql_instr.sql_statements USING (statement_id),
          (SELECT contains(sql_text, 'repeat') AND e.status IN ('success', 'cancelled') AS closed)
        WHERE session_id = '${session}' AND (sql_text LIKE 'SELECT range%' OR sql_text LIKE '% AS drawn' OR sql_text LIKE 'INSERT%')
        GROUP BY sql_text
      ), last AS (
        SELECT count(*) AS seen FROM _gizmosql_instr.sql_executions e JOIN _gizmosql_instr.sql_statements USING (statement_id)
        WHERE session_id = '${session}' AND sql_text LIKE '% AS last' AND e.status = 'success'
      )
      SELECT coalesce(string_agg(sql_text || ': ' || statuses, chr(10) ORDER BY sql_text || ': ' || statuses), ''), (SELECT seen FROM last) FROM texts`;
    await becomes(
      {
        promised: `executions\n${records}`,
        sent: sql,
        look: async () => (await judge.query(sql)).rows[0]?.map(valueText) ?? [],
        judge: ([found, last]) =>
          found === records && last === '1' ? undefined : `${found ?? ''}\n(${last ?? ''} last)`,
      },
      3_000,
    );
  }
});
