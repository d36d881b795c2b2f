import { refusals } from '../access/refusals.js';
import { withRecordsCopied } from '../engine/records-in-temp.js';
import { statementKind } from '../engine/statement-kinds.js';
import { openWorkbench } from '../engine/workbench.js';
import type { RecordsPlace } from '../instrumentation/records-place.js';
import type { Session } from '../sessions/session.js';
import type { EngineStatement } from './checked-query.js';
import { CopyingStatement } from './copying-statement.js';
import { ExpandedStatement } from './expanded-statement.js';
import type { RecordsEngine } from './records-engine.js';
import type { Executable } from './statement.js';
import { WorkbenchQuery } from './workbench-query.js';
import type { WorkbenchParts } from './workbench-query.js';

/** The statements that need both engines run on copies of what they read. Each execution makes its own. */
export class RecordCopies {
  constructor(
    private readonly engine: RecordsEngine,
    private readonly place: RecordsPlace,
  ) {}

  /** A query, to run in a private engine with copies of records and of the session's data. */
  query(session: Session, query: EngineStatement, sql: string): EngineStatement {
    return new WorkbenchQuery(query, {
      open: this.workbench(session, sql),
      prepare: ({ connection }) => connection.prepare(sql),
    });
  }

  /** The same for a query that the engine expands. */
  expanded(session: Session, expanded: ExpandedStatement, sql: string): Executable {
    return new WorkbenchQuery(expanded, {
      open: this.workbench(session, sql),
      prepare: ({ connection }) =>
        ExpandedStatement.of(connection, sql, {
          ask: (type) =>
            statementKind(type) === 'query'
              ? Promise.resolve()
              : Promise.reject(refusals.unread(this.place.catalog)),
        }),
    });
  }

  /** A statement with an effect, to run in the session with copies of the records in temporary tables. */
  effect(session: Session, statement: EngineStatement, sql: string): EngineStatement {
    return new CopyingStatement(statement, {
      copy: async (signal) => {
        const copies = await withRecordsCopied({ ...(await this.sources(session)), sql, signal });
        if (copies === null) {
          throw refusals.unread(this.place.catalog);
        }
        return copies;
      },
      prepare: (text) => session.connection.prepare(text),
    });
  }

  private workbench(session: Session, sql: string): WorkbenchParts['open'] {
    return async (signal) => openWorkbench({ ...(await this.sources(session)), sql, signal });
  }

  /** The connections from which rows are copied. */
  private async sources(session: Session) {
    const { connection } = await this.engine.idle(session);
    return { client: session.connection, records: connection, shell: this.place };
  }
}
