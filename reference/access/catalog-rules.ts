import type { Connection } from '../engine/connection.js';
import { refusedDatabase } from '../engine/engine-error.js';
import { nameParts, writeTarget } from '../engine/statement-effects.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { Failure } from '../errors.js';
import { refusals } from './refusals.js';
import { copyDirection, identifierName, mentions, significantTokens } from './statement-text.js';

/** The catalog of the records, as the guard knows it. */
export interface GuardedCatalog {
  /** Its name for sessions, in lower case. */
  readonly catalog: string;
  /** The types of ATTACH by which a client could get at the records without naming one of their files. */
  readonly attachTypes: readonly string[];
}

/** What the guard asks about the catalog of the records. */
export interface CatalogRules {
  /** Throws the documented refusal of a statement that would change the records. */
  checkChange(statement: () => Promise<CatalogStatement>): Promise<void>;
  /** That refusal for a statement which the engine did not prepare and which was to change records; null for others. */
  changeRefused(failure: Failure, sql: string): Failure | null;
  /** Throws the refusal of whoever may not read the records, where `names`, in lower case, have the catalog's. */
  mustNotRead(names: ReadonlySet<string>): void;
  /** The same where the text has it. */
  mustNotMention(sql: string): void;
}

/** The rules where there are records. */
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

/** The rules where there are none. */
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
 * Refuses in the documented words what would change the instrumentation database, before the engine
 * does: there stands a database that it has opened to read only. What must not reach the engine is only
 * what would put another database under that name.
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

/** DETACH [DATABASE [IF EXISTS]] name, and nothing else: the name must be the one that the engine reads. */
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

/** ATTACH OR REPLACE under that name, and ATTACH of a type that leads to the records. */
function checkAttach(
  words: readonly string[],
  catalog: string,
  attachTypes: readonly string[],
): void {
  const options = words.indexOf('(');
  const head = words.slice(0, options < 0 ? undefined : options).map(identifierName);
  const as = head.indexOf('as');
  // Without AS the path gives the name.
  const name = as < 0 ? null : (head[as + 1] ?? null);
  if (head.includes('replace') && (name === null || name === catalog || !/^[^'$?]/.test(name))) {
    throw refusals.modify(catalog);
  }
  const types = words.flatMap((word) => /^"?'?(\w+)/.exec(word)?.[1]?.toLowerCase() ?? []);
  if (types.some((type) => attachTypes.includes(type))) {
    throw refusals.modify(catalog);
  }
}

/** EXPORT DATABASE, and COPY FROM DATABASE of it. */
function isWholeCopy(words: readonly string[]): boolean {
  const [first, ...rest] = words.slice(0, 3).map((word) => word.toUpperCase());
  return first === 'EXPORT' || (first === 'COPY' && rest.join(' ') === 'FROM DATABASE');
}

/** Whether the statement would modify the catalog, as far as the engine or, in a transaction, its words tell. */
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

/** Words after which what a statement changes has been named. */
const afterTarget = new Set(
  'as by default from into select set to using values where returning ('.split(' '),
);

/** Whether what the statement changes is named as in the catalog: in an open transaction the engine cannot be asked. */
async function targets({ sql, connection }: CatalogStatement, catalog: string): Promise<boolean> {
  const words = atTopLevel(significantTokens(sql).map(identifierName));
  const verb = words.findIndex((word) => verbs.has(word));
  const after = words.slice(verb + 1);
  // INSERT INTO, DELETE FROM and MERGE INTO name it after such a word.
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

/** The words that are in no parentheses, and the opening ones. */
function atTopLevel(words: readonly string[]): string[] {
  let depth = 0;
  return words.filter((word) => {
    depth -= word === ')' ? 1 : 0;
    const outside = depth === 0 && word !== ')';
    depth += word === '(' ? 1 : 0;
    return outside;
  });
}

/** Whether the statement can mean the catalog: it names it, or names without a catalog are looked up there. */
async function names({ sql, connection, kind }: CatalogStatement, catalog: string) {
  return (
    kind === 'execute' ||
    mentions(sql, catalog) ||
    (await connection.searchPath()).toLowerCase().split(',').flatMap(nameParts).includes(catalog)
  );
}

/**
 * Whether a statement that the engine could not prepare was an attempt to write:
 * a COPY into the catalog, whose file it reads first, one of several statements
 * that name it, or an index, which a DuckLake cannot have.
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
