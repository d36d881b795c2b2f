import { expect, it } from 'vitest';
import { findExtensions } from '../../fixtures/extensions.js';
import { findPostgres } from '../../fixtures/postgres-server.js';
import { shareCatalog } from './shared-catalog.bench.js';

it('four servers with eight sessions each lose no record in the catalog they share', async (context) => {
  const extensions = findExtensions(['ducklake', 'postgres_scanner']);
  const postgres = extensions.available ? findPostgres() : extensions;
  if (!extensions.available || !postgres.available) {
    const reason = postgres.available ? '' : postgres.reason;
    expect(process.env['CI'], `not to be left out in CI: ${reason}`).toBeUndefined();
    return context.skip(reason);
  }
  const server = await postgres.start();
  try {
    const shared = await shareCatalog(server, extensions.folder, 3);
    expect(shared.recorded.toSorted()).toEqual(shared.answered.toSorted());
    expect(shared.statuses['instances']).toEqual({ stopped: 4 });
    expect(shared.statuses['sessions']).toEqual({ closed: 4 * 8 + 2 });
    expect(Object.keys(shared.statuses['sql_executions'] ?? {})).toEqual(['success']);
  } finally {
    await server.stop();
  }
}, 120_000);
