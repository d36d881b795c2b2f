import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, timeQuery } from './measure.js';
import { startReference } from './start-reference.js';
import type { Reference } from './start-reference.js';
import { judged, row } from './table.js';

const clients = 4;
const queriesEach = 100;
const streamSql = 'SELECT i::BIGINT a, i * 1.5::DOUBLE b FROM range(5000000) t(i)';
const aim = 0.95;
const intro = `
What recording costs: the same server with instrumentation on and off, asked alternately by ${clients} clients
at a time. Each query has text of its own. Shown are the medians of all rounds.
`;

/** Measures queries per second and the throughput of DoGet, with instrumentation on and off. */
export async function measureRecording(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const database = (name: string) => ['--database-filename', join(folder, `${name}.db`)];
  const sides = {
    on: await startReference(...database('on'), '--enable-instrumentation', 'true'),
    off: await startReference(...database('off')),
  };
  console.log(intro);
  console.log(row('', 'on', 'off', 'ratio', 'aim'));
  await compare('queries a second', rounds, sides, async (server) => {
    const connected = await Promise.all(Array.from({ length: clients }, () => server.connect()));
    const started = performance.now();
    await Promise.all(
      connected.map(async (client, i) => {
        for (let n = 0; n < queriesEach; n++) {
          await client.query(`SELECT ${n} AS of_client_${i}`);
        }
      }),
    );
    return (clients * queriesEach * 1000) / (performance.now() - started);
  });
  await compare('DoGet, MB/s', rounds, sides, async (server) => {
    const { bytes, seconds } = await timeQuery(await server.connect(), streamSql);
    return bytes / 1e6 / seconds;
  });
  await Promise.all([sides.on.stop(), sides.off.stop()]);
  await rm(folder, { recursive: true });
}

async function compare(
  name: string,
  rounds: number,
  sides: Record<'on' | 'off', Reference>,
  measure: (server: Reference) => Promise<number>,
): Promise<void> {
  const speeds: Record<keyof typeof sides, number[]> = { on: [], off: [] };
  for (let round = 0; round <= rounds; round++) {
    // The order alternates, so that neither side always runs second.
    const order = round % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const);
    for (const side of order) {
      const speed = await measure(sides[side]);
      // The first round is a warm-up.
      speeds[side].push(...(round === 0 ? [] : [speed]));
    }
  }
  const [on, off] = [median(speeds.on), median(speeds.off)];
  const ratio = on / off;
  console.log(
    row(
      name,
      on.toFixed(0),
      off.toFixed(0),
      ratio.toFixed(2),
      judged(ratio >= aim, `at least ${aim}`),
    ),
  );
}
