import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { Database } from './engine/database.js';
import type { Revision } from './instrumentation/revision.js';
import { first } from './instrumentation/revisions/first.js';
import { login, openWorkshop } from './server-fixture.js';
import type { Workshop } from './server-fixture.js';

/** The first revision with one more column and one more view. */
const revision: Revision = {
  tables: {
    ...first.tables,
    sessions: {
      ...first.tables.sessions,
      columns: [
        ...first.tables.sessions.columns,
        {
          name: 'note',
          type: 'VARCHAR',
          opened: ({ username }) => `note of ${username}`,
          recovered: () => "'recovered'",
        },
      ],
    },
  },
  views: { ...first.views, notes: 'SELECT username, note FROM sessions' },
};

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(async () => {
  await workshop.close();
});

const notes = 'SELECT note FROM _gizmosql_instr.notes ORDER BY ALL';

async function stopWith(reason: string, server: Awaited<ReturnType<Workshop['start']>>) {
  await server.stop(reason);
  const database = await Database.open({
    path: join(workshop.folder, 'gizmosql_instrumentation.db'),
    readonly: false,
  });
  const connection = await database.connect();
  return {
    connection,
    close: () => {
      connection.close();
      database.close();
    },
  };
}

it('is kept by a server that is given it: its tables, views, rows and recovery', async () => {
  const server = await workshop.start({}, { revision });
  const client = await FlightSqlClient.connect({ host: '127.0.0.1', port: server.port }, login);
  await expect.poll(async () => (await client.query(notes)).rows).toEqual([['note of alice']]);
  const columns = 'SELECT column_name FROM (DESCRIBE _gizmosql_instr.sessions) OFFSET 13';
  expect((await client.query(columns)).rows).toEqual([['note']]);
  client.close();
  const file = await stopWith('graceful', server);
  await file.connection.execute(
    "INSERT INTO sessions (session_id, start_time, status) VALUES (uuid(), now(), 'active')",
  );
  file.close();
  const next = await workshop.start({}, { revision });
  const reader = await FlightSqlClient.connect({ host: '127.0.0.1', port: next.port }, login);
  await expect
    .poll(async () => (await reader.query(notes)).rows.flat())
    .toEqual(['note of alice', 'note of alice', 'recovered']);
  reader.close();
});

it('is not mixed with another in one file', async () => {
  await (await workshop.start({}, { revision })).stop('graceful');
  await expect(workshop.start()).rejects.toThrow("its table 'sessions' has other columns");
});
