import type { Connection } from './connection.js';

/**
 * Reads in a transaction of its own that can write nothing, so that all that is read is of one moment; in
 * the one that is open, if any.
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
