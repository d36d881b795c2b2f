import type { Connection } from '../engine/connection.js';
import { StandIn } from './stand-in.js';
import type { Held, Original } from './stand-in.js';

/**
 * A query of the role readonly. It runs in a read-only transaction, so that the engine refuses effects. An
 * open transaction of such a session is already read-only.
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
