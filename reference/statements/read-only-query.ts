import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { Connection } from '../engine/connection.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { EngineStatement } from './checked-query.js';
import type { Executable } from './statement.js';
import { toTheEnd } from './workbench-query.js';

/** One statement, or one that the engine makes several of. */
type Runnable = Executable & Partial<EngineStatement> & Pick<EngineStatement, 'type'>;

/**
 * A query of the role readonly: it runs in a transaction that can write nothing, so that the engine itself
 * refuses what would have an effect. Where the session has a transaction open, that is such a one.
 */
export class ReadOnlyQuery implements EngineStatement {
  constructor(
    private readonly query: Runnable,
    private readonly connection: Connection,
  ) {}

  get type(): StatementType {
    return this.query.type;
  }

  get runsOnce(): boolean {
    return this.query.runsOnce ?? false;
  }

  get ownChanges(): number {
    return this.query.ownChanges ?? 0;
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
    const end = await beginReadOnly(this.connection);
    try {
      const result = await this.query.stream(parameters);
      return { ...result, batches: () => toTheEnd(result.batches(), end) };
    } catch (error) {
      await end();
      throw error;
    }
  }

  async update(parameters?: ParameterRow): Promise<number> {
    const end = await beginReadOnly(this.connection);
    try {
      return await this.query.update(parameters);
    } finally {
      await end();
    }
  }

  close(): void {
    this.query.close();
  }
}

/** Begins such a transaction unless one is open; resolves to what ends it. */
export async function beginReadOnly(connection: Connection): Promise<() => Promise<void>> {
  if (await connection.inTransaction()) {
    return () => Promise.resolve();
  }
  await connection.begin('READ ONLY');
  return () => connection.rollback();
}
