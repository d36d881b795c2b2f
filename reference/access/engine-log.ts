/** Operators that read the engine's log, empty it, or say whether there is one. */
const operatorsOfLog = /^((en|dis)able_logging|(truncate_)?duckdb_logs(_parsed)?)$/;
/** Settings that say what is logged, and where to. */
const settingsOfLog = /^(enable_logging|logging_\w+|(en|dis)abled_log_types)$/;

/**
 * Whether a statement has to do with the log of the engine. DuckDB keeps one for
 * all connections when any of them asks for it, and its QueryLog has the text of
 * each statement: what the instrumentation keeps from other roles.
 *
 * @param setting what it sets or resets, in lower case; empty where it does neither
 * @param operators what the statement calls, in lower case, as far as it is known
 */
export function usesEngineLog(setting: string, operators: ReadonlySet<string>): boolean {
  return [...operators].some((name) => operatorsOfLog.test(name)) || settingsOfLog.test(setting);
}
