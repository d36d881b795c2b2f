import { ResultReturnType } from '@duckdb/node-api';
import type { Connection } from './connection.js';
import { BrokenOff } from './engine-error.js';
import { createPause } from './pause.js';
import type { RelationPath } from './relation-path.js';

/** Rows to be copied from one connection to another, of two engines. */
export interface Copying {
  readonly from: Connection;
  /** The query for them, whose columns have the types of the table's. */
  readonly query: string;
  readonly to: Connection;
  /** An existing table, with no generated columns. */
  readonly table: RelationPath;
  /** Ends the copying when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Appending is done on the calling thread: of so many chunks at a time, so that it takes some milliseconds. */
const chunksAtOnce = 16;

/** An interrupt that comes before a query has begun is lost on it. */
const interruptAgainMs = 50;

/**
 * Appends the rows of a query to a table, a chunk at a time, without making JavaScript values of them.
 * Throws what the engine says, and an INTERRUPT Error when it is to end; no row is there then.
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
    // The binding ends a result that failed as if it were complete.
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

/** Throws what the engine says of an interrupted query. */
export function mustGoOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new Error('INTERRUPT Error: Interrupted!');
  }
}
