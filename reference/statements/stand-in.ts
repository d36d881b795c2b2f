import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { EngineStatement } from './checked-query.js';
import type { Executable } from './statement.js';
import { toTheEnd } from './to-the-end.js';

/** The statement that another stands in for, as its client sees it: one, or one that the engine makes several of. */
export type Original = Executable & Partial<EngineStatement> & Pick<EngineStatement, 'type'>;

/** What is run, and what lets go of what that needs. */
export interface Held {
  readonly query: Pick<Executable, 'stream' | 'update'>;
  readonly release: () => unknown;
}

/** A statement that looks like another one and is run with something that it holds as long as its result lasts. */
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

  /** Gets ready for one execution with these parameters. Throws, with nothing held, when that cannot be. */
  protected abstract hold(parameters: ParameterRow | undefined): Promise<Held>;
}
