import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { useWorkshop } from './server-fixture.js';

// A server that is kept to some directories, for an admin, who may use files.

const workshop = useWorkshop();
let admin: FlightSqlClient;
const at = (name: string): string => join(workshop.folder, name);

beforeEach(async () => {
  await mkdir(at('allowed'));
  await writeFile(at('allowed/a.csv'), 'a\n1\n');
  await writeFile(at('private.csv'), 'a\n1\n');
  const server = await workshop.start({
    allowedDirectories: [at('allowed')],
    initSql: [{ source: 'the spec', sql: `CREATE TABLE init AS FROM '${at('private.csv')}'` }],
  });
  admin = await workshop.connect(server);
});

it('refuses every other path to SQL, once the init SQL has run', async () => {
  expect((await admin.query('SELECT a::INT FROM init')).rows).toEqual([[1]]);
  expect((await admin.query(`SELECT a::INT FROM '${at('allowed/a.csv')}'`)).rows).toEqual([[1]]);
  for (const sql of [
    `FROM '${at('private.csv')}'`,
    `COPY init TO '${at('private.csv')}'`,
    `ATTACH '${at('x.db')}' AS x`,
  ]) {
    await expect(admin.query(sql)).rejects.toThrow(/file system operations are disabled|own files/);
  }
  expect(await readFile(at('private.csv'), 'utf8')).toBe('a\n1\n');
});

it('goes on to record, to be read with tables of the client, and to keep its log in memory', async () => {
  const joined = `SELECT count(*)::INT FROM _gizmosql_instr.main.instances, init, '${at('allowed/a.csv')}' f`;
  expect((await admin.query(joined)).rows).toEqual([[1]]);
  await expect(
    admin.query(
      `SELECT count(*) FROM _gizmosql_instr.main.instances, init, '${at('private.csv')}' f`,
    ),
  ).rejects.toThrow(/file system operations are disabled|own files/);
  await expect(
    admin.query(
      `CALL enable_logging(storage = 'file', storage_config = {'path': '${at('logs')}'})`,
    ),
  ).rejects.toThrow('kept in memory only');
  await admin.query('SET GLOBAL enable_logging = true');
  await admin.query('SELECT 1');
  await admin.query('SET GLOBAL enable_logging = false');
});
