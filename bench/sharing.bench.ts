import { findExtensions } from '../fixtures/surroundings/extensions.js';
import { findPostgres } from '../fixtures/surroundings/postgres-server.js';
import { median } from './measure.js';
import { losses, shareCatalog } from './shared-catalog.bench.js';
import { judged, row } from './table.js';

const times = 3;
const seconds = 60;
const intro = `
Four servers with eight busy sessions each that record in one DuckLake for ${seconds} s, ${times} times. Its metadata is in
PostgreSQL, its data in a folder. The delay is from an answer of the first server until the last one shows its record.
`;

/**
 * Checks that servers that share a catalog lose no records. Prints commits, conflicts and delays of records.
 */
export async function measureSharing(): Promise<void> {
  const extensions = findExtensions(['ducklake', 'postgres_scanner']);
  const postgres = findPostgres();
  if (!extensions.available || !postgres.available) {
    const reasons = [extensions, postgres].flatMap((part) => (part.available ? [] : [part.reason]));
    throw new Error(`sharing cannot be measured: ${reasons.join('; ')}`);
  }
  console.log(intro);
  let kept = true;
  const server = await postgres.start();
  try {
    for (let time = 1; time <= times; time++) {
      const shared = await shareCatalog(server, extensions.folder, seconds);
      const { answered, commits, conflicts, delaysMs } = shared;
      const lost = losses(shared);
      kept &&= lost.length === 0;
      const batches = conflicts.filter((attempt) => attempt === 1).length;
      console.log(row(`time ${time}`, ''));
      console.log(row('statements', String(answered.length), ''));
      console.log(row('lost or incomplete', lost.length === 0 ? 'none' : lost.join(', '), ''));
      console.log(row('commits', String(commits), ''));
      console.log(row('conflicts, all retried', String(conflicts.length), `of ${batches} batches`));
      console.log(row('most tries of a batch', String(Math.max(0, ...conflicts) + 1), ''));
      console.log(
        row(
          'delay, ms',
          median(delaysMs).toFixed(0),
          `at most ${Math.max(...delaysMs).toFixed(0)}, ${delaysMs.length} times`,
        ),
      );
    }
  } finally {
    await server.stop();
  }
  console.log(judged(kept, 'no record is lost'));
  if (!kept) {
    process.exitCode = 1;
  }
}
