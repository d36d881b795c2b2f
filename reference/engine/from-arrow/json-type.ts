import { DuckDBVarCharType } from '@duckdb/node-api';

/**
 * JSON as the type of a table's column. Chunks have text in its place. As when
 * the engine itself reads Arrow, nobody checks that the text is JSON.
 */
class DuckDBJsonType extends DuckDBVarCharType {
  override toString(): string {
    return 'JSON';
  }
}

export const JSON_TEXT = new DuckDBJsonType();
