import { setTimeout as delay } from 'node:timers/promises';
import { PromiseBroken } from '../errors/promise-broken.js';
import { isInterrupted } from './interruption.js';

/** A promised state and how to check for it. */
export interface Eventually<T> {
  readonly promised: string;
  /** The query of the check, for the message. */
  readonly sent: string;
  readonly look: () => Promise<T>;
  /** Describes the difference from the promised state; undefined if there is none. */
  readonly judge: (seen: T) => string | undefined;
}

/** Most records appear within milliseconds. For slower servers the pause grows, to limit the load. */
const firstPauseMs = 5;
const longestPauseMs = 80;

/** The recent usual delay. An earlier check would mostly be wasted, and costs the server a query. */
let usualMs = 0;

/**
 * Polls until the promised state is seen, and resolves to what was seen. Records are written asynchronously,
 * so there is no event to wait for. Checks once more at the deadline, then throws PromiseBroken with the last
 * difference.
 */
export async function becomes<T>(eventually: Eventually<T>, visibilityMs: number): Promise<T> {
  const begun = performance.now();
  const deadline = begun + visibilityMs;
  let pauseMs = firstPauseMs;
  await delay(Math.min(usualMs, visibilityMs));
  for (let first = true; ; first = false) {
    const looked = performance.now();
    const left = deadline - looked;
    const seen = await eventually.look();
    const wrong = eventually.judge(seen);
    if (wrong === undefined) {
      // After success at the first check, the true delay may be shorter.
      usualMs = first ? 0.8 * usualMs : Math.min(longestPauseMs, (usualMs + looked - begun) / 2);
      return seen;
    }
    if (isInterrupted()) {
      // The scenario no longer counts; the remaining time is for cleaning up.
      throw new Error('the run was interrupted');
    }
    if (left <= 0) {
      const within = `${eventually.promised}, within ${visibilityMs} ms`;
      throw new PromiseBroken(within, eventually.sent, wrong);
    }
    await delay(Math.min(pauseMs, Math.max(0, deadline - performance.now())));
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}
