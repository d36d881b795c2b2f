import {
  SqlInfo,
  SqlNullOrdering,
  SqlOuterJoinsSupportLevel,
  SqlSupportedCaseSensitivity,
  SqlSupportedElementActions,
  SqlSupportedGroupBy,
  SqlSupportedResultSetConcurrency,
  SqlSupportedResultSetType,
  SqlSupportedSubqueries,
  SqlSupportedTransaction,
  SqlSupportedUnions,
  SqlTransactionIsolationLevel,
  SupportedAnsi92SqlGrammarLevel,
  SupportedSqlGrammar,
} from '../../../protocol/gen/flight_sql_pb.js';
import type { RecordsPlace } from '../../instrumentation/records-place.js';
import { sqlConversions } from './sql-conversions.js';
import type { SqlWords } from './sql-words.js';

/** The inputs of GetSqlInfo that differ between servers or sessions. */
export interface SqlInfoFacts {
  readonly serverName: string;
  /** The engine's name and version; clients derive the dialect from it. */
  readonly serverVersion: string;
  /** The version of the Arrow format, such as `1.5`, or of the library; the protocol leaves this open. */
  readonly arrowVersion: string;
  /** Whether this client cannot write. */
  readonly readOnly: boolean;
  /** Whether this client may read every table that GetTables lists for it. */
  readonly allTablesSelectable: boolean;
  readonly words: SqlWords;
  /** The location of the instrumentation tables; null without instrumentation. */
  readonly instrumentation: RecordsPlace | null;
}

/** The first id that Flight SQL leaves to servers. */
export const firstOwnId = 10_000;

/** GizmoSQL's own ids, named as in its JavaScript client (@gizmodata/gizmosql-client). */
const gizmosqlInfo = {
  instrumentationEnabled: firstOwnId,
  instrumentationCatalog: firstOwnId + 1,
  instrumentationSchema: firstOwnId + 2,
} as const;

/**
 * One value; its JavaScript type selects the union member. A bigint is int64 and holds counts and ordinals,
 * which the JDBC driver casts to Long. A number is int32 and holds bitmasks, which that driver casts to
 * Integer, and values that the protocol defines as int32: ADBC reads FLIGHT_SQL_SERVER_TRANSACTION from no
 * other member.
 */
export type SqlInfoValue =
  string | boolean | bigint | number | readonly string[] | ReadonlyMap<number, readonly number[]>;

/** 0 means no limit or an unknown limit. */
const unlimited = 0n;

const limits = [
  SqlInfo.SQL_MAX_BINARY_LITERAL_LENGTH,
  SqlInfo.SQL_MAX_CHAR_LITERAL_LENGTH,
  SqlInfo.SQL_MAX_COLUMN_NAME_LENGTH,
  SqlInfo.SQL_MAX_COLUMNS_IN_GROUP_BY,
  SqlInfo.SQL_MAX_COLUMNS_IN_INDEX,
  SqlInfo.SQL_MAX_COLUMNS_IN_ORDER_BY,
  SqlInfo.SQL_MAX_COLUMNS_IN_SELECT,
  SqlInfo.SQL_MAX_COLUMNS_IN_TABLE,
  SqlInfo.SQL_MAX_CONNECTIONS,
  SqlInfo.SQL_MAX_CURSOR_NAME_LENGTH,
  SqlInfo.SQL_MAX_INDEX_LENGTH,
  SqlInfo.SQL_DB_SCHEMA_NAME_LENGTH,
  SqlInfo.SQL_MAX_PROCEDURE_NAME_LENGTH,
  SqlInfo.SQL_MAX_CATALOG_NAME_LENGTH,
  SqlInfo.SQL_MAX_ROW_SIZE,
  SqlInfo.SQL_MAX_STATEMENT_LENGTH,
  SqlInfo.SQL_MAX_STATEMENTS,
  SqlInfo.SQL_MAX_TABLE_NAME_LENGTH,
  SqlInfo.SQL_MAX_TABLES_IN_SELECT,
  SqlInfo.SQL_MAX_USERNAME_LENGTH,
];

/**
 * All values of GetSqlInfo, ordered by id. Only Substrait's versions are absent. The engine has no
 * procedures, cursors or LOB locators, but the JDBC driver throws if a value about them is missing.
 */
