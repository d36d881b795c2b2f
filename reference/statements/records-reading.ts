import { wrappedStatement } from '../access/canonical-text.js';
import { executedTexts } from '../access/executed-texts.js';
import { refusals } from '../access/refusals.js';
import { mentions } from '../access/statement-text.js';
import { databasesOf, planOf } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import { actsAsItIsRead, statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { Session } from '../sessions/session.js';
import type { EngineStatement } from './checked-query.js';
import type { ExpandedStatement } from './expanded-statement.js';
import { ParameterChecked } from './parameter-checked.js';
import { RecordCopies } from './record-copies.js';
import { RecordsEngine } from './records-engine.js';
import type { RecordsSource } from './records-engine.js';
import { RecordsQuery } from './records-query.js';
import { RecordsReach } from './records-reach.js';
import type { Executable } from './statement.js';
import {
  couldRead,
  hasPlainValues,
  isPlain,
  puttingTogether,
  readingKinds,
} from './what-reads-records.js';

/**
 * Finds the admins' statements that read records and runs them where the records are. The clients' engine has
 * only a shell: the tables without rows.
 */
export class RecordsReading {
  private readonly catalog: string;
  private readonly reach: RecordsReach;
  private readonly engine: RecordsEngine;
  private readonly copies: RecordCopies;

  constructor(private readonly place: RecordsSource) {
    this.catalog = place.catalog.toLowerCase();
    this.reach = new RecordsReach(this.catalog);
    this.engine = new RecordsEngine(place);
    this.copies = new RecordCopies(this.engine, place);
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
    if (!readingKinds.has(kind) || !(await this.reach.has(session, sql))) {
      return query;
    }
    if (
      kind === 'query' &&
      sql.toLowerCase().includes(this.catalog) &&
      !(await this.reach.isOnPath(session))
    ) {
      // A shortcut for most queries, which use full names of records and nothing else. They mean the same in
      // the engine of the records.
      const elsewhere = await this.engine.prepare(session, sql);
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
      const elsewhere = await this.engine.prepare(session, sql);
      if (elsewhere !== null) {
        query.close();
        return elsewhere;
      }
    }
    if (plan === null && !(await this.mayBeRead(session, sql, kind))) {
      return this.withoutNamesInParameters(query, sql);
    }
    return isQuery || kind === 'execute'
      ? this.copies.query(session, query, sql)
      : this.copies.effect(session, query, sql);
  }

  /** A query that only the engine of the records can prepare; null for any other statement. */
  async elsewhere(session: Session, sql: string): Promise<EngineStatement | null> {
    return (await this.reach.has(session, sql)) ? this.engine.prepare(session, sql) : null;
  }

  /** Like `route`, for an expanded statement, which the engine does not explain. */
  async routeExpanded(
    session: Session,
    expanded: ExpandedStatement,
    sql: string,
  ): Promise<Executable> {
    if (!mentions(sql, this.catalog) && !(await this.reach.hasWithoutName(session))) {
      return expanded;
    }
    if (!actsAsItIsRead(expanded.type)) {
      throw refusals.unread(this.place.catalog);
    }
    return this.copies.expanded(session, expanded, sql);
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

  /** Whether it reads only records, with operators that depend on the session only by its search path. */
  private isPure(plan: Plan, sql: string): boolean {
    return (
      [...databasesOf(plan)].every((database) => database === this.catalog) && isPlain(plan, sql)
    );
  }
}
