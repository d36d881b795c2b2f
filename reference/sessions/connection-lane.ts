import { once } from 'node:events';
import { Mutex } from 'async-mutex';
import type { MutexInterface } from 'async-mutex';
import { Failure } from '../errors.js';
import { callOver } from './current-call.js';

/** The right to use a session's connection, until it is released. */
export interface Turn {
  /** Calls back once, when somebody else waits for the connection; at once if somebody does already. */
  onWanted(callback: () => void): void;
  /** Calls back once, when nobody wants what is done with the connection any more. */
  onAbandoned(callback: () => void): void;
  /** Says that nobody does. */
  abandon(): void;
  /** Gives the connection to the next; calling it again does nothing. */
  release(): void;
  readonly released: boolean;
}

/**
 * Lets one user at a time at a DuckDB connection, first come first served. A
 * second query on a connection would cut an open result short without a word.
 */
export class ConnectionLane {
  private readonly mutex = new Mutex();
  private waiting = 0;
  private wanted: (() => void) | null = null;

  /** `over`: who waits leaves when it aborts, with a Failure('cancelled'). */
  async acquire(over?: AbortSignal): Promise<Turn> {
    const unlock = await this.lock(over);
    let released = false;
    let abandoned: (() => void) | null = null;
    return {
      onWanted: (callback) => {
        if (released) {
          return;
        }
        this.wanted = () => {
          this.wanted = null;
          callback();
        };
        if (this.waiting > 0) {
          this.wanted();
        }
      },
      onAbandoned: (callback) => {
        abandoned = callback;
      },
      abandon: () => {
        abandoned?.();
        abandoned = null;
      },
      release: () => {
        if (!released) {
          released = true;
          this.wanted = null;
          unlock();
        }
      },
      get released() {
        return released;
      },
    };
  }

  async run<T>(use: () => Promise<T>): Promise<T> {
    return this.use(await this.acquire(), use);
  }

  /** The same for what nobody else needs than the call that asks for it: it waits no longer than its client. */
  async runForCall<T>(use: () => Promise<T>): Promise<T> {
    return this.use(await this.acquire(callOver()), use);
  }

  private async use<T>(turn: Turn, use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } finally {
      turn.release();
    }
  }

  private async lock(over: AbortSignal | undefined): Promise<MutexInterface.Releaser> {
    if (over?.aborted === true) {
      throw givenUp();
    }
    this.waiting++;
    this.wanted?.();
    const mayWait = this.mutex.isLocked();
    const locking = this.mutex.acquire();
    try {
      return await (over && mayWait ? unlessOver(locking, over) : locking);
    } finally {
      this.waiting--;
    }
  }
}

/** What `locking` resolves to; when `over` aborts before, a rejection, and the lock goes to the next. */
async function unlessOver(
  locking: Promise<MutexInterface.Releaser>,
  over: AbortSignal,
): Promise<MutexInterface.Releaser> {
  const settled = new AbortController();
  const left = once(over, 'abort', { signal: settled.signal }).then(
    () => {
      throw givenUp();
    },
    () => locking, // It has come first.
  );
  try {
    return await Promise.race([locking, left]);
  } catch (error) {
    void locking.then((unlock) => {
      unlock();
    });
    throw error;
  } finally {
    settled.abort();
  }
}

function givenUp(): Failure {
  return new Failure('cancelled', 'The call was given up');
}
