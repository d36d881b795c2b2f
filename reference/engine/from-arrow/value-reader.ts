import type { DuckDBValue } from '@duckdb/node-api';

/** Reads the value at a row. The row is counted from the start of the data, which may be a slice. */
export type ValueReader = (row: number) => DuckDBValue;
