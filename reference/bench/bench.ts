import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { connect, median, timeQuery, timeRoundTrip } from './measure.js';
import { startProgram } from './start-program.js';

// How fast the reference is, beside what gRPC for Node.js can do at best: see the head of the output.

const usage = 'usage: npm run bench -- [--rounds N]   (N from 1 to 1000, default 7)';
const streams = [
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
const login = { username: 'bench', password: 'bench' };
const intro = `
Each query is sent by the Rust client (npm: @lakehouse-rs/flight-sql-client), alternately to
  reference  the reference server, in memory, without instrumentation, and to
  limit      a server that replays the reference's recorded answers and does nothing else.
Both are processes of their own, and so is the client. A time ends when the client has the whole
result. A query is three calls: prepare, GetFlightInfo, DoGet. Shown are the medians of all rounds.
`;

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function readRounds(): number {
  try {
    const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
    const rounds = Number(values.rounds);
    if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1000) {
      return rounds;
    }
    console.error(`--rounds ${values.rounds}: not a number from 1 to 1000\n${usage}`);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  process.exit(2);
}

async function startReference() {
  const flags = { ...login, hostname: '127.0.0.1', port: 0, 'health-port': 0 };
  const quiet = { 'log-format': 'json', 'log-file': '-', 'query-log-level': 'debug' };
  const given = Object.entries({ ...flags, ...quiet }).flatMap(([k, v]) => [`--${k}`, String(v)]);
  return startProgram([path('../../bin/gizmosql-reference.js'), ...given], (line) => {
    const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
    return msg.includes('GizmoSQL server - started') ? port : undefined;
  });
}

async function startLimit(port: number) {
  const args = ['--import', 'tsx', path('limit-server.ts'), `127.0.0.1:${port}`];
  return startProgram(args, (line) => Number(line));
}

const rounds = readRounds();
const reference = await startReference();
const limit = await startLimit(reference.port);
const connectTo = {
  reference: () => connect(reference.port, login.username, login.password),
  limit: () => connect(limit.port, login.username, login.password),
};
const sides = { reference: await connectTo.reference(), limit: await connectTo.limit() };

const version = tableFromIPC(await sides.reference.query('SELECT version()'))
  .getChildAt(0)
  ?.get(0) as string;
console.log(intro);
console.log(
  `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node.js ${process.version}, ` +
    `DuckDB ${version}, ${rounds} rounds\n`,
);

console.log(row('stream', 'reference MB/s', 'Mrows/s', 'limit MB/s', 'ratio', 'aim'));
for (const { name, rows, sql } of streams) {
  // The first time fills the limit's memory and warms everybody up.
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

// Node.js cuts a connection that resets a thousand streams in short time, and this client resets one
// or two a query: each round has connections of its own.
const taken: Record<keyof typeof sides, number[]> = { reference: [], limit: [] };
for (let round = 0; round <= rounds; round++) {
  for (const side of ['reference', 'limit'] as const) {
    const client = await connectTo[side]();
    const milliseconds = await timeRoundTrip(client, roundTripSql, roundTrips);
    // The first round warms everybody up.
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

await limit.stop();
await reference.stop();
// The client has no close and would keep the process alive.
process.exit(0);

function judged(met: boolean, aim: string): string {
  return `${aim}: ${met ? 'met' : 'missed'}`;
}

function row(name: string, ...cells: string[]): string {
  const [last = '', ...middle] = cells.reverse();
  const columns = middle.reverse().map((cell) => cell.padStart(15));
  return `${name.padEnd(24)}${columns.join('')}   ${last}`;
}
