import type { Schema } from 'apache-arrow';

/** The SQL of a metadata request. It is recorded as an internal statement and then run. */
export interface MetadataQuery {
  /** The value of sql_statements.flight_method. */
  readonly flightMethod:
    | 'DoGetCatalogs'
    | 'DoGetDbSchemas'
    | 'DoGetTables'
    | 'DoGetTableTypes'
    | 'DoGetPrimaryKeys'
    | 'DoGetImportedKeys'
    | 'DoGetExportedKeys'
    | 'DoGetCrossReference';
  /** Complete SQL. The request's filters are literals in the text, so that the record is self-contained. */
  readonly sql: string;
  /** The schema that Flight SQL specifies, with its nullability instead of the engine's. */
  readonly schema: Schema;
}
