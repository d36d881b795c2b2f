import type { DuckDBValue } from '@duckdb/node-api';

/** Reads the value at a row, counted from the start of its data, which may be a slice. */
export type ValueReader = (row: number) => DuckDBValue;
