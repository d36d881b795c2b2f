import { ResultReturnType } from '@duckdb/node-api';
import type { Connection } from './connection.js';
import { BrokenOff } from './engine-error.js';
import { createPause } from './pause.js';
import type { RelationPath } from './relation-path.js';

/** Rows to copy from one connection to another, perhaps of another engine. */
export interface Copying {
  readonly from: Connection;
  /** The query for the rows. Its column types must be those of the table. */
  readonly query: string;
  readonly to: Connection;
  /** An existing table without generated columns. */
  readonly table: RelationPath;
  /** Cancels the copying. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The chunks appended without a pause. Appending blocks the calling thread, for some milliseconds per so many
 * chunks.
 */
const chunksAtOnce = 16;

/**
 * The interrupt is repeated at this interval, because one that comes before the query has begun has no
 * effect.
 */
const interruptAgainMs = 50;

/**
 * Appends the rows of a query to a table chunk by chunk, without converting them to JavaScript values. Throws
 * the engine's error, or an INTERRUPT Error when `signal` aborts; no row is appended then.
 */
export async function copyRows(copying: Copying): Promise<void> {
  const { to, signal } = copying;
  mustGoOn(signal);
  if (await to.inTransaction()) {
    await append(copying);
    return;
  }
  await to.begin();
  try {
    await append(copying);
    await to.commit();
  } catch (error) {
    await to.rollback().catch(() => undefined);
    throw error;
  }
}

async function append({ from, query, to, table, signal }: Copying): Promise<void> {
  let again: NodeJS.Timeout | undefined;
  const stop = () => {
    from.interrupt();
    again = setTimeout(stop, interruptAgainMs);
  };
  const appender = await to.raw.createAppender(table.name, table.schema, table.catalog);
  const pause = createPause();
  let ended = false;
  signal?.addEventListener('abort', stop);
  try {
    const result = await from.raw.stream(query);
    for (let chunks = 1; ; chunks++) {
      const chunk = await result.fetchChunk();
      mustGoOn(signal);
      if (chunk === null || chunk.rowCount === 0) {
        ended = true;
        break;
      }
      appender.appendDataChunk(chunk);
      if (chunks % chunksAtOnce === 0) {
        appender.flushSync();
      }
      await pause();
    }
    // The binding ends a failed result as if it were complete.
    if (result.returnType === ResultReturnType.INVALID) {
      throw new BrokenOff();
    }
    appender.flushSync();
  } catch (error) {
    appender.clear();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(again);
    appender.closeSync();
    if (!ended) {
      await from.endResult();
    }
  }
}

/** Throws the engine's error for an interrupted query if `signal` has aborted. */
export function mustGoOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new Error('INTERRUPT Error: Interrupted!');
  }
}