export function sqlInfoValues(facts: SqlInfoFacts): ReadonlyMap<number, SqlInfoValue> {
  const values: [number, SqlInfoValue][] = [
    ...serverValues(facts),
    ...syntaxValues(facts),
    ...queryValues,
    ...transactionValues,
    ...limits.map((limit): [SqlInfo, SqlInfoValue] => [limit, unlimited]),
    ...instrumentationValues(facts),
  ];
  return new Map(values.sort(([a], [b]) => a - b));
}

function instrumentationValues({ instrumentation }: SqlInfoFacts): [number, SqlInfoValue][] {
  const enabled: [number, SqlInfoValue] = [
    gizmosqlInfo.instrumentationEnabled,
    instrumentation !== null,
  ];
  return instrumentation === null
    ? [enabled]
    : [
        enabled,
        [gizmosqlInfo.instrumentationCatalog, instrumentation.catalog],
        [gizmosqlInfo.instrumentationSchema, instrumentation.schema],
      ];
}

function serverValues(facts: SqlInfoFacts): [SqlInfo, SqlInfoValue][] {
  return [
    [SqlInfo.FLIGHT_SQL_SERVER_NAME, facts.serverName],
    [SqlInfo.FLIGHT_SQL_SERVER_VERSION, facts.serverVersion],
    [SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION, facts.arrowVersion],
    [SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, facts.readOnly],
    [SqlInfo.FLIGHT_SQL_SERVER_SQL, true],
    [SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT, false],
    [SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION, SqlSupportedTransaction.TRANSACTION],
    [SqlInfo.FLIGHT_SQL_SERVER_CANCEL, true],
    [SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION, true],
    [SqlInfo.FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED, true],
    // Handles do not expire before their session ends.
    [SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT, 0],
    [SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT, 0],
  ];
}

function syntaxValues(facts: SqlInfoFacts): [SqlInfo, SqlInfoValue][] {
  const anyCase = BigInt(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE);
  const inIndexes = mask(SqlSupportedElementActions.SQL_ELEMENT_IN_INDEX_DEFINITIONS);
  return [
    [SqlInfo.SQL_DDL_CATALOG, false], // Databases are attached, not created.
    [SqlInfo.SQL_DDL_SCHEMA, true],
    [SqlInfo.SQL_DDL_TABLE, true],
    [SqlInfo.SQL_IDENTIFIER_CASE, anyCase],
    [SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR, '"'],
    [SqlInfo.SQL_QUOTED_IDENTIFIER_CASE, anyCase],
    [SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE, facts.allTablesSelectable],
    [SqlInfo.SQL_NULL_ORDERING, BigInt(SqlNullOrdering.SQL_NULLS_SORTED_AT_END)],
    [SqlInfo.SQL_KEYWORDS, facts.words.keywords],
    [SqlInfo.SQL_NUMERIC_FUNCTIONS, facts.words.numericFunctions],
    [SqlInfo.SQL_STRING_FUNCTIONS, facts.words.stringFunctions],
    [SqlInfo.SQL_SYSTEM_FUNCTIONS, facts.words.systemFunctions],
    [SqlInfo.SQL_DATETIME_FUNCTIONS, facts.words.datetimeFunctions],
    [SqlInfo.SQL_SEARCH_STRING_ESCAPE, '\\'],
    [SqlInfo.SQL_EXTRA_NAME_CHARACTERS, '$'],
    [SqlInfo.SQL_SCHEMA_TERM, 'schema'],
    [SqlInfo.SQL_PROCEDURE_TERM, 'procedure'],
    [SqlInfo.SQL_CATALOG_TERM, 'catalog'],
    [SqlInfo.SQL_CATALOG_AT_START, true],
    [SqlInfo.SQL_SCHEMAS_SUPPORTED_ACTIONS, inIndexes],
    [SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS, inIndexes],
  ];
}

const forwardOnly = SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY;
const readOnlyResults = SqlSupportedResultSetConcurrency.SQL_RESULT_SET_CONCURRENCY_READ_ONLY;

