import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { EngineStatement } from './checked-query.js';

/** A statement whose parameters are looked at before it runs. */
export class ParameterChecked implements EngineStatement {
  constructor(
    private readonly query: EngineStatement,
    /** Throws when it may not run with them. */
    private readonly check: (parameters: ParameterRow | undefined) => void,
  ) {}

  get type(): StatementType {
    return this.query.type;
  }

  get runsOnce(): boolean {
    return this.query.runsOnce;
  }

  get ownChanges(): number {
    return this.query.ownChanges;
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
    this.check(parameters);
    return this.query.stream(parameters);
  }

  async update(parameters?: ParameterRow): Promise<number> {
    this.check(parameters);
    return this.query.update(parameters);
  }

  close(): void {
    this.query.close();
  }
}
