import { availableParallelism, cpus } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { Database } from '../reference/engine/database.js';
import { measureAdminQueries } from './admin-queries.js';
import { measureHistory } from './history.js';
import { measureRecorder } from './recorder-speed.js';
import { measureRecording } from './recording.js';
import { measureSharing } from './sharing.bench.js';
import { measureStreams } from './streams.js';

// Each part measures two things in one run and prints their ratio, because absolute times depend on the
// machine.

const parts: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  streams: measureStreams,
  recording: measureRecording,
  history: measureHistory,
  admin: measureAdminQueries,
  recorder: measureRecorder,
  sharing: measureSharing,
};

try {
  await runBench(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
// The client has no close, and its connection would keep the process alive.
process.exit();

async function runBench(argv: readonly string[]): Promise<void> {
  const program = new Command('npm run bench --')
    .description('measures the reference server; all parts take some minutes')
    .option('--rounds <number>', 'how often each thing is measured', toRounds, 7)
    .addOption(
      new Option('--only <part...>', 'only these parts').choices(Object.keys(parts)).default([]),
    )
    .exitOverride()
    .parse(argv, { from: 'user' });
  const { rounds, only } = program.opts<{ rounds: number; only: readonly string[] }>();
  const database = await Database.open({ path: null, readonly: false });
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node.js ${process.version}, ` +
      `DuckDB ${database.version}, ${rounds} rounds`,
  );
  database.close();
  for (const [name, measure] of Object.entries(parts)) {
    if (only.length === 0 || only.includes(name)) {
      await measure(rounds);
    }
  }
}

function toRounds(text: string): number {
  const rounds = Number(text);
  if (!/^\d+$/.test(text) || rounds < 1 || rounds > 1000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
  }
  return rounds;
}
