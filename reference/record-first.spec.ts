import { beforeEach, describe, expect, it } from 'vitest';
import {
  CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists,
  CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist,
} from '../protocol/gen/flight_sql_pb.js';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import type { RunningQuery } from '../steps/client/running-query.js';
import { becomes } from '../steps/scenario/visibility.js';
import { Program } from './program-fixture.js';
import { useWorkshop } from './server-fixture.js';
import type { RunningServer } from './server.js';

// A request is on record when it has come, before anything is done with it.

const workshop = useWorkshop();
let server: RunningServer;
beforeEach(async () => {
  server = await workshop.start();
});

const connect = (port = server.port) => workshop.connect({ port });

/** Waits until the rows of an instrumentation query are these. */
async function recorded(auditor: FlightSqlClient, sql: string, expected: unknown): Promise<void> {
  const promised = JSON.stringify(expected);
  await becomes(
    {
      promised,
      sent: sql,
      look: async () => JSON.stringify((await auditor.query(sql)).rows),
      judge: (seen) => (seen === promised ? undefined : seen),
    },
    10_000,
  );
}

const instrumentation = '_gizmosql_instr.main';

describe('an attempt in a transaction that nobody has begun', () => {
  const transaction = Buffer.from('never begun');
  const doors: [
    door: string,
    method: string,
    text: string,
    attempt: (client: FlightSqlClient) => Promise<unknown>,
  ][] = [
    [
      'a query',
      'GetFlightInfoStatement',
      'SELECT 11',
      (client) => client.query('SELECT 11', { transaction }),
    ],
    [
      'an update',
      'DoPutCommandStatementUpdate',
      'CREATE TABLE t13 (a INT)',
      (client) => client.update('CREATE TABLE t13 (a INT)', { transaction }),
    ],
    [
      'a prepared statement',
      'CreatePreparedStatement',
      'SELECT 14',
      (client) => client.prepare('SELECT 14', { transaction }),
    ],
    [
      'a command of the server',
      'GetFlightInfoStatement',
      "KILL SESSION 'nobody'",
      (client) => client.query("KILL SESSION 'nobody'", { transaction }),
    ],
    [
      'a bulk ingest',
      'DoPutCommandStatementIngest',
      'INSERT INTO "t15" BY NAME SELECT * FROM temp.main."gizmosql_ingest"',
      (client) =>
        client.ingest(
          {
            table: 't15',
            transactionId: transaction,
            tableDefinitionOptions: { ifNotExist: IfNotExist.FAIL, ifExists: IfExists.APPEND },
          },
          { columns: [{ name: 'a', type: 'INTEGER' }], rows: [[1]] },
        ),
    ],
  ];

  it.each(doors)('leaves a row: %s', async (_, method, text, attempt) => {
    const [client, auditor] = [await connect(), await connect()];
    await expect(attempt(client)).rejects.toThrow('Transaction not found');
    await recorded(
      auditor,
      `SELECT flight_method, regexp_replace(sql_text, 'ingest_[0-9a-f-]+', 'ingest') AS sql_text,
              prepare_success, prepare_error LIKE 'Transaction not found%' AS said
       FROM ${instrumentation}.sql_statements WHERE NOT prepare_success`,
      [[method, text, false, true]],
    );
  });
});

describe('KILL SESSION', () => {
  const both = (session: string, status: string) =>
    `SELECT count(*)::INT FROM ${instrumentation}.sql_executions
     JOIN ${instrumentation}.sql_statements USING (statement_id)
     WHERE status = '${status}' AND sql_text LIKE '%range%' AND session_id = '${session}'`;

  it.each([
    ['one of which runs and one waits', 'range(10_000_000_000)', 1],
    ['of which nobody reads the first', 'range(5_000_000)', 2],
  ])('stops both of two results of one prepared statement, %s', async (_, source, executing) => {
    const [client, auditor] = [await connect(), await connect()];
    const [[id] = []] = (await client.query('SELECT GIZMOSQL_CURRENT_SESSION()')).rows;
    const session = id as string;
    const statement = await client.prepare(`SELECT range FROM ${source}`);
    const results = [await statement.start(), await statement.start()];
    await recorded(auditor, both(session, 'executing'), [[executing]]);
    await auditor.query(`KILL SESSION '${session}'`);
    expect(await Promise.all(results.map(readAll))).toEqual([
      expect.stringMatching(/killed/),
      expect.stringMatching(/killed/),
    ]);
    await recorded(auditor, both(session, 'cancelled'), [[executing]]);
  });
});

describe('a statement that ends the process while it is parsed', () => {
  // So that the engine falls over brackets: an operator may do that, and others find other ways.
  const argv = [
    ...['--port=0', '--health-port=0', '--password=geheim', '--username=alice'],
    ...['--enable-instrumentation=true', '--instrumentation-db-path=parsed.db'],
  ];
  const killing = `SELECT ${'('.repeat(1_000)}1${')'.repeat(1_000)}`;

  it('is on record after the next start, as one that could not be prepared', async () => {
    const parser = '--init-sql-commands=CALL enable_peg_parser()';
    const first = new Program(workshop.folder, [...argv, parser]);
    const client = await connect(await first.port());
    await expect(client.query(killing)).rejects.toThrow();
    expect(await first.end()).not.toBe(0);
    const second = new Program(workshop.folder, argv);
    const auditor = await connect(await second.port());
    await recorded(
      auditor,
      `SELECT prepare_success, prepare_error FROM ${instrumentation}.sql_statements WHERE sql_text = '${killing}'`,
      [[false, 'Server shutdown unexpectedly']],
    );
    second.signal('SIGTERM');
    expect(await second.end()).toBe(0);
  });
});

describe('what a client is told', () => {
  it('of a text that is too long to be recorded names the limit', async () => {
    const [client, auditor] = [await connect(), await connect()];
    const text = `SELECT '${'x'.repeat(17_000_000)}'`;
    const attempts = [
      client.query(text),
      client.update(text),
      client.prepare(text),
      client.metadata('tables', { tableNameFilterPattern: text }),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toThrow(
        /The statement has 1700\d{4} characters, more than the 16777216 that can be recorded/,
      );
    }
    await recorded(
      auditor,
      `SELECT flight_method, length(sql_text)::INT FROM ${instrumentation}.sql_statements
       WHERE prepare_error LIKE 'The statement has%' ORDER BY flight_method`,
      [
        'CreatePreparedStatement',
        'DoGetTables',
        'DoPutCommandStatementUpdate',
        'GetFlightInfoStatement',
      ].map((method) => [method, 10_000]),
    );
  });

  it('of parameters that are too long names the limit, and the execution is on record', async () => {
    const [client, auditor] = [await connect(), await connect()];
    const statement = await client.prepare('SELECT length(?)');
    statement.bind({ columns: [{ name: 'a', type: 'VARCHAR' }], rows: [['x'.repeat(17_000_000)]] });
    await expect(statement.query()).rejects.toThrow(
      'As JSON the parameters have 17000004 characters, more than the 16777216 that can be recorded',
    );
    await recorded(
      auditor,
      `SELECT status, length(bind_parameters)::INT, json_array_length(bind_parameters)::INT
       FROM ${instrumentation}.sql_executions WHERE error_message LIKE 'As JSON%'`,
      [['error', 10_005, 1]],
    );
  });
});

/** Why the result ends before its end. */
async function readAll(query: RunningQuery): Promise<string> {
  try {
    while ((await query.nextBatch()) !== undefined);
    return 'complete';
  } catch (error) {
    return String(error);
  }
}
