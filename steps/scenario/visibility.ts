import { setTimeout as delay } from 'node:timers/promises';
import { PromiseBroken } from '../errors/promise-broken.js';
import { isInterrupted } from './interruption.js';

/** Something that is promised to become so, and how to look whether it has. */
export interface Eventually<T> {
  readonly promised: string;
  /** The query that looks, for the message. */
  readonly sent: string;
  readonly look: () => Promise<T>;
  /** What is still wrong, or undefined when it is as promised. */
  readonly judge: (seen: T) => string | undefined;
}

/** A record mostly comes within milliseconds; a server that takes longer isn't to be kept busy by looks. */
const firstPauseMs = 5;
const longestPauseMs = 80;

/** How long it has been taking of late: a look before that is mostly in vain, and costs the server a query. */
let usualMs = 0;

/**
 * Looks until what is seen is as promised, and resolves to it. Records are
 * written asynchronously: there is no other moment to wait for. Looks once more
 * at the deadline, then throws PromiseBroken with what was seen last.
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
      // A first look that sees it may have come later than it had to.
      usualMs = first ? 0.8 * usualMs : Math.min(longestPauseMs, (usualMs + looked - begun) / 2);
      return seen;
    }
    if (isInterrupted()) {
      // Nobody counts this scenario any more; what it made is to be cleared up while there is time.
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
