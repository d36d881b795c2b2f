import type { PreparedQuery } from '../engine/prepared-query.js';
import type { WithCopies } from '../engine/records-in-temp.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/** What a statement needs that reads copies of records. */
export interface CopyingParts {
  /** Makes the copies; `signal` ends that. Throws a Failure where the statement cannot be made to read them. */
  readonly copy: (signal: AbortSignal) => Promise<WithCopies>;
  /** Prepares the text that reads the copies. */
  readonly prepare: (sql: string) => Promise<PreparedQuery>;
}

/**
 * An admin's statement with an effect that reads records, as CREATE TABLE … AS: each time it is run, these are
 * copied to temporary tables of the session, which are dropped when it is done.
 */
export class CopyingStatement extends StandIn {
  private abort = new AbortController();

  constructor(
    /** The same statement on the shell. */
    original: Original,
    private readonly parts: CopyingParts,
  ) {
    super(original);
  }

  /** What runs is prepared anew each time in any case. */
  override get runsOnce(): boolean {
    return false;
  }

  interrupt(): void {
    this.abort.abort();
  }

  protected async hold(): Promise<Held> {
    this.abort = new AbortController();
    const copies = await this.parts.copy(this.abort.signal);
    try {
      const query = await this.parts.prepare(copies.sql);
      const release = async () => {
        query.close();
        await copies.drop();
      };
      return { query, release };
    } catch (error) {
      await copies.drop();
      throw error;
    }
  }
}
