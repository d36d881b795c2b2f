import type { Connection } from '../engine/connection.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/**
 * A query of the role readonly: it runs in a transaction that can write nothing, so that the engine itself
 * refuses what would have an effect. Where the session has a transaction open, that is such a one.
 */
export class ReadOnlyQuery extends StandIn {
  constructor(
    original: Original,
    private readonly connection: Connection,
  ) {
    super(original);
  }

  protected async hold(): Promise<Held> {
    const { connection, original } = this;
    if (await connection.inTransaction()) {
      return { query: original, release: () => undefined };
    }
    await connection.begin('READ ONLY');
    return { query: original, release: () => connection.rollback() };
  }
}
