import { setTimeout as delay } from 'node:timers/promises';
import { PromiseBroken } from './promise-broken.js';

/** Something that is promised to become so, and how to look whether it has. */
export interface Awaited<T> {
  readonly promised: string;
  /** The query that looks, for the message. */
  readonly sent: string;
  readonly look: () => Promise<T>;
  /** What is still wrong, or undefined when it is as promised. */
  readonly judge: (seen: T) => string | undefined;
}

const pauseMs = 20;

/**
 * Looks until what is seen is as promised, and resolves to it. Records are
 * written asynchronously: there is no other moment to wait for. Looks once more
 * at the deadline, then throws PromiseBroken with what was seen last.
 */
export async function becomes<T>(awaited: Awaited<T>, visibilityMs: number): Promise<T> {
  const deadline = performance.now() + visibilityMs;
  for (;;) {
    const last = performance.now() >= deadline;
    const seen = await awaited.look();
    const wrong = awaited.judge(seen);
    if (wrong === undefined) {
      return seen;
    }
    if (last) {
      const within = `${awaited.promised}, within ${visibilityMs} ms`;
      throw new PromiseBroken(within, awaited.sent, wrong);
    }
    await delay(pauseMs);
  }
}
