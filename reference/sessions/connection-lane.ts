import { Mutex } from 'async-mutex';

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

  async acquire(): Promise<Turn> {
    this.waiting++;
    this.wanted?.();
    const unlock = await this.mutex.acquire();
    this.waiting--;
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
    const turn = await this.acquire();
    try {
      return await use();
    } finally {
      turn.release();
    }
  }
}
