import { Mutex } from 'async-mutex';
import { Failure } from '../errors.js';
import { currentCall } from './current-call.js';

/** The right to use a session's connection, until it is released. */
export interface Turn {
  /** Calls back whenever somebody else comes to wait for the connection; at once if somebody does already. */
  onWanted(callback: () => void): void;
  /** Turns away whoever waits by now and can be told why; whoever is patient waits on. */
  refuseWaiting(why: Failure): void;
  /** Calls back once, when nobody wants what is done with the connection any more. */
  onAbandoned(callback: () => void): void;
  /** Says that nobody does. */
  abandon(): void;
  /** Gives the connection to the next; calling it again does nothing. */
  release(): void;
  readonly released: boolean;
}

/** How somebody waits for the connection. */
export interface Waiting {
  /** Whether to wait however long it takes: for whoever only cleans up. */
  readonly patient?: boolean;
  /** Who waits leaves when it aborts, with a Failure('cancelled'). */
  readonly over?: AbortSignal | undefined;
}

/**
 * Lets one user at a time at a DuckDB connection, first come first served. A
 * second query on a connection would cut an open result short without a word.
 */
export class ConnectionLane {
  private readonly mutex = new Mutex();
  private waiting = 0;
  private readonly refusable = new Set<(why: Failure) => void>();
  private wanted: (() => void) | null = null;

  /** Throws the Failure that whoever has the connection turns it away with. */
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

  /** Whether somebody has the connection, perhaps for as long as a client takes to read a result. */
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

  /** The same for what nobody needs but the call that asks for it: it waits no longer than its connection is there. */
  async runForCall<T>(use: () => Promise<T>): Promise<T> {
    return this.run(use, { over: currentCall()?.lost });
  }

  /** Resolves to what unlocks the mutex. Who was turned away gives it back unused when it comes. */
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
