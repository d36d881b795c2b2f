import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import type { WithCopies } from '../engine/records-in-temp.js';
import type { EngineStatement } from './checked-query.js';
import { toTheEnd } from './workbench-query.js';

/** What a statement needs that reads copies of records. */
export interface CopyingParts {
  /** Makes the copies; `signal` ends that. Throws a Failure where the statement cannot be made to read them. */
  readonly copy: (signal: AbortSignal) => Promise<WithCopies>;
  /** Prepares the text that reads the copies. */
  readonly prepare: (sql: string) => Promise<PreparedQuery>;
}

/**
 * An admin's statement with an effect that reads records, as CREATE TABLE … AS: each time it is run, these are
 * copied to temporary tables of the session, which are dropped when it is done.
 */
export class CopyingStatement implements EngineStatement {
  readonly runsOnce = false;
  private abort = new AbortController();

  constructor(
    /** The same statement on the shell. */
    private readonly original: EngineStatement,
    private readonly parts: CopyingParts,
  ) {}

  get type(): StatementType {
    return this.original.type;
  }

  get ownChanges(): number {
    return this.original.ownChanges;
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
    const { query, done } = await this.begin();
    try {
      const result = await query.stream(parameters);
      return { ...result, batches: () => toTheEnd(result.batches(), done) };
    } catch (error) {
      await done();
      throw error;
    }
  }

  async update(parameters?: ParameterRow): Promise<number> {
    const { query, done } = await this.begin();
    try {
      return await query.update(parameters);
    } finally {
      await done();
    }
  }

  interrupt(): void {
    this.abort.abort();
  }

  close(): void {
    this.original.close();
  }

  private async begin(): Promise<{ query: PreparedQuery; done: () => Promise<void> }> {
    this.abort = new AbortController();
    const copies = await this.parts.copy(this.abort.signal);
    try {
      const query = await this.parts.prepare(copies.sql);
      const done = async () => {
        query.close();
        await copies.drop();
      };
      return { query, done };
    } catch (error) {
      await copies.drop();
      throw error;
    }
  }
}
