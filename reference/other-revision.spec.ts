import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Database } from './engine/database.js';
import type { Revision } from './instrumentation/revision.js';
import { first } from './instrumentation/revisions/first.js';
import { useWorkshop } from './server-fixture.js';

/** The first revision with one more column and one more view. */
const revision: Revision = {
  ...first,
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

const workshop = useWorkshop();

const notes = 'SELECT note FROM _gizmosql_instr.notes ORDER BY ALL';

/** Executes a statement in the instrumentation file, whose server has stopped. */
async function inFile(sql: string): Promise<void> {
  const path = join(workshop.folder, 'gizmosql_instrumentation.db');
  const database = await Database.open({ path, readonly: false });
  const connection = await database.connect();
  await connection.execute(sql);
  connection.close();
  database.close();
}

it('is kept by a server that is given it: its tables, views, rows and recovery', async () => {
  const server = await workshop.start({}, { revision });
  const client = await workshop.connect(server);
  await expect
    .poll(async () => (await client.query(notes)).rows, { timeout: 30_000 })
    .toEqual([['note of alice']]);
  const columns = 'SELECT column_name FROM (DESCRIBE _gizmosql_instr.sessions) OFFSET 13';
  expect((await client.query(columns)).rows).toEqual([['note']]);
  await server.stop('graceful');
  await inFile(
    "INSERT INTO sessions (session_id, start_time, status) VALUES (uuid(), now(), 'active')",
  );
  const next = await workshop.start({}, { revision });
  const reader = await workshop.connect(next);
  await expect
    .poll(async () => (await reader.query(notes)).rows.flat(), { timeout: 30_000 })
    .toEqual(['note of alice', 'note of alice', 'recovered']);
});

it('is not mixed with another in one file', async () => {
  await (await workshop.start({}, { revision })).stop('graceful');
  await expect(workshop.start({}, { revision: first })).rejects.toThrow(
    "its table 'sessions' has other columns",
  );
});
