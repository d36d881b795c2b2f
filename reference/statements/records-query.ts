import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery, QueryResult } from '../engine/prepared-query.js';
import type { EngineStatement } from './checked-query.js';
import type { ReadingConnection } from './reading-connection.js';
import { toTheEnd } from './workbench-query.js';

/** An admin's query that reads nothing but records: the engine that has them runs it. */
export class RecordsQuery implements EngineStatement {
  readonly runsOnce = false;
  readonly ownChanges = 0;

  constructor(
    private readonly query: PreparedQuery,
    private readonly reading: ReadingConnection,
  ) {}

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
    await this.reading.begin();
    try {
      const result = await this.query.stream(parameters);
      return { ...result, batches: () => toTheEnd(result.batches(), () => this.reading.end()) };
    } catch (error) {
      await this.reading.end();
      throw error;
    }
  }

  async update(parameters?: ParameterRow): Promise<number> {
    await this.reading.begin();
    try {
      return await this.query.update(parameters);
    } finally {
      await this.reading.end();
    }
  }

  interrupt(): void {
    this.query.interrupt();
  }

  close(): void {
    this.query.close();
  }
}
