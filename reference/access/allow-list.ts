/**
 * Lists what roles other than admin may use, in lower case. A name that is not listed is refused, so a new
 * feature of the engine or of an extension is open to admins only.
 */

/** Relational operators of a bound plan, and the operators of statements that these roles may run. */
const relational = new Set(
  (
    'aggregate any_join asof_join column_data_scan comparison_join cross_product cte cte_scan delim_get ' +
    'delim_join delim_scan dependent_join distinct dummy_scan empty_result except expression_get filter ' +
    'intersect join limit limit_percent order_by pivot positional_join projection rec_cte recurring_cte_scan ' +
    'sample seq_scan top_n union unnest window ' +
    'alter create_index create_macro create_schema create_sequence create_table create_type create_view ' +
    'delete drop insert merge_into set update vacuum'
  ).split(' '),
);

/** Table functions that compute values or list the catalog. None takes a file or a table as an argument. */
const functions = new Set(
  (
    'generate_series range repeat repeat_row json_each json_tree summary test_all_types ' +
    'duckdb_columns duckdb_constraints duckdb_coordinate_systems duckdb_databases duckdb_dependencies ' +
    'duckdb_extensions duckdb_functions duckdb_indexes duckdb_keywords duckdb_optimizers ' +
    'duckdb_prepared_statements duckdb_schemas duckdb_sequences duckdb_settings duckdb_tables duckdb_types ' +
    'duckdb_variables duckdb_views icu_calendar_names pg_timezone_names ' +
    'pragma_collations pragma_database_size pragma_platform pragma_show pragma_table_info ' +
    'pragma_user_agent pragma_version'
  ).split(' '),
);

/** Functions that the engine uses to scan tables of attached catalogs. Direct calls of them are refused. */
const catalogScans = new Set(['ducklake_scan', 'postgres_scan', 'postgres_scan_pushdown']);

/** Session settings that only affect the meaning or the execution of the session's own statements. */
const settings = new Set(
  (
    'asof_loop_join_threshold calendar dynamic_or_filter_threshold ' +
    'explain_output ieee_floating_point_ops integer_division lambda_syntax ' +
    'late_materialization_max_rows merge_join_threshold nested_loop_join_threshold ' +
    'order_by_non_integer_literal pivot_filter_threshold pivot_limit prefer_range_joins ' +
    'preserve_identifier_case scalar_subquery_error_on_multiple_rows schema search_path ' +
    'timezone'
  ).split(' '),
);

/** PRAGMA statements that the engine answers with a query. */
const pragmas = new Set(
  'collations database_list database_size functions platform show show_tables show_tables_expanded table_info user_agent version'.split(
    ' ',
  ),
);

/** Whether these roles may use an operator of a bound plan. `scans`: it scans a table of a catalog. */
export function isAllowedOperator(operator: string, scans: boolean): boolean {
  return (
    relational.has(operator) ||
    functions.has(operator) ||
    (scans && catalogScans.has(operator)) ||
    // The plan of DESCRIBE and SHOW. The described query is checked separately.
    operator === 'chunk_get'
  );
}

export function isAllowedFunction(name: string): boolean {
  return functions.has(name) || name === 'unnest';
}

export function isAllowedSetting(name: string): boolean {
  return settings.has(name);
}

export function isAllowedPragma(name: string): boolean {
  return pragmas.has(name);
}
