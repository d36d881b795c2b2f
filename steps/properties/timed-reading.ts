import { setTimeout as delay } from 'node:timers/promises';
import type { RunningQuery } from '../client/running-query.js';
import type { Reading } from './timeline-script.js';

/** What a client saw of a result. */
export interface TimedReading {
  readonly rows: number;
  /** Whether it saw the end. */
  readonly sawEnd: boolean;
  /** See ObservedExecution. */
  readonly delayedMs: number;
}

/**
 * More messages than a server's and a client's gRPC hold between them: Node.js keeps 16 in each stream, other
 * libraries less.
 */
const messagesOnTheWay = 36;

/** Reads a result, or a part of it. Rejects with the query's FlightError. */
export async function readTimed(
  query: RunningQuery,
  reading: Reading,
  pauseMs: number,
): Promise<TimedReading> {
  if (reading.how === 'let go') {
    const rows = await query.letGoAfter(reading.rows);
    return { rows, sawEnd: rows < reading.rows, delayedMs: 0 };
  }
  const pauses = reading.how === 'slowly' ? reading.pauses : 0;
  let first: number | undefined;
  let rows = 0;
  /** For each batch, how long after the first one the client wanted the next. */
  const wanted: number[] = [];
  for await (const size of query.batchSizes()) {
    first ??= performance.now();
    rows += size;
    if (wanted.length < pauses) {
      await delay(pauseMs);
    }
    wanted.push(performance.now() - first);
  }
  // Until then the last batch cannot have gone out, because so many were unread.
  const delayedMs = wanted[wanted.length - messagesOnTheWay - 1] ?? 0;
  return { rows, sawEnd: true, delayedMs: pauses > 0 ? delayedMs : 0 };
}
