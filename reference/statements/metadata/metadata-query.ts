import type { Schema } from 'apache-arrow';

/** A metadata request as the engine is asked it: recorded as an internal statement, then run. */
export interface MetadataQuery {
  /** What sql_statements.flight_method says of it. */
  readonly flightMethod:
    | 'DoGetCatalogs'
    | 'DoGetDbSchemas'
    | 'DoGetTables'
    | 'DoGetTableTypes'
    | 'DoGetPrimaryKeys'
    | 'DoGetImportedKeys'
    | 'DoGetExportedKeys'
    | 'DoGetCrossReference';
  /** Complete: the request's filters are literals in the text, so that a record of it can be read by itself. */
  readonly sql: string;
  /** What Flight SQL lays down for the answer, whatever the engine calls nullable. */
  readonly schema: Schema;
}
