import type { Connection } from '../engine/connection.js';
import { nameParts, writeTarget } from '../engine/statement-effects.js';
import { statementKind } from '../engine/statement-kinds.js';
import type { DuckLakeRules } from './ducklake-rules.js';
import { usesEngineLog } from './engine-log.js';
import { limitRecording, settingOf, stopWriting } from './engine-settings.js';
import { filePaths } from './file-paths.js';
import type { FilePaths } from './file-paths.js';
import type { Guard, GuardedStatement } from './guard.js';
import type { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';
import { contentOf } from './statement-content.js';
import type { Content, Judged } from './statement-content.js';
import {
  copyDirection,
  explained,
  identifierName,
  mentions,
  preparedBody,
  significantTokens,
  withoutEmptyStatements,
} from './statement-text.js';

/** The instrumentation database, as the guard protects it. */
export interface ProtectedDatabase {
  /** Its name for sessions, in lower case. */
  readonly catalog: string;
  readonly files: ProtectedFiles;
  /** Where it is a DuckLake. */
  readonly lake: DuckLakeRules | null;
}

/**
 * The guard of the reference server. It asks the engine what a statement reads
 * and what it would modify, and looks at the text only where the engine cannot
 * be asked: there it refuses whatever so much as names the instrumentation
 * database.
 */
export function createGuard(database: ProtectedDatabase | null): Guard {
  return {
    check: (statement) => check(statement, database),
    tell: async (failure, { identity, sql, connection }) => {
      if (database === null) {
        return failure;
      }
      if (writesByName(sql, database.catalog)) {
        return refusals.modify(database.catalog);
      }
      if (identity.role === 'admin') {
        return failure;
      }
      const paths = await filePaths(connection, sql);
      const reached = await reachedBy(paths, connection, database.files);
      return reached ? refusals.read(database.catalog) : failure;
    },
  };
}

async function check(
  received: GuardedStatement,
  database: ProtectedDatabase | null,
): Promise<void> {
  const { role, username } = received.identity;
  const statement = await unwrap(received);
  if (statement.kind === 'transaction') {
    return;
  }
  if (role === 'readonly' && (await modifies(statement))) {
    throw refusals.write(username);
  }
  if (database === null) {
    return;
  }
  const executed = await executedBy(statement);
  if (executed !== null) {
    // The engine binds what was prepared anew, to what its names and variables stand for by now.
    await check({ identity: received.identity, ...executed }, database);
  }
  const { catalog, lake } = database;
  if (statement.kind === 'detach') {
    const name = detached(statement.sql);
    if (name === catalog || lake?.hides(name) === true) {
      throw refusals.detach();
    }
  }
  if (importsDatabase(statement.sql)) {
    throw refusals.imports(catalog);
  }
  const setting = settingOf(statement.sql);
  if (stopWriting.test(setting)) {
    throw refusals.stopWriting(setting, catalog);
  }
  if (
    (await modifiesCatalog(statement, database)) ||
    (await opensToWrite(statement, database.files))
  ) {
    throw refusals.modify(catalog);
  }
  const content = lake !== null || role !== 'admin' ? await contentOf(statement) : null;
  if (lake !== null && (await modifiesLake(statement, lake, content))) {
    throw refusals.modify(catalog);
  }
  if (role === 'admin') {
    return;
  }
  if (limitRecording.test(setting)) {
    throw refusals.limit(setting);
  }
  if (content !== null && (await reads(statement, database, content))) {
    throw refusals.read(catalog);
  }
  if (usesEngineLog(setting, content?.plan.operators ?? new Set())) {
    throw refusals.log();
  }
}

async function unwrap({
  type,
  sql: received,
  connection,
}: Omit<GuardedStatement, 'identity'>): Promise<Judged> {
  const kind = statementKind(type);
  // The engine runs `; FROM t`, but does not explain it.
  const sql = withoutEmptyStatements(received);
  if (kind !== 'explain' && kind !== 'prepare') {
    return { kind, sql, connection };
  }
  const inner = kind === 'explain' ? explained(sql) : preparedBody(sql);
  const prepared = await connection.prepare(inner);
  try {
    return await unwrap({ type: prepared.type, sql: inner, connection });
  } finally {
    prepared.close();
  }
}

/** The statement that an EXECUTE executes; null for other statements. */
async function executedBy({
  kind,
  sql,
  connection,
}: Judged): Promise<Omit<GuardedStatement, 'identity'> | null> {
  // Most statements are queries, and need not be taken apart for this.
  const [execute = '', called = ''] =
    kind === 'other' ? significantTokens(sql).map(identifierName) : [];
  if (execute !== 'execute') {
    return null;
  }
  const all = await connection.rows(
    'SELECT name, statement FROM system.main.duckdb_prepared_statements()',
  );
  const [, text] = all.find(([name]) => String(name).toLowerCase() === called) ?? [];
  if (text === undefined) {
    return null;
  }
  const prepared = await connection.prepare(String(text));
  const { type } = prepared;
  prepared.close();
  return { type, sql: String(text), connection };
}

/** Whether the statement could modify anything at all. */
async function modifies({ kind, sql, connection }: Judged): Promise<boolean> {
  if (kind === 'query' || kind === 'session') {
    return false;
  }
  // EXECUTE of a query is a query; what else is left writes, be it to a file or a temporary table.
  const executes = significantTokens(sql)[0]?.toUpperCase() === 'EXECUTE';
  return !(executes && (await writeTarget(connection, sql)).kind === 'none');
}

async function modifiesCatalog(
  { kind, sql, connection }: Judged,
  { catalog, lake }: ProtectedDatabase,
): Promise<boolean> {
  if (kind === 'query' || kind === 'session' || kind === 'detach') {
    return false;
  }
  const target = await writeTarget(connection, sql);
  if (target.kind === 'database') {
    const name = target.name.toLowerCase();
    return name === catalog || lake?.hides(name) === true;
  }
  if (target.kind === 'none') {
    return false;
  }
  // In an open transaction, or for what the engine does not explain, only names can tell.
  return (
    mentions(sql, catalog) ||
    significantTokens(sql).some((token) => lake?.hides(identifierName(token)) === true) ||
    (await searches(connection, catalog))
  );
}

/** Whether the statement modifies a DuckLake by other means than those the engine takes for a write. */
async function modifiesLake(
  { kind, sql, connection }: Judged,
  lake: DuckLakeRules,
  content: Content | null,
): Promise<boolean> {
  if (kind === 'attach') {
    return lake.attaches(connection, sql);
  }
  return content !== null && lake.changes(content.plan);
}

/** Whether the statement could make the engine write to one of the files past the database. */
async function opensToWrite({ kind, sql, connection }: Judged, files: ProtectedFiles) {
  const [first = '', second = ''] = significantTokens(sql);
  const opens =
    kind === 'attach' ||
    (kind === 'session' && !/^VARIABLE$/i.test(second)) ||
    /^(CALL|PRAGMA)$/i.test(first) ||
    copyDirection(sql) === 'TO';
  if (!opens) {
    return false;
  }
  const paths = await filePaths(connection, sql);
  return paths.undetermined || (await reachedBy(paths, connection, files));
}

function reachedBy({ patterns, names }: FilePaths, connection: Connection, files: ProtectedFiles) {
  return files.reachedBy(connection, [...patterns, ...names]);
}

/** Operators that read what their argument names instead of a table. */
const namedByArgument =
  /^(read_|sniff_csv|parquet_|arrow_scan|pragma_storage_info|duckdb_table_sample|json_execute_)/;

async function reads(
  { sql, connection }: Judged,
  { catalog, files, lake }: ProtectedDatabase,
  { plan, by }: Content,
): Promise<boolean> {
  if (plan.databases.has(catalog) || (lake !== null && (await lake.reads(connection, sql, plan)))) {
    return true;
  }
  // Without a plan anything may be read: what a parameter names is unknown until it is bound.
  if (by === 'engine' && ![...plan.operators].some((each) => namedByArgument.test(each))) {
    return false;
  }
  const paths = await filePaths(connection, sql);
  return (
    paths.undetermined ||
    paths.patterns.some((name) => nameParts(name)[0]?.toLowerCase() === catalog) ||
    (await searches(connection, catalog)) ||
    (await reachedBy(paths, connection, files))
  );
}

/** Whether the statement executes SQL from files, which the engine takes in as it prepares it. */
function importsDatabase(sql: string): boolean {
  const [first = '', second = ''] = significantTokens(sql).map(identifierName);
  return first === 'import' || (first === 'pragma' && second === 'import_database');
}

/**
 * Whether a statement that the engine could not prepare was an attempt to write:
 * a COPY into the catalog, whose file it reads first, one of several statements
 * that name it, or an index, which a DuckLake cannot have.
 */
function writesByName(sql: string, catalog: string): boolean {
  if (copyDirection(sql) === 'FROM') {
    return mentions(sql, catalog);
  }
  const tokens = significantTokens(sql);
  if (
    /^CREATE (UNIQUE )?INDEX$/i.test(
      tokens.slice(0, /^UNIQUE$/i.test(tokens[1] ?? '') ? 3 : 2).join(' '),
    )
  ) {
    return mentions(sql, catalog);
  }
  const end = tokens.indexOf(';');
  const several = end >= 0 && tokens.slice(end).some((token) => token !== ';');
  const writes = /^(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|CREATE|ALTER|DROP|COMMENT|COPY|ATTACH)$/i;
  return several && mentions(sql, catalog) && tokens.some((token) => writes.test(token));
}

/** Whether names without a catalog may be looked up in this one. */
async function searches(connection: Connection, catalog: string): Promise<boolean> {
  const names = (await connection.searchPath()).toLowerCase().split(',').flatMap(nameParts);
  return names.includes(catalog);
}

/** The database that a DETACH statement names. */
function detached(sql: string): string {
  const tokens = significantTokens(sql).filter((token) => token !== ';');
  return identifierName(tokens.at(-1) ?? '');
}
