import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { EngineStatement } from './checked-query.js';
import type { Executable } from './statement.js';
import { toTheEnd } from './to-the-end.js';

/** The statement that is replaced, as its client sees it. It may be an expanded statement. */
export type Original = Executable & Partial<EngineStatement> & Pick<EngineStatement, 'type'>;

/** The query to run, and a function that frees what it needs. */
export interface Held {
  readonly query: Pick<Executable, 'stream' | 'update'>;
  readonly release: () => unknown;
}

/**
 * A statement that looks like the original but runs another one. What that one needs is held until its result
 * ends.
 */
export abstract class StandIn implements EngineStatement {
  constructor(protected readonly original: Original) {}

  get type(): StatementType {
    return this.original.type;
  }

  get runsOnce(): boolean {
    return this.original.runsOnce ?? false;
  }

  get ownChanges(): number {
    return this.original.ownChanges ?? 0;
  }

  get parameterCount(): number {
    return this.original.parameterCount;
  }

  schema(): Promise<Schema | null> {
    return this.original.schema();
  }

  parameterSchema(): Schema {
    return this.original.parameterSchema();
  }

  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    const { query, release } = await this.hold(parameters);
    try {
      const result = await query.stream(parameters);
      return { ...result, batches: () => toTheEnd(result.batches(), release) };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async update(parameters?: ParameterRow): Promise<number> {
    const { query, release } = await this.hold(parameters);
    try {
      return await query.update(parameters);
    } finally {
      await release();
    }
  }

  close(): void {
    this.original.close();
  }

  /** Gets the query for one execution with these parameters. Holds nothing if it throws. */
  protected abstract hold(parameters: ParameterRow | undefined): Promise<Held>;
}