const queryValues: [SqlInfo, SqlInfoValue][] = [
  [SqlInfo.SQL_SUPPORTS_COLUMN_ALIASING, true],
  [SqlInfo.SQL_NULL_PLUS_NULL_IS_NULL, true],
  [SqlInfo.SQL_SUPPORTS_CONVERT, sqlConversions],
  [SqlInfo.SQL_SUPPORTS_TABLE_CORRELATION_NAMES, true],
  [SqlInfo.SQL_SUPPORTS_DIFFERENT_TABLE_CORRELATION_NAMES, false],
  [SqlInfo.SQL_SUPPORTS_EXPRESSIONS_IN_ORDER_BY, true],
  [SqlInfo.SQL_SUPPORTS_ORDER_BY_UNRELATED, true],
  [
    SqlInfo.SQL_SUPPORTED_GROUP_BY,
    mask(
      SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED,
      SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT,
    ),
  ],
  [SqlInfo.SQL_SUPPORTS_LIKE_ESCAPE_CLAUSE, true],
  [SqlInfo.SQL_SUPPORTS_NON_NULLABLE_COLUMNS, true],
  [
    SqlInfo.SQL_SUPPORTED_GRAMMAR,
    mask(SupportedSqlGrammar.SQL_MINIMUM_GRAMMAR, SupportedSqlGrammar.SQL_CORE_GRAMMAR),
  ],
  [SqlInfo.SQL_ANSI92_SUPPORTED_LEVEL, mask(SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL)],
  [SqlInfo.SQL_SUPPORTS_INTEGRITY_ENHANCEMENT_FACILITY, true],
  [
    SqlInfo.SQL_OUTER_JOINS_SUPPORT_LEVEL,
    mask(
      SqlOuterJoinsSupportLevel.SQL_LIMITED_OUTER_JOINS,
      SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS,
    ),
  ],
  [SqlInfo.SQL_SUPPORTED_POSITIONED_COMMANDS, mask()],
  [SqlInfo.SQL_SELECT_FOR_UPDATE_SUPPORTED, false],
  [SqlInfo.SQL_STORED_PROCEDURES_SUPPORTED, false],
  [
    SqlInfo.SQL_SUPPORTED_SUBQUERIES,
    mask(
      SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
      SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
      SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS,
      SqlSupportedSubqueries.SQL_SUBQUERIES_IN_QUANTIFIEDS,
    ),
  ],
  [SqlInfo.SQL_CORRELATED_SUBQUERIES_SUPPORTED, true],
  [
    SqlInfo.SQL_SUPPORTED_UNIONS,
    mask(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL),
  ],
  [SqlInfo.SQL_MAX_ROW_SIZE_INCLUDES_BLOBS, true],
  [SqlInfo.SQL_SUPPORTED_RESULT_SET_TYPES, mask(forwardOnly)],
  [SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED, mask()],
  [SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY, mask(readOnlyResults)],
  [SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE, mask()],
  [SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE, mask()],
];

/**
 * Snapshot isolation: a transaction's reads are repeatable, but two transactions may miss each other's
 * writes.
 */
const isolation = SqlTransactionIsolationLevel.SQL_TRANSACTION_REPEATABLE_READ;

const transactionValues: [SqlInfo, SqlInfoValue][] = [
  [SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION, BigInt(isolation)],
  [SqlInfo.SQL_TRANSACTIONS_SUPPORTED, true],
  [SqlInfo.SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS, mask(isolation)],
  [SqlInfo.SQL_DATA_DEFINITION_CAUSES_TRANSACTION_COMMIT, false],
  [SqlInfo.SQL_DATA_DEFINITIONS_IN_TRANSACTIONS_IGNORED, false],
  [SqlInfo.SQL_BATCH_UPDATES_SUPPORTED, true],
  [SqlInfo.SQL_SAVEPOINTS_SUPPORTED, false],
  [SqlInfo.SQL_NAMED_PARAMETERS_SUPPORTED, false],
  [SqlInfo.SQL_LOCATORS_UPDATE_COPY, false],
  [SqlInfo.SQL_STORED_FUNCTIONS_USING_CALL_SYNTAX_SUPPORTED, false],
];

/** A Flight SQL bitmask: one bit per option number. */
function mask(...options: readonly number[]): number {
  return options.reduce((bits, option) => bits | (1 << option), 0);
}
