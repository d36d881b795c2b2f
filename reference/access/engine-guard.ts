import type { Connection } from '../engine/connection.js';
import { nameParts, planOf, writeTarget } from '../engine/statement-effects.js';
import { statementKind } from '../engine/statement-kinds.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { Guard, GuardedStatement } from './guard.js';
import { refusals } from './refusals.js';
import {
  explained,
  identifierName,
  mentions,
  preparedBody,
  significantTokens,
} from './statement-text.js';

/** What the guard protects. */
export interface GuardOptions {
  /** The catalog of the instrumentation database, in lower case; null: there is none. */
  readonly catalog: string | null;
}

/** A statement as the guard judges it: what EXPLAIN explains, or PREPARE prepares, in its place. */
interface Judged {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly hasParameters: boolean;
  readonly connection: Connection;
}

/**
 * The guard of the reference server. It asks the engine what a statement reads
 * and what it would modify, and looks at the text only where the engine cannot
 * be asked: there it refuses whatever so much as names the instrumentation
 * database.
 */
export function createGuard({ catalog }: GuardOptions): Guard {
  return async (received) => {
    const { role, username } = received.identity;
    const statement = await unwrap(received);
    if (statement.kind === 'transaction') {
      return;
    }
    if (role === 'readonly' && (await modifies(statement))) {
      throw refusals.write(username);
    }
    if (catalog === null) {
      return;
    }
    if (statement.kind === 'detach' && detached(statement.sql) === catalog) {
      throw refusals.detach();
    }
    if (await modifiesCatalog(statement, catalog)) {
      throw refusals.modify(catalog);
    }
    if (role !== 'admin' && (await reads(statement, catalog))) {
      throw refusals.read(catalog);
    }
  };
}

async function unwrap({
  type,
  sql,
  hasParameters,
  connection,
}: Omit<GuardedStatement, 'identity'>): Promise<Judged> {
  const kind = statementKind(type);
  if (kind !== 'explain' && kind !== 'prepare') {
    return { kind, sql, hasParameters, connection };
  }
  const inner = kind === 'explain' ? explained(sql) : preparedBody(sql);
  const prepared = await connection.prepare(inner);
  try {
    return await unwrap({
      type: prepared.type,
      sql: inner,
      hasParameters: prepared.parameterCount > 0,
      connection,
    });
  } finally {
    prepared.close();
  }
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
  catalog: string,
): Promise<boolean> {
  if (kind === 'query' || kind === 'session' || kind === 'detach') {
    return false;
  }
  const target = await writeTarget(connection, sql);
  if (target.kind === 'database') {
    return target.name.toLowerCase() === catalog;
  }
  if (target.kind === 'none') {
    return false;
  }
  // In an open transaction, or for what the engine does not explain, only names can tell.
  return mentions(sql, catalog) || (await searches(connection, catalog));
}

async function reads(
  { kind, sql, hasParameters, connection }: Judged,
  catalog: string,
): Promise<boolean> {
  if (kind === 'query' && !hasParameters) {
    // What a view or macro reads comes with its catalog; what the text names, as it names it.
    const tables = connection.tableNames(sql).map(nameParts);
    if (tables.some(([first]) => first?.toLowerCase() === catalog)) {
      return true;
    }
    const complete = tables.every((parts) => parts.length === 3);
    if (complete || !(await searches(connection, catalog))) {
      return false;
    }
  }
  const plan = await planOf(connection, sql);
  return plan ? plan.databases.has(catalog) : kind === 'other' && mentions(sql, catalog);
}

/** Whether names without a catalog may be looked up in this one. */
async function searches(connection: Connection, catalog: string): Promise<boolean> {
  return (await connection.searchPath()).toLowerCase().includes(catalog);
}

/** The database that a DETACH statement names. */
function detached(sql: string): string {
  const tokens = significantTokens(sql).filter((token) => token !== ';');
  return identifierName(tokens.at(-1) ?? '');
}
