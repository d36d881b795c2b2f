import { macroNames } from '../access/beyond-reach.js';
import { wrappedStatement } from '../access/canonical-text.js';
import { identifierName, significantTokens } from '../access/statement-text.js';
import type { Connection } from '../engine/connection.js';
import type { RecordsPlace } from '../instrumentation/records-place.js';
import type { Session } from '../sessions/session.js';
import type { EngineStatement } from './checked-query.js';
import { ReadingConnection } from './reading-connection.js';
import { RecordsQuery } from './records-query.js';
import { isPlain, puttingTogether } from './what-reads-records.js';

/** The location of the records. */
export interface RecordsSource extends RecordsPlace {
  /** Opens a connection to the engine of the records. */
  readonly connect: () => Promise<Connection>;
}

/** The engine of the records, with one connection for each session that reads them. */
export class RecordsEngine {
  private readonly open = new WeakMap<Session, ReadingConnection>();

  constructor(private readonly source: RecordsSource) {}

  /** Prepares a query here; null if it needs something that only the clients' engine has. */
  async prepare(session: Session, sql: string): Promise<EngineStatement | null> {
    const macros = await macroNames(session.connection);
    const words = significantTokens(sql).map(identifierName);
    if (puttingTogether.test(sql) || words.some((word) => macros.has(word))) {
      return null; // It would be bound to something else here.
    }
    const reading = await this.idle(session);
    if (!(await reading.enter(session.connection))) {
      return null;
    }
    const inner = wrappedStatement(sql)?.inner ?? sql;
    const plan = await reading.plan(inner);
    if (plan === null || !isPlain(plan, sql)) {
      return null; // It needs a view, macro or file of the clients' engine.
    }
    try {
      return new RecordsQuery(await reading.connection.prepare(sql), reading);
    } catch {
      return null;
    }
  }

  /** The session's connection, without a transaction. */
  async idle(session: Session): Promise<ReadingConnection> {
    const reading = this.open.get(session) ?? (await this.openFor(session));
    await reading.end();
    return reading;
  }

  private async openFor(session: Session): Promise<ReadingConnection> {
    const { connect, catalog } = this.source;
    const opened = await ReadingConnection.open(await connect(), catalog.toLowerCase());
    this.open.set(session, opened);
    session.reading = opened;
    return opened;
  }
}
