import { Mutex } from 'async-mutex';
import { Failure } from '../errors.js';
import { currentCall } from './current-call.js';

/** The exclusive use of a session's connection, until it is released. */
export interface Turn {
  /**
   * Calls back each time another call starts to wait for the connection; immediately if one waits already.
   */
  onWanted(callback: () => void): void;
  /** Rejects the waiting calls with this Failure, except patient ones, which keep waiting. */
  refuseWaiting(why: Failure): void;
  /** Calls back once, when the work on the connection is no longer needed. */
  onAbandoned(callback: () => void): void;
  /** Marks the work as no longer needed. */
  abandon(): void;
  /** Passes the connection to the next waiter. Further calls do nothing. */
  release(): void;
  readonly released: boolean;
}

/** Options of waiting for the connection. */
export interface Waiting {
  /** Whether to wait without a limit and ignore refusals; for cleanup work. */
  readonly patient?: boolean;
  /** Stops waiting with Failure('cancelled') when it aborts. */
  readonly over?: AbortSignal | undefined;
}

/**
 * Grants exclusive use of a DuckDB connection, in order of arrival. A second query on a connection would
 * silently truncate an open result.
 */
export class ConnectionLane {
  private readonly mutex = new Mutex();
  private waiting = 0;
  private readonly refusable = new Set<(why: Failure) => void>();
  private wanted: (() => void) | null = null;

  /** Waits for the connection. Throws the Failure passed to `refuseWaiting`, or Failure('cancelled'). */
  async acquire({ patient = false, over }: Waiting = {}): Promise<Turn> {
    if (over?.aborted === true) {
      throw givenUp();
    }
    this.waiting++;
    try {
      const acquired = this.mutex.acquire();
      const unlock = patient ? acquired : this.unlessRefused(acquired, over);
      this.wanted?.();
      return this.turn(await unlock);
    } finally {
      this.waiting--;
    }
  }

  /** Whether the connection is in use. This may last as long as a client takes to read a result. */
  get isBusy(): boolean {
    return this.mutex.isLocked();
  }

  async run<T>(use: () => Promise<T>, waiting?: Waiting): Promise<T> {
    const turn = await this.acquire(waiting);
    try {
      return await use();
    } finally {
      turn.release();
    }
  }

  /**
   * Like `run`, for work that only the current call needs: stops waiting when the call's connection is lost.
   */
  async runForCall<T>(use: () => Promise<T>): Promise<T> {
    return this.run(use, { over: currentCall()?.lost });
  }

  /** Resolves to the function that unlocks the mutex. A refused waiter releases the mutex when it gets it. */
  private async unlessRefused(
    acquired: Promise<() => void>,
    over?: AbortSignal,
  ): Promise<() => void> {
    let refuse: ((why: Failure) => void) | undefined;
    const leave = () => {
      refuse?.(givenUp());
    };
    over?.addEventListener('abort', leave);
    const refused = new Promise<never>((_, reject) => {
      refuse = reject;
      this.refusable.add(reject);
    });
    try {
      return await Promise.race([acquired, refused]);
    } catch (error) {
      void acquired.then((unlock) => {
        unlock();
      });
      throw error;
    } finally {
      over?.removeEventListener('abort', leave);
      if (refuse) {
        this.refusable.delete(refuse);
      }
    }
  }

  private turn(unlock: () => void): Turn {
    let released = false;
    let abandoned: (() => void) | null = null;
    return {
      onWanted: (callback) => {
        if (released) {
          return;
        }
        this.wanted = callback;
        if (this.waiting > 0) {
          callback();
        }
      },
      refuseWaiting: (why) => {
        for (const refuse of this.refusable) {
          refuse(why);
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
}

function givenUp(): Failure {
  return new Failure('cancelled', 'The client is gone');
}
