import { fileURLToPath } from 'node:url';
import { connect, median, timeQuery, timeRoundTrip } from './measure.js';
import { startProgram } from './start-program.js';
import { startReference } from './start-reference.js';
import { judged, row } from './table.js';

const queries = [
  {
    name: 'BIGINT, DOUBLE',
    rows: 5_000_000,
    sql: 'SELECT i::BIGINT a, i * 1.5::DOUBLE b FROM range(5000000) t(i)',
  },
  {
    name: 'BIGINT, DOUBLE, VARCHAR',
    rows: 5_000_000,
    sql: "SELECT i::BIGINT a, i * 1.5::DOUBLE b, 'row number ' || i c FROM range(5000000) t(i)",
  },
];
const aims = { stream: 0.6, roundTrip: 3 };
const roundTripSql = 'SELECT 1';
const roundTrips = 200;
const intro = `
Streams and round trips. Each query is sent by the Rust client (npm: @lakehouse-rs/flight-sql-client),
alternately to
  reference  the reference server, in memory, without instrumentation, and to
  limit      a server that replays the reference's recorded answers and does nothing else.
Both are processes of their own, and so is the client. A time ends when the client has the whole
result. A query is three calls: prepare, GetFlightInfo, DoGet. Shown are the medians of all rounds.
`;

/**
 * Measures the throughput of results and the latency of a small query, compared with the limit of gRPC for
 * Node.js.
 */
export async function measureStreams(rounds: number): Promise<void> {
  const reference = await startReference();
  const limit = await startLimit(reference.port);
  const servers = { reference, limit };
  console.log(intro);
  const sides = { reference: await servers.reference.connect(), limit: await limit.connect() };
  console.log(row('stream', 'reference MB/s', 'Mrows/s', 'limit MB/s', 'ratio', 'aim'));
  for (const { name, rows, sql } of queries) {
    // Fills the limit server's memory, and warms up both sides.
    const { bytes } = await timeQuery(sides.limit, sql);
    await timeQuery(sides.reference, sql);
    const taken: Record<keyof typeof sides, number[]> = { reference: [], limit: [] };
    for (let round = 0; round < rounds; round++) {
      taken.reference.push((await timeQuery(sides.reference, sql)).seconds);
      taken.limit.push((await timeQuery(sides.limit, sql)).seconds);
    }
    const own = median(taken.reference);
    const best = median(taken.limit);
    const speed = (seconds: number) => (bytes / 1e6 / seconds).toFixed(0);
    console.log(
      row(
        name,
        speed(own),
        (rows / 1e6 / own).toFixed(2),
        speed(best),
        (best / own).toFixed(2),
        judged(best / own >= aims.stream, `at least ${aims.stream}`),
      ),
    );
  }
  await measureRoundTrips(rounds, servers);
  await limit.stop();
  await reference.stop();
}

type Connecting = Awaited<ReturnType<typeof startReference>>['connect'];

async function measureRoundTrips(
  rounds: number,
  servers: Record<'reference' | 'limit', { readonly connect: Connecting }>,
): Promise<void> {
  const taken: Record<keyof typeof servers, number[]> = { reference: [], limit: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const side of ['reference', 'limit'] as const) {
      // Node.js ends a connection to the limit server after a thousand stream resets, and this client resets
      // one or two streams for each query. So each round uses new connections.
      const client = await servers[side].connect();
      const milliseconds = await timeRoundTrip(client, roundTripSql, roundTrips);
      // The first round is a warm-up.
      taken[side].push(...(round === 0 ? [] : [milliseconds]));
    }
  }
  const own = median(taken.reference);
  const best = median(taken.limit);
  console.log(`\n${row('round trip', 'reference ms', '', 'limit ms', 'ratio', 'aim')}`);
  console.log(
    row(
      roundTripSql,
      own.toFixed(2),
      '',
      best.toFixed(2),
      (own / best).toFixed(2),
      judged(own / best <= aims.roundTrip, `at most ${aims.roundTrip}`),
    ),
  );
}

async function startLimit(port: number) {
  const program = fileURLToPath(new URL('limit-server.ts', import.meta.url));
  const limit = await startProgram(['--import', 'tsx', program, `127.0.0.1:${port}`], (line) =>
    Number(line),
  );
  return { ...limit, connect: () => connect(limit.port, 'bench', 'bench') };
}
