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
 * A client's statement that the guard has let through. When a view, a macro, a table, a variable or
 * the search path may have changed since, it is prepared anew and the guard is asked again: its
 * schema and its result are those of what its names stand for now.
 */
export class CheckedQuery implements Executable {
  private executed = false;

  private constructor(
    private query: PreparedQuery,
    private readonly parts: CheckedParts,
    private current: number,
  ) {}

  static async of(query: PreparedQuery, parts: CheckedParts): Promise<CheckedQuery> {
    const changes = parts.changes();
    await parts.ask();
    return new CheckedQuery(query, parts, changes);
  }

  get type(): StatementType {
    return this.query.type;
  }

  get parameterCount(): number {
    return this.query.parameterCount;
  }

  get isStale(): boolean {
    return this.parts.changes() !== this.current;
  }

  async schema(): Promise<Schema | null> {
    if (this.isStale) {
      await this.renew();
    }
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
    if (this.isStale || (this.executed && this.query.runsOnce)) {
      await this.renew();
    }
    this.executed = true;
  }

  private async renew(): Promise<void> {
    const now = this.parts.changes();
    const query = await this.parts.prepare();
    this.query.close();
    this.query = query;
    await this.parts.ask();
    this.current = now;
  }
}
