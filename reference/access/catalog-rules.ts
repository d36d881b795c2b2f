import type { Connection } from '../engine/connection.js';
import { refusedDatabase } from '../engine/engine-error.js';
import { nameParts, writeTarget } from '../engine/statement-effects.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { Failure } from '../errors.js';
import { refusals } from './refusals.js';
import { copyDirection, identifierName, mentions, significantTokens } from './statement-text.js';

/** The catalog of the records, as far as the guard needs it. */
export interface GuardedCatalog {
  /** Its name in sessions, in lower case. */
  readonly catalog: string;
  /** The ATTACH types by which a client could reach the records without naming one of their files. */
  readonly attachTypes: readonly string[];
}

/** The guard's checks on the catalog of the records. */
export interface CatalogRules {
  /** Throws the specified refusal if the statement would change the records. */
  checkChange(statement: () => Promise<CatalogStatement>): Promise<void>;
  /**
   * The same refusal for a statement that the engine failed to prepare, if it would have changed the records;
   * else null.
   */
  changeRefused(failure: Failure, sql: string): Failure | null;
  /**
   * Throws the refusal for a role that may not read the records, if `names` (lower case) contains the
   * catalog.
   */
  mustNotRead(names: ReadonlySet<string>): void;
  /** Throws the same refusal if the text mentions the catalog. */
  mustNotMention(sql: string): void;
}

/** The rules of a server with records. */
export function catalogRules(guarded: GuardedCatalog): CatalogRules {
  const { catalog } = guarded;
  return {
    checkChange: async (statement) => checkCatalog(await statement(), guarded),
    changeRefused: (failure, sql) =>
      refusedDatabase(failure.message)?.toLowerCase() === catalog || writesByName(sql, catalog)
        ? refusals.modify(catalog)
        : null,
    mustNotRead: (names) => {
      if (names.has(catalog)) {
        throw refusals.read(catalog);
      }
    },
    mustNotMention: (sql) => {
      if (mentions(sql, catalog)) {
        throw refusals.read(catalog);
      }
    },
  };
}

/** The rules of a server without records. */
export const noCatalogRules: CatalogRules = {
  checkChange: () => Promise.resolve(),
  changeRefused: () => null,
  mustNotRead: () => undefined,
  mustNotMention: () => undefined,
};

interface CatalogStatement {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
}

/**
 * Refuses changes of the instrumentation database in the specified words, before the engine refuses them. The
 * engine has the database open read-only. This check must stop statements that would attach another database
 * under its name, because the engine would allow them.
 */
async function checkCatalog(
  statement: CatalogStatement,
  { catalog, attachTypes }: GuardedCatalog,
): Promise<void> {
  const { kind, sql } = statement;
  const words = significantTokens(sql).filter((word) => word !== ';');
  if (kind === 'detach') {
    checkDetach(words, catalog);
  } else if (kind === 'attach') {
    checkAttach(words, catalog, attachTypes);
  } else if (isWholeCopy(words) && (await names(statement, catalog))) {
    const into = words[words.findIndex((word) => /^to$/i.test(word)) + 1] ?? '';
    throw identifierName(into) === catalog ? refusals.modify(catalog) : refusals.copies(catalog);
  } else if (await modifies(statement, catalog)) {
    throw refusals.modify(catalog);
  }
}

/**
 * Accepts only DETACH [DATABASE [IF EXISTS]] name, so that the checked name is the one that the engine reads.
 */
