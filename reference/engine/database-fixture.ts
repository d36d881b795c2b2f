import { afterEach, beforeEach } from 'vitest';
import type { Connection } from './connection.js';
import { Database } from './database.js';

/** The database of the running test. */
export interface UsedDatabase {
  readonly database: Database;
  readonly connection: Connection;
}

/** Opens a database in memory before each test of the spec that calls this, and closes it afterwards. */
export function useDatabase(
  prepare: (connection: Connection) => Promise<void> = () => Promise.resolve(),
): UsedDatabase {
  const used = {} as { database: Database; connection: Connection };
  beforeEach(async () => {
    used.database = await Database.open({ path: null, readonly: false });
    used.connection = await used.database.connect();
    await prepare(used.connection);
  });
  afterEach(() => {
    used.connection.close();
    used.database.close();
  });
  return used;
}
