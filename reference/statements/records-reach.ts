import type { Connection } from '../engine/connection.js';
import { nameParts } from '../engine/statement-effects.js';
import type { Session } from '../sessions/session.js';
import { isDefinedBy, isIndirect } from './what-reads-records.js';

/** Whether a session's views and macros read records, at a given count of definitions. */
interface Known {
  readonly definitions: number | null;
  readonly reaches: boolean;
}

/**
 * Decides without a plan whether a session's statements can read records: by their text, the search path, and
 * the views and macros. What it asks the engine it remembers until the session changes names or definitions.
 */
export class RecordsReach {
  private readonly known = new WeakMap<Session, Known>();
  private readonly paths = new WeakMap<Connection, { names: number; isOn: boolean }>();

  /** @param catalog the catalog of the records, in lower case */
  constructor(private readonly catalog: string) {}

  /** Whether a statement can read records at all. Most cannot, so they need no plan. */
  async has(session: Session, sql: string): Promise<boolean> {
    return (
      sql.toLowerCase().includes(this.catalog) || isIndirect(sql) || this.hasWithoutName(session)
    );
  }

  /** Whether a statement that does not name the catalog may read records. */
  async hasWithoutName(session: Session): Promise<boolean> {
    if (await this.isOnPath(session)) {
      return true;
    }
    const { connection } = session;
    const { definitions } = connection.names;
    const known = this.known.get(session);
    if (definitions !== null && known?.definitions === definitions) {
      return known.reaches;
    }
    const reaches = await isDefinedBy(connection, this.catalog);
    this.known.set(session, { definitions, reaches });
    return reaches;
  }

  /** Whether the search path contains the catalog of the records. */
  async isOnPath({ connection }: Session): Promise<boolean> {
    const names = connection.names.count;
    const known = this.paths.get(connection);
    if (known?.names === names) {
      return known.isOn;
    }
    const path = (await connection.searchPath()).toLowerCase().split(',').flatMap(nameParts);
    const isOn = path.includes(this.catalog);
    this.paths.set(connection, { names, isOn });
    return isOn;
  }
}
