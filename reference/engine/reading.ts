import type { Connection } from './connection.js';

/**
 * Runs `read` in a read-only transaction of its own, so that all reads see one snapshot; in the open
 * transaction, if there is one.
 */
export async function reading<T>(connection: Connection, read: () => Promise<T>): Promise<T> {
  if (await connection.inTransaction()) {
    return read();
  }
  await connection.begin('READ ONLY');
  try {
    return await read();
  } finally {
    await connection.rollback();
  }
}