function checkDetach(words: readonly string[], catalog: string): void {
  const name = words.at(-1) ?? '';
  if (identifierName(name) === catalog) {
    throw refusals.detach();
  }
  const head = words.slice(0, -1).join(' ');
  if (!/^DETACH( DATABASE( IF EXISTS)?)?$/i.test(head) || !/^("|[a-z_])/i.test(name)) {
    throw refusals.unclearDetach();
  }
}

/** Refuses ATTACH OR REPLACE under the catalog's name, and ATTACH of a type that can reach the records. */
function checkAttach(
  words: readonly string[],
  catalog: string,
  attachTypes: readonly string[],
): void {
  const options = words.indexOf('(');
  const head = words.slice(0, options < 0 ? undefined : options).map(identifierName);
  const as = head.indexOf('as');
  // Without AS, the engine derives the name from the path.
  const name = as < 0 ? null : (head[as + 1] ?? null);
  if (head.includes('replace') && (name === null || name === catalog || !/^[^'$?]/.test(name))) {
    throw refusals.modify(catalog);
  }
  const types = words.flatMap((word) => /^"?'?(\w+)/.exec(word)?.[1]?.toLowerCase() ?? []);
  if (types.some((type) => attachTypes.includes(type))) {
    throw refusals.modify(catalog);
  }
}

/** Whether it is EXPORT DATABASE or COPY FROM DATABASE. */
function isWholeCopy(words: readonly string[]): boolean {
  const [first, ...rest] = words.slice(0, 3).map((word) => word.toUpperCase());
  return first === 'EXPORT' || (first === 'COPY' && rest.join(' ') === 'FROM DATABASE');
}

/**
 * Whether the statement would modify the catalog, by the engine's plan or, in a transaction, by its words.
 */
async function modifies(statement: CatalogStatement, catalog: string): Promise<boolean> {
  const { kind, sql, connection } = statement;
  const may = kind === 'rows' || kind === 'definition' || kind === 'copy' || kind === 'other';
  if (!may && kind !== 'several' && kind !== 'execute') {
    return false;
  }
  if (!(await names(statement, catalog))) {
    return false;
  }
  const target = await writeTarget(connection, sql);
  return target.kind === 'database'
    ? target.name.toLowerCase() === catalog
    : target.kind === 'unknown' && kind !== 'execute' && (await targets(statement, catalog));
}

/** Words that follow the target of a statement. */
const afterTarget = new Set(
  'as by default from into select set to using values where returning ('.split(' '),
);

/**
 * Whether the target of the statement names the catalog. Used in an open transaction, where the engine cannot
 * be asked.
 */
async function targets({ sql, connection }: CatalogStatement, catalog: string): Promise<boolean> {
  const words = atTopLevel(significantTokens(sql).map(identifierName));
  const verb = words.findIndex((word) => verbs.has(word));
  const after = words.slice(verb + 1);
  // INSERT INTO, DELETE FROM and MERGE INTO have a word before the target.
  const start = /^(from|into)$/.test(after[0] ?? '') ? 1 : after[0] === 'or' ? 3 : 0;
  const end = after.findIndex((word, i) => i >= start && afterTarget.has(word));
  const target = after.slice(start, end < 0 ? undefined : end);
  if (words[verb] === 'copy' && words[end + verb + 1] === 'to') {
    return false;
  }
  if (target.includes(catalog)) {
    return true;
  }
  const temporary = target.some((word) => /^temp(orary)?$/.test(word));
  const [first = ''] = (await connection.searchPath()).toLowerCase().split(',').flatMap(nameParts);
  return first === catalog && !temporary && !target.includes('.');
}

const verbs = new Set(
  'insert update delete merge truncate create alter drop comment copy'.split(' '),
);

/** The words outside parentheses, and the opening parentheses. */
function atTopLevel(words: readonly string[]): string[] {
  let depth = 0;
  return words.filter((word) => {
    depth -= word === ')' ? 1 : 0;
    const outside = depth === 0 && word !== ')';
    depth += word === '(' ? 1 : 0;
    return outside;
  });
}

/** Whether the statement can refer to the catalog, by its name or through the search path. */
async function names({ sql, connection, kind }: CatalogStatement, catalog: string) {
  return (
    kind === 'execute' ||
    mentions(sql, catalog) ||
    (await connection.searchPath()).toLowerCase().split(',').flatMap(nameParts).includes(catalog)
  );
}

/**
 * Whether a statement that the engine could not prepare tried to write to the catalog: a COPY into it (the
 * engine reads the file first), a text of several statements that names it, or CREATE INDEX, which DuckLake
 * does not support.
 */
function writesByName(sql: string, catalog: string): boolean {
  if (!mentions(sql, catalog)) {
    return false;
  }
  const words = significantTokens(sql);
  const head = words.slice(0, 3).join(' ');
  if (copyDirection(sql) === 'FROM' || /^CREATE (UNIQUE )?INDEX\b/i.test(head)) {
    return true;
  }
  const end = words.indexOf(';');
  const several = end >= 0 && words.slice(end).some((word) => word !== ';');
  const writes = /^(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|CREATE|ALTER|DROP|COMMENT|COPY|ATTACH)$/i;
  return several && words.some((word) => writes.test(word));
}
