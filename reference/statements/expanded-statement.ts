import type { StatementType } from '@duckdb/node-api';
import { Schema } from 'apache-arrow';
import type { Connection, ExtractedStatements } from '../engine/connection.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import { actsAsItIsRead, beginsExpansion, expandedType } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { Executable } from './statement.js';

/** What an ExpandedStatement needs from its session. */
export interface ExpansionParts {
  /** Throws if a statement of this type may not run. */
  readonly ask: (type: StatementType) => Promise<void>;
}

/**
 * A statement that the engine expands to several. A PIVOT without IN first creates a type from the values it
 * finds, and then uses it for the columns. If the whole is not a query, the engine adds a transaction, which
 * is left out if the client already has one open.
 */
export class ExpandedStatement implements Executable {
  readonly parameterCount = 0;
  private answering: PreparedQuery | null = null;

  private constructor(
    private readonly connection: Connection,
    private readonly sql: string,
    readonly type: StatementType,
    private readonly parts: ExpansionParts,
  ) {}

  static async of(
    connection: Connection,
    sql: string,
    parts: ExpansionParts,
  ): Promise<ExpandedStatement> {
    const statements = await connection.extract(sql);
    const firstType = await typeOf(statements, 0);
    if (!(await beginsExpansion(firstType, () => typeOf(statements, 1)))) {
      // The tokenizer and the engine disagree on where the statement ends, so the text contains another one.
      throw new Failure(
        'invalid-argument',
        'The text holds several statements that cannot be told apart: send one at a time',
      );
    }
    const type = expandedType(firstType);
    await parts.ask(type);
    return new ExpandedStatement(connection, sql, type, parts);
  }

  schema(): Promise<Schema | null> {
    return Promise.resolve(null);
  }

  parameterSchema(): Schema {
    return new Schema([]);
  }

  stream(): Promise<QueryResult> {
    return this.run((query) => query.stream());
  }

  update(): Promise<number> {
    return this.run((query) => query.update());
  }

  close(): void {
    this.answering?.close();
    this.answering = null;
  }

  private async run<T>(answer: (query: PreparedQuery) => Promise<T>): Promise<T> {
    this.close();
    const { connection } = this;
    const statements = await connection.extract(this.sql);
    if (actsAsItIsRead(this.type)) {
      await runAll(statements, 0, statements.count - 1);
      this.answering = await statements.prepare(statements.count - 1);
      await this.parts.ask(this.answering.type);
      return answer(this.answering);
    }
    const own = !(await connection.inTransaction());
    if (own) {
      await connection.begin();
    }
    try {
      await runAll(statements, 1, statements.count - 2);
      this.answering = await statements.prepare(statements.count - 2);
      const result = await answer(this.answering);
      if (own) {
        await connection.commit();
      }
      return result;
    } catch (error) {
      if (own) {
        await connection.rollback().catch(() => undefined);
      }
      throw error;
    }
  }
}

async function typeOf(statements: ExtractedStatements, index: number): Promise<StatementType> {
  const prepared = await statements.prepare(index);
  const { type } = prepared;
  prepared.close();
  return type;
}

async function runAll(statements: ExtractedStatements, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const query = await statements.prepare(i);
    try {
      await query.update();
    } finally {
      query.close();
    }
  }
}
