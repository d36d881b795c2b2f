import { wrappedStatement } from '../access/canonical-text.js';
import { macroNames } from '../access/beyond-reach.js';
import { executedTexts } from '../access/executed-texts.js';
import { refusals } from '../access/refusals.js';
import { identifierName, mentions, significantTokens } from '../access/statement-text.js';
import type { Connection } from '../engine/connection.js';
import { withRecordsCopied } from '../engine/records-in-temp.js';
import { databasesOf, nameParts, planOf } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import { actsAsItIsRead, statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import { openWorkbench } from '../engine/workbench.js';
import type { Workbench } from '../engine/workbench.js';
import type { RecordsPlace } from '../instrumentation/records-place.js';
import type { Session } from '../sessions/session.js';
import type { EngineStatement } from './checked-query.js';
import { CopyingStatement } from './copying-statement.js';
import { ExpandedStatement } from './expanded-statement.js';
import { ParameterChecked } from './parameter-checked.js';
import { ReadingConnection } from './reading-connection.js';
import { RecordsQuery } from './records-query.js';
import {
  couldRead,
  hasPlainValues,
  isDefinedBy,
  isIndirect,
  isPlain,
  puttingTogether,
  readingKinds,
} from './what-reads-records.js';
import type { Executable } from './statement.js';
import { WorkbenchQuery } from './workbench-query.js';

/** The location of the records. */
export interface RecordsSource extends RecordsPlace {
  /** Opens a connection to the engine of the records. */
  readonly connect: () => Promise<Connection>;
}

/** Whether a session's views and macros read records, at a given count of definitions. */
interface Known {
  readonly definitions: number | null;
  readonly reaches: boolean;
}

/**
 * Finds the admins' statements that read records and runs them where the records are. The clients' engine has
 * only a shell: the tables without rows.
 */
export class RecordsReading {
  private readonly catalog: string;
  private readonly known = new WeakMap<Session, Known>();
  private readonly paths = new WeakMap<Connection, { names: number; isOn: boolean }>();
  private readonly open = new WeakMap<Session, ReadingConnection>();

  constructor(private readonly place: RecordsSource) {
    this.catalog = place.catalog.toLowerCase();
  }

  /**
   * The statement to run in place of `query`, which is then closed. Throws a Failure if the statement cannot
   * be made to read the records.
   */
  async route(session: Session, query: EngineStatement, sql: string): Promise<EngineStatement> {
    if (query instanceof RecordsQuery) {
      return query;
    }
    const kind = statementKind(query.type);
    if (!readingKinds.has(kind) || !(await this.mayRead(session, sql))) {
      return query;
    }
    if (
      kind === 'query' &&
      sql.toLowerCase().includes(this.catalog) &&
      !(await this.isOnPath(session))
    ) {
      // A shortcut for most queries, which use full names of records and nothing else. They mean the same in
      // the engine of the records.
      const elsewhere = await this.amongRecords(session, sql);
      if (elsewhere !== null) {
        query.close();
        return elsewhere;
      }
    }
    const { connection } = session;
    const inner = kind === 'explain' ? (wrappedStatement(sql)?.inner ?? sql) : sql;
    const plan = kind === 'execute' ? null : await planOf(connection, inner).catch(() => null);
    if (plan !== null && !this.isReadBy(plan)) {
      return this.withoutNamesInParameters(query, sql);
    }
    if (kind === 'explain' && !(await this.isQuery(session, inner))) {
      if (/^EXPLAIN\b(?!.*\bANALYZE\b)/is.test(sql.slice(0, sql.length - inner.length))) {
        return query; // It returns only a plan.
      }
      throw refusals.unread(this.place.catalog);
    }
    const isQuery = kind === 'query' || kind === 'explain';
    if (plan !== null && isQuery && this.isPure(plan, sql)) {
      const elsewhere = await this.amongRecords(session, sql);
      if (elsewhere !== null) {
        query.close();
        return elsewhere;
      }
    }
    if (plan === null && !(await this.mayBeRead(session, sql, kind))) {
      return this.withoutNamesInParameters(query, sql);
    }
    return isQuery || kind === 'execute'
      ? this.inWorkbench(session, query, sql)
      : this.withCopies(session, query, sql);
  }

  /** A query that only the engine of the records can prepare; null for any other statement. */
  async elsewhere(session: Session, sql: string): Promise<EngineStatement | null> {
    return (await this.mayRead(session, sql)) ? this.amongRecords(session, sql) : null;
  }

  /** Like `route`, for an expanded statement, which the engine does not explain. */
  async routeExpanded(
    session: Session,
    expanded: ExpandedStatement,
    sql: string,
  ): Promise<Executable> {
    if (!mentions(sql, this.catalog) && !(await this.reachesWithoutName(session))) {
      return expanded;
    }
    if (!actsAsItIsRead(expanded.type)) {
      throw refusals.unread(this.place.catalog);
    }
    return new WorkbenchQuery(expanded, {
      open: (signal) => this.workbench(session, sql, signal),
      prepare: ({ connection }) =>
        ExpandedStatement.of(connection, sql, {
          ask: (type) =>
            statementKind(type) === 'query'
              ? Promise.resolve()
              : Promise.reject(refusals.unread(this.place.catalog)),
        }),
    });
  }

  /**
   * If the statement runs text, a parameter may name the records, and the plan without parameters does not
   * show it.
   */
  private withoutNamesInParameters(query: EngineStatement, sql: string): EngineStatement {
    if (query.parameterCount === 0 || !puttingTogether.test(sql)) {
      return query;
    }
    return new ParameterChecked(query, (parameters) => {
      const texts = parameters?.values.map((value) => String(value).toLowerCase()) ?? [];
      if (texts.some((text) => text.includes(this.catalog))) {
        throw refusals.unread(this.place.catalog);
      }
    });
  }

  private inWorkbench(session: Session, query: EngineStatement, sql: string): EngineStatement {
    return new WorkbenchQuery(query, {
      open: (signal) => this.workbench(session, sql, signal),
      prepare: ({ connection }) => connection.prepare(sql),
    });
  }

  private withCopies(session: Session, query: EngineStatement, sql: string): EngineStatement {
    const { connection } = session;
    return new CopyingStatement(query, {
      copy: async (signal) => {
        const copies = await withRecordsCopied({ ...(await this.both(session)), sql, signal });
        if (copies === null) {
          throw refusals.unread(this.place.catalog);
        }
        return copies;
      },
      prepare: (text) => connection.prepare(text),
    });
  }

  private async workbench(session: Session, sql: string, signal: AbortSignal): Promise<Workbench> {
    return openWorkbench({ ...(await this.both(session)), sql, signal });
  }

  /** The source connections of the copies. */
  private async both(session: Session) {
    const reading = await this.readingOf(session);
    await reading.end();
    return { client: session.connection, records: reading.connection, shell: this.place };
  }

  /** Whether a plan scans records, or runs serialized SQL, whose tables the plan does not show. */
  private isReadBy(plan: Plan): boolean {
    return databasesOf(plan).has(this.catalog) || plan.operators.has('json_execute_serialized_sql');
  }

  /** Whether a statement that the engine does not explain may read records. */
  private async mayBeRead(session: Session, sql: string, kind: StatementKind): Promise<boolean> {
    if (kind !== 'execute') {
      return couldRead.has(kind) && mentions(sql, this.catalog);
    }
    let isRead = false;
    for (const text of await executedTexts(session.connection, sql)) {
      const plan = await planOf(session.connection, text).catch(() => null);
      const reads = plan === null ? mentions(text, this.catalog) : this.isReadBy(plan);
      if (reads && !(await this.isQuery(session, text))) {
        throw refusals.unread(this.place.catalog);
      }
      isRead ||= reads;
      if (!reads && puttingTogether.test(text) && !hasPlainValues(sql)) {
        throw refusals.unread(this.place.catalog); // Its values are known only when it runs.
      }
    }
    if (!isRead && sql.toLowerCase().includes(this.catalog)) {
      throw refusals.unread(this.place.catalog); // A value names the records.
    }
    return isRead;
  }

  private async isQuery({ connection }: Session, sql: string): Promise<boolean> {
    return statementKind(await connection.typeOf(sql)) === 'query';
  }

  /** Whether a statement can read records at all. Most cannot, so they need no plan. */
  private async mayRead(session: Session, sql: string): Promise<boolean> {
    return (
      sql.toLowerCase().includes(this.catalog) ||
      isIndirect(sql) ||
      this.reachesWithoutName(session)
    );
  }

  private async reachesWithoutName(session: Session): Promise<boolean> {
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
  private async isOnPath({ connection }: Session): Promise<boolean> {
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

  /** Whether it reads only records, with operators that depend on the session only by its search path. */
  private isPure(plan: Plan, sql: string): boolean {
    return (
      [...databasesOf(plan)].every((database) => database === this.catalog) && isPlain(plan, sql)
    );
  }

  /**
   * Prepares the query in the engine of the records; null if it needs something that only the clients' engine
   * has.
   */
  private async amongRecords(session: Session, sql: string): Promise<EngineStatement | null> {
    const macros = await macroNames(session.connection);
    const words = significantTokens(sql).map(identifierName);
    if (puttingTogether.test(sql) || words.some((word) => macros.has(word))) {
      return null; // It would be bound to something else there.
    }
    const reading = await this.readingOf(session);
    await reading.end();
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

  private async readingOf(session: Session): Promise<ReadingConnection> {
    const open = this.open.get(session);
    if (open) {
      return open;
    }
    const { connect } = this.place;
    const opened = await ReadingConnection.open(await connect(), this.catalog);
    this.open.set(session, opened);
    session.reading = opened;
    return opened;
  }
}
