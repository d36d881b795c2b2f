/** The engine's keywords and functions for GetSqlInfo, each list sorted. */
export interface SqlWords {
  readonly keywords: readonly string[];
  readonly numericFunctions: readonly string[];
  readonly stringFunctions: readonly string[];
  readonly systemFunctions: readonly string[];
  readonly datetimeFunctions: readonly string[];
}

const numeric =
  "['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT'," +
  " 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL']";
const temporal =
  "['DATE', 'TIME', 'TIME_NS', 'TIME WITH TIME ZONE', 'TIMESTAMP', 'TIMESTAMP_S'," +
  " 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE', 'INTERVAL']";

/**
 * The SQL that lists them as rows of (kind, word); the kind is a key of SqlWords. The engine categorizes only
 * string functions. The others are classified by their types: numeric if numbers go in and out, datetime if a
 * date or time goes in or out (unless it also works on plain numbers), system if it takes no argument.
 */
export const sqlWordsSql =
  'WITH f AS (SELECT function_name AS word, return_type AS result, parameter_types AS takes,' +
  ' varargs, categories FROM system.main.duckdb_functions()' +
  " WHERE function_type = 'scalar' AND database_name = 'system'" +
  " AND regexp_full_match(function_name, '[A-Za-z][A-Za-z0-9_]*'))," +
  " words AS (SELECT 'keywords' AS kind, upper(keyword_name) AS word" +
  ' FROM system.main.duckdb_keywords()' +
  " UNION SELECT 'numericFunctions', word FROM f" +
  ` WHERE len(takes) > 0 AND list_has_all(${numeric}, takes) AND list_contains(${numeric}, result)` +
  " UNION SELECT 'stringFunctions', word FROM f" +
  " WHERE list_has_any(categories, ['string', 'regex', 'text_similarity'])" +
  " UNION SELECT 'datetimeFunctions', word FROM f" +
  ` WHERE (list_has_any(${temporal}, takes) OR (len(takes) = 0 AND list_contains(${temporal}, result)))` +
  ` AND word NOT IN (SELECT word FROM f WHERE len(takes) > 0 AND list_has_all(${numeric}, takes)` +
  ` AND NOT list_contains(${temporal}, result))` +
  " UNION SELECT 'systemFunctions', word FROM f" +
  ` WHERE len(takes) = 0 AND varargs IS NULL AND NOT list_contains(${temporal}, result))` +
  ' SELECT CAST(kind AS VARCHAR) AS kind, CAST(word AS VARCHAR) AS word' +
  ' FROM words ORDER BY kind ASC, word ASC';

/** Groups the rows of `sqlWordsSql` by kind and keeps their order. */
export function sqlWords(rows: readonly (readonly [kind: string, word: string])[]): SqlWords {
  const ofKind = (kind: keyof SqlWords): string[] =>
    rows.filter((row) => row[0] === kind).map((row) => row[1]);
  return {
    keywords: ofKind('keywords'),
    numericFunctions: ofKind('numericFunctions'),
    stringFunctions: ofKind('stringFunctions'),
    systemFunctions: ofKind('systemFunctions'),
    datetimeFunctions: ofKind('datetimeFunctions'),
  };
}
