import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { fillRecords } from './fill-records.js';
import { median, timeRoundTrip } from './measure.js';
import { startReference } from './start-reference.js';
import type { Reference } from './start-reference.js';
import { judged, row } from './table.js';

const statements = 1_000_000;
const stale = 100_000;
const roundTrips = 200;
const looks = 20;
const aim = 1.1;
const intro = `
What a history costs. Two servers are queried in turn: one with ${statements.toLocaleString('en')} recorded statements, one
with none. The delay of a record is the time from the answer until a query finds the completed execution.
`;

/**
 * Measures latency and the delay of records with a million recorded statements, and the start after a crash.
 */
export async function measureHistory(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const flags = (name: string) => [
    ...['--database-filename', join(folder, `${name}.db`)],
    ...['--enable-instrumentation', 'true'],
    ...['--instrumentation-db-path', join(folder, `${name}-records.db`)],
  ];
  await fillRecords(join(folder, 'full-records.db'), { statements, complete: true });
  const sides = {
    full: await startReference(...flags('full')),
    empty: await startReference(...flags('empty')),
  };
  console.log(intro);
  console.log(row('', 'a million', 'none', 'ratio', 'aim'));
  await compare('SELECT 1, ms', rounds, sides, async (server) =>
    timeRoundTrip(await server.connect(), 'SELECT 1', roundTrips),
  );
  await compare("a record's delay, ms", rounds, sides, recordDelay);
  await Promise.all([sides.full.stop(), sides.empty.stop()]);
  await measureStaleStart(rounds, folder, flags);
  await rm(folder, { recursive: true });
}

async function recordDelay(server: Reference): Promise<number> {
  const client = await server.connect();
  const delays: number[] = [];
  for (let i = 0; i < looks; i++) {
    const text = `SELECT '${crypto.randomUUID()}'`;
    // Only recent records, so that the query's time does not depend on the size of the history.
    const since = new Date(Date.now() - 1000).toISOString().replace('T', ' ').slice(0, -1);
    const look = `SELECT count(*) FROM _gizmosql_instr.sql_executions e
      JOIN _gizmosql_instr.sql_statements s USING (statement_id)
      WHERE s.created_time > TIMESTAMP '${since}' AND e.execution_start_time > TIMESTAMP '${since}'
        AND s.sql_text = $$${text}$$ AND e.status = 'success'`;
    await client.query(text);
    const answered = performance.now();
    while (
      Number(
        tableFromIPC(await client.query(look))
          .getChildAt(0)
          ?.get(0),
      ) === 0
    ) {
      // No pause, because it would add to the delay measured.
    }
    delays.push(performance.now() - answered);
  }
  return median(delays);
}

async function compare(
  name: string,
  rounds: number,
  sides: Record<'full' | 'empty', Reference>,
  measure: (server: Reference) => Promise<number>,
): Promise<void> {
  const taken: Record<keyof typeof sides, number[]> = { full: [], empty: [] };
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? (['full', 'empty'] as const) : (['empty', 'full'] as const);
    for (const side of order) {
      const time = await measure(sides[side]);
      // The first round is a warm-up.
      taken[side].push(...(round === 0 ? [] : [time]));
    }
  }
  const [full, empty] = [median(taken.full), median(taken.empty)];
  const ratio = full / empty;
  console.log(
    row(
      name,
      full.toFixed(2),
      empty.toFixed(2),
      ratio.toFixed(2),
      judged(ratio <= aim, `at most ${aim}`),
    ),
  );
}

async function measureStaleStart(
  rounds: number,
  folder: string,
  flags: (name: string) => string[],
): Promise<void> {
  const taken: Record<'stale' | 'complete', number[]> = { stale: [], complete: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ['stale', 'complete'] as const) {
      const name = `${side}-${round}`;
      const history = { statements: stale, complete: side === 'complete' };
      await fillRecords(join(folder, `${name}-records.db`), history);
      const server = await startReference(...flags(name));
      taken[side].push(server.readyMs);
      await server.stop();
    }
  }
  const [dirty, clean] = [median(taken.stale), median(taken.complete)];
  console.log(
    `\n${row('start on 100,000 executions', 'stale', 'complete', 'ratio', '')}\n` +
      row('until ready, ms', dirty.toFixed(0), clean.toFixed(0), (dirty / clean).toFixed(2), ''),
  );
}
