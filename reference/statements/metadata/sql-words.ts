/** The engine's keywords and functions, each list sorted: what GetSqlInfo tells of them. */
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
 * The SQL that finds them: rows of (kind, word), the kind a key of SqlWords.
 * The engine groups only its string functions by itself; the others are told
 * by their types: numbers in and out, a date or time in or out (unless plain
 * numbers do as well), nothing in.
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

/** Sorts the rows of `sqlWordsSql` into lists, in the order of the rows. */
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
