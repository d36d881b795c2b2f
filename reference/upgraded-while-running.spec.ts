import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Database } from './engine/database.js';
import { newest } from './instrumentation/revisions/all.js';
import { attachedStore } from './instrumentation/stores/attached-store.js';
import { parseRelease } from './release.js';
import { useWorkshop } from './server-fixture.js';

const workshop = useWorkshop();

it('a server goes on when a newer one brings the catalog that they share up to date', async () => {
  const release = parseRelease('1.25') ?? expect.fail('1.25 is no release');
  const attach = `ATTACH '${join(workshop.folder, 'audit.db')}' AS audit; SET TimeZone = 'America/New_York'`;
  let records: Database | undefined;
  const server = await workshop.start(
    {
      release,
      initSql: [{ source: '--init-sql-commands', sql: attach }],
      instrumentation: { enabled: true, databasePath: null, catalog: 'audit', schema: 'main' },
    },
    {
      recordsEngine: async (clients) => {
        records = await Database.open({ path: null, readonly: false, beside: clients });
        return records;
      },
    },
  );
  const client = await workshop.connect(server);
  await client.query('SELECT 1');
  const newer = (await records?.connect()) ?? expect.fail('the server has no records');
  await attachedStore('audit', 'main').open(newer, newest);
  await client.query('SELECT 2');
  const times = `SELECT sql_text, data_type, abs(epoch(now()) - epoch(created_time)) < 600
    FROM sql_statements, duckdb_columns() WHERE column_name = 'created_time' AND table_name = 'sql_statements'
      AND database_name = 'audit' AND flight_method = 'DoGetStatement' AND sql_text LIKE 'SELECT _' ORDER BY 1`;
  await expect
    .poll(() => newer.rows(times), { timeout: 30_000 })
    .toEqual([
      ['SELECT 1', 'TIMESTAMP WITH TIME ZONE', true],
      ['SELECT 2', 'TIMESTAMP WITH TIME ZONE', true],
    ]);
  newer.close();
});
