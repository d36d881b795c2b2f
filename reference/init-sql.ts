import { identifierName, mentions, significantTokens } from './access/statement-text.js';
import type { InitSql } from './config.js';
import type { Connection } from './engine/connection.js';
import { engineMessage } from './engine/engine-error.js';
import { Failure } from './errors.js';
import { severalStatements } from './statements/several-statements.js';

/** The engines that run init SQL. */
export interface InitSqlEngines {
  readonly clients: Connection;
  readonly records: Connection;
  /** The catalogs that init SQL attaches for the records. */
  readonly attached: readonly string[];
}

/** The engine that runs a statement. */
type Place = 'clients' | 'records' | 'both';

/**
 * Runs each statement of the init SQL once in the clients' engine. If it attaches catalogs for the records,
 * statements that name one of these run in the engine of the records instead. Extensions, settings and
 * secrets, which each engine needs, run in both. Throws Failure('invalid-argument') that names the source of
 * the error.
 */
export async function runInitSql(
  scripts: readonly InitSql[],
  { clients, records, attached }: InitSqlEngines,
): Promise<void> {
  const catalogs = attached.map((name) => name.toLowerCase());
  for (const { source, sql } of scripts) {
    try {
      if (catalogs.length === 0) {
        await clients.execute(sql);
        continue;
      }
      for (const statement of await statementsOf(clients, sql)) {
        const place = placeOf(statement, catalogs);
        if (place !== 'records') {
          await clients.execute(statement);
        }
        if (place !== 'clients') {
          await records.execute(statement);
        }
      }
    } catch (cause) {
      const message = `The init SQL of ${source} failed: ${engineMessage(cause)}`;
      throw new Failure('invalid-argument', message, { cause });
    }
  }
}

async function statementsOf(connection: Connection, sql: string): Promise<string[]> {
  const parts = await severalStatements(connection, sql);
  return parts?.map((part) => part.sql) ?? [sql];
}

function placeOf(sql: string, catalogs: readonly string[]): Place {
  const words = significantTokens(sql).map(identifierName);
  if (words[0] === 'attach') {
    return catalogs.includes(attachedName(words, sql)) ? 'records' : 'clients';
  }
  if (catalogs.some((catalog) => mentions(sql, catalog))) {
    return 'records';
  }
  return isForEveryEngine(words) ? 'both' : 'clients';
}

/** Whether it is LOAD, INSTALL, a setting other than the search path, or a secret that is not persistent. */
function isForEveryEngine(words: readonly string[]): boolean {
  const [first = '', second = ''] = words;
  if (first === 'set' || first === 'reset') {
    const name = /^(global|session|local)$/.test(second) ? words[2] : second;
    return !/^(schema|search_path|variable)$/.test(name ?? '');
  }
  if (first === 'create') {
    const secret = words.indexOf('secret');
    return secret > 0 && secret < 5 && !words.slice(0, secret).includes('persistent');
  }
  return first === 'load' || first === 'install' || (first === 'force' && second === 'install');
}

/** The database name of an ATTACH: the name after AS, else the file name in the path. */
function attachedName(words: readonly string[], sql: string): string {
  const options = words.indexOf('(');
  const as = words.slice(0, options < 0 ? undefined : options).indexOf('as');
  if (as >= 0) {
    return words[as + 1] ?? '';
  }
  const path = significantTokens(sql).find((token) => token.startsWith("'")) ?? '';
  const [, name = ''] = /([^/:\\]*?)(\.[^./\\]*)?'$/.exec(path) ?? [];
  return name.toLowerCase();
}
