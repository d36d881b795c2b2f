import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import type { Executable } from './statement.js';

/**
 * A client's statement that the guard has let through, and that it is asked about again before
 * each execution after which a view, a macro, a variable or the search path may have changed: the
 * engine binds the statement to what they are then.
 */
export class CheckedQuery implements Executable {
  private checkedAt = -1;

  private constructor(
    private readonly query: PreparedQuery,
    private readonly ask: () => Promise<void>,
    private readonly changes: () => number,
  ) {}

  /**
   * @param ask throws when the statement may not run
   * @param changes counts what may change what a name stands for
   */
  static async of(
    query: PreparedQuery,
    ask: () => Promise<void>,
    changes: () => number,
  ): Promise<CheckedQuery> {
    const checked = new CheckedQuery(query, ask, changes);
    await checked.check();
    return checked;
  }

  get type(): StatementType {
    return this.query.type;
  }

  get parameterCount(): number {
    return this.query.parameterCount;
  }

  schema(): Promise<Schema | null> {
    return this.query.schema();
  }

  parameterSchema(): Schema {
    return this.query.parameterSchema();
  }

  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    await this.check();
    return this.query.stream(parameters);
  }

  async update(parameters?: ParameterRow): Promise<number> {
    await this.check();
    return this.query.update(parameters);
  }

  close(): void {
    this.query.close();
  }

  private async check(): Promise<void> {
    const now = this.changes();
    if (now !== this.checkedAt) {
      await this.ask();
      this.checkedAt = now;
    }
  }
}
