import { DuckDBVarCharType } from '@duckdb/node-api';

/**
 * JSON as the column type of a table; chunks have VARCHAR in its place. The text is not validated, as in the
 * engine's own import of Arrow.
 */
class DuckDBJsonType extends DuckDBVarCharType {
  override toString(): string {
    return 'JSON';
  }
}

export const JSON_TEXT = new DuckDBJsonType();
