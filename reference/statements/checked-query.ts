import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import type { Executable } from './statement.js';

/** What a checked statement needs of its session. */
export interface CheckedParts {
  /** Prepares its text once more. */
  readonly prepare: () => Promise<PreparedQuery>;
  /** Throws when it may not run. */
  readonly ask: () => Promise<void>;
  /** Counts what may change what a name stands for. */
  readonly changes: () => number;
}

/**
 * A client's statement that the guard has let through. It is asked again before an execution if a
 * view, a macro, a variable or the search path may have changed since: the engine binds the
 * statement to what they are then.
 */
export class CheckedQuery implements Executable {
  private checkedAt = -1;
  private executed = false;

  private constructor(
    private query: PreparedQuery,
    private readonly parts: CheckedParts,
  ) {}

  static async of(query: PreparedQuery, parts: CheckedParts): Promise<CheckedQuery> {
    const checked = new CheckedQuery(query, parts);
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
    await this.makeReady();
    return this.query.stream(parameters);
  }

  async update(parameters?: ParameterRow): Promise<number> {
    await this.makeReady();
    return this.query.update(parameters);
  }

  close(): void {
    this.query.close();
  }

  private async makeReady(): Promise<void> {
    await this.check();
    if (this.executed && this.query.runsOnce) {
      this.query.close();
      this.query = await this.parts.prepare();
    }
    this.executed = true;
  }

  private async check(): Promise<void> {
    const now = this.parts.changes();
    if (now !== this.checkedAt) {
      await this.parts.ask();
      this.checkedAt = now;
    }
  }
}
