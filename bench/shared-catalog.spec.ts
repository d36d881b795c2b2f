import { expect, it } from 'vitest';
import { findExtensions } from '../fixtures/surroundings/extensions.js';
import { findPostgres } from '../fixtures/surroundings/postgres-server.js';
import { losses, shareCatalog } from './shared-catalog.bench.js';

it('four servers with eight sessions each lose no record in the catalog they share', async (context) => {
  const extensions = findExtensions(['ducklake', 'postgres_scanner']);
  const postgres = extensions.available ? findPostgres() : extensions;
  if (!extensions.available || !postgres.available) {
    const reason = postgres.available ? '' : postgres.reason;
    expect(process.env['CI'], `must not be skipped in CI: ${reason}`).toBeUndefined();
    return context.skip(reason);
  }
  const server = await postgres.start();
  try {
    const shared = await shareCatalog(server, extensions.folder, 3);
    expect(losses(shared)).toEqual([]);
    expect(shared.answered.length).toBeGreaterThanOrEqual(4 * 8);
    const [first = ''] = shared.answered;
    const without = shared.recorded.filter((text) => text !== first);
    expect(losses({ ...shared, recorded: without })).toEqual([
      `no complete execution of 1: ${first}`,
    ]);
    expect(losses({ ...shared, recorded: [...shared.recorded, first] })).toHaveLength(1);
    expect(
      losses({ ...shared, statuses: { ...shared.statuses, sessions: { closed: 33, active: 1 } } }),
    ).toHaveLength(1);
  } finally {
    await server.stop();
  }
}, 120_000);
