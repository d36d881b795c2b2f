import type { PreparedQuery } from '../engine/prepared-query.js';
import type { WithCopies } from '../engine/records-in-temp.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/** What a CopyingStatement needs from its session. */
export interface CopyingParts {
  /**
   * Copies the records; `signal` cancels that. Throws a Failure if the statement cannot be rewritten to read
   * the copies.
   */
  readonly copy: (signal: AbortSignal) => Promise<WithCopies>;
  /** Prepares the rewritten text. */
  readonly prepare: (sql: string) => Promise<PreparedQuery>;
}

/**
 * An admin's statement that has an effect and reads records, such as CREATE TABLE … AS. Each execution copies
 * the records to temporary tables of the session and drops these afterwards.
 */
export class CopyingStatement extends StandIn {
  private abort = new AbortController();

  constructor(
    /** The same statement, prepared on the shell of the records. */
    original: Original,
    private readonly parts: CopyingParts,
  ) {
    super(original);
  }

  /** The statement that runs is prepared for each execution anyway. */
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
