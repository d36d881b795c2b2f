import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** The parameters of one execution in order, with the types to bind them as. */
export interface ParameterRow {
  readonly values: readonly DuckDBValue[];
  readonly types: readonly DuckDBType[];
}
