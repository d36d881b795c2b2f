import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from './connection.js';
import { Database } from './database.js';

/** The tables and views of a small instrumentation database. */
const layout = [
  'CREATE TABLE sessions (session_id INTEGER PRIMARY KEY, username VARCHAR, status VARCHAR)',
  'CREATE TABLE sql_statements (statement_id INTEGER PRIMARY KEY, session_id INTEGER, sql_text VARCHAR)',
  `CREATE VIEW active_sessions AS SELECT s.session_id, s.username FROM sessions s WHERE s.status = 'active'`,
];

/** Two engines as in the server, for specs: one has the records, the other an empty shell of them. */
export interface TwoEngines {
  readonly shell: { readonly catalog: string; readonly schema: string };
  readonly client: Connection;
  readonly records: Connection;
  /** Opens the connection of another session. */
  another(): Promise<Connection>;
  close(): Promise<void>;
}

export const shellCatalog = '_gizmosql_instr';

/** Opens the two engines. The records are three sessions, two of them active, with one statement each. */
export async function openTwoEngines(): Promise<TwoEngines> {
  const folder = await mkdtemp(join(tmpdir(), 'two-engines-'));
  const file = join(folder, 'shell.db');
  const clients = await Database.open({ path: null, readonly: false });
  const recordsEngine = await Database.open({ path: null, readonly: false });
  const client = await clients.connect();
  const records = await recordsEngine.connect();
  for (const [connection, path] of [
    [client, file],
    [records, ':memory:'],
  ] as const) {
    await connection.execute(`ATTACH '${path}' AS ${shellCatalog}`);
    await connection.execute(`USE ${shellCatalog}.main`);
    for (const statement of layout) {
      await connection.execute(statement);
    }
    await connection.execute('USE memory.main');
  }
  await client.execute(`DETACH ${shellCatalog}`);
  await client.execute(`ATTACH '${file}' AS ${shellCatalog} (READ_ONLY)`);
  await records.execute(
    `INSERT INTO ${shellCatalog}.sessions VALUES (1, 'ann', 'active'), (2, 'bob', 'closed'), (3, 'eve', 'active')`,
  );
  await records.execute(
    `INSERT INTO ${shellCatalog}.sql_statements SELECT session_id * 10, session_id, 'SELECT ' || session_id FROM ${shellCatalog}.sessions`,
  );
  const others: Connection[] = [];
  return {
    shell: { catalog: shellCatalog, schema: 'main' },
    client,
    records,
    another: async () => {
      const connection = await clients.connect();
      others.push(connection);
      return connection;
    },
    close: async () => {
      for (const connection of [client, records, ...others]) {
        connection.close();
      }
      clients.close();
      recordsEngine.close();
      await rm(folder, { recursive: true });
    },
  };
}
