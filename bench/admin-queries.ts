import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillRecords } from './fill-records.js';
import { median, timeQuery } from './measure.js';
import { startReference } from './start-reference.js';
import { judged, row } from './table.js';

const statements = 1_000_000;
const aim = 1.1;
const intro = `
What an admin's queries cost with ${statements.toLocaleString('en')} recorded statements. The same server gets, in turn,
the same queries of the client's own tables with the same rows.
`;

/** Queries. RECORDS stands for the catalog of the records or of their copies. */
const queries: readonly (readonly [name: string, sql: string, judge: boolean])[] = [
  ['one of them, ms', "FROM RECORDS.sql_statements WHERE sql_text = 'SELECT 777777'", true],
  ['a count by status, ms', 'SELECT status, count(*) FROM RECORDS.sql_executions GROUP BY 1', true],
  [
    'a join of three, ms',
    `SELECT username, count(*), max(duration_ms) FROM RECORDS.sessions
     JOIN RECORDS.sql_statements USING (session_id) JOIN RECORDS.sql_executions USING (statement_id) GROUP BY 1`,
    true,
  ],
  ['all texts, ms', 'SELECT sql_text FROM RECORDS.sql_statements', true],
  [
    'with an own table, ms',
    'SELECT max(sql_text) FROM RECORDS.sql_statements JOIN mine USING (flight_method)',
    false,
  ],
  [
    'copied to a table, ms',
    'CREATE OR REPLACE TEMP TABLE copied AS SELECT statement_id, sql_text FROM RECORDS.sql_statements',
    false,
  ],
];

/**
 * Compares an admin's queries of a million records with queries of the same rows in the client's own tables.
 */
export async function measureAdminQueries(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const path = join(folder, 'records.db');
  await fillRecords(path, { statements, complete: true });
  const server = await startReference(
    ...['--database-filename', join(folder, 'main.db'), '--enable-instrumentation', 'true'],
    ...['--instrumentation-db-path', path],
  );
  const client = await server.connect();
  await client.query('CREATE SCHEMA own');
  await client.query("CREATE TABLE mine AS SELECT 'DoGetStatement' AS flight_method");
  for (const table of ['sessions', 'sql_statements', 'sql_executions']) {
    await client.query(`CREATE TABLE own.${table} AS FROM _gizmosql_instr.main.${table}`);
  }
  console.log(intro);
  console.log(row('', 'records', 'own tables', 'ratio', 'aim'));
  for (const [name, sql, judge] of queries) {
    const taken: Record<'_gizmosql_instr.main' | 'own', number[]> = {
      '_gizmosql_instr.main': [],
      own: [],
    };
    for (let round = 0; round <= rounds; round++) {
      const order = ['_gizmosql_instr.main', 'own'] as const;
      for (const place of round % 2 === 0 ? order : order.toReversed()) {
        const { seconds } = await timeQuery(client, sql.replaceAll('RECORDS', place));
        // The first round is a warm-up.
        taken[place].push(...(round === 0 ? [] : [seconds * 1000]));
      }
    }
    const [records, own] = [median(taken['_gizmosql_instr.main']), median(taken.own)];
    const ratio = records / own;
    const said = judge ? judged(ratio <= aim, `at most ${aim}`) : '';
    console.log(row(name, records.toFixed(1), own.toFixed(1), ratio.toFixed(2), said));
  }
  await server.stop();
  await rm(folder, { recursive: true });
}
