import type { Connection } from '../engine/connection.js';
import { nameParts } from '../engine/statement-effects.js';
import type { Plan } from '../engine/statement-effects.js';
import { identifierName, mentions, significantTokens } from './statement-text.js';

/** Functions that only tell something of a DuckLake. */
const telling =
  /^ducklake_(scan|snapshots|table_info|list_files|options|settings|current_snapshot|last_committed_snapshot)$/;
/** What the engine itself takes for a write, and names the target of. */
const writing =
  /^ducklake_(insert|inline_data|update|delete|create_table_as|merge_(insert|update|delete))$/;

/**
 * What else there is to guard where the protected catalog is a DuckLake: its
 * functions, which the engine does not take for writes, and the database behind
 * it, which sessions can name without its being listed.
 */
export class DuckLakeRules {
  constructor(
    /** Its name in lower case. */
    private readonly catalog: string,
    /** Whether the metadata is in a database server, and not in a file. */
    private readonly remote: boolean,
    /** The name of the database behind it, in lower case: ATTACH may give it one. */
    private readonly metadata = `__ducklake_metadata_${catalog}`,
  ) {}

  /** Whether a database of that name (in lower case) holds the metadata. */
  hides(database: string): boolean {
    return database === this.metadata;
  }

  /**
   * Whether a statement of this plan calls a function that changes a DuckLake, or
   * hands SQL to its database server. Which one cannot be told: the argument may
   * be any expression.
   */
  changes({ operators }: Plan): boolean {
    return [...operators].some(
      (operator) =>
        (operator.startsWith('ducklake_') && !telling.test(operator) && !writing.test(operator)) ||
        (this.remote && /^postgres_(query|execute)$/.test(operator)),
    );
  }

  /**
   * Whether the statement attaches the metadata's database once more, as far as its
   * text can tell. Files are guarded by their paths; here it is about what a secret
   * or a database server may hold.
   */
  async attaches(connection: Connection, sql: string): Promise<boolean> {
    const { path, options } = attachment(sql);
    const telling = options.filter(({ name }) => /(^|_)(type|path)$/.test(name));
    if (path === undefined || telling.some(({ value }) => value.length !== 1)) {
      // What an expression comes to only the execution knows.
      return true;
    }
    const types = telling.filter(({ name }) => name.endsWith('type'));
    const [source, ...kinds] = await Promise.all(
      [path, ...types.flatMap(({ value }) => value)].map((word) => textOf(connection, word)),
    );
    if (source == null || kinds.includes(null)) {
      return true;
    }
    const engines = [source.split(':')[0], ...kinds];
    if (this.remote) {
      return engines.some((engine) => /^(ducklake$|postgres)/i.test(engine ?? ''));
    }
    // A name without a dot or a slash may be a secret, and that may hold any path.
    return engines.some((engine) => /^ducklake$/i.test(engine ?? '')) && !/[./\\]/.test(source);
  }

  /**
   * Whether a statement of this plan reads what is in the catalog. The plan names
   * a DuckLake's tables without their catalog: so a table of another DuckLake with
   * the same name counts, too, unless the engine itself names all that it reads.
   */
  async reads(connection: Connection, sql: string, plan: Plan): Promise<boolean> {
    const { databases, operators, tables } = plan;
    if ([...databases].some((database) => this.hides(database))) {
      return true;
    }
    if (operators.has('postgres_scan') && [...tables].some((name) => /^ducklake_/.test(name))) {
      return true;
    }
    const functions = [...operators].filter(
      (operator) => operator.startsWith('ducklake_') && !writing.test(operator),
    );
    if (functions.length === 0) {
      return false;
    }
    if (functions.some((operator) => operator !== 'ducklake_scan')) {
      return true;
    }
    const named = connection.tableNames(sql).map((name) => nameParts(name)[0]?.toLowerCase());
    // It names none where a statement asks for the past or writes; the table may be gone since.
    const mayName = named.length === 0 && mentions(sql, this.catalog);
    return mayName || named.includes(this.catalog) || (await this.holdsOneOf(connection, tables));
  }

  private async holdsOneOf(connection: Connection, tables: ReadonlySet<string>): Promise<boolean> {
    const all = await connection.rows(
      'SELECT database_name, table_name FROM system.main.duckdb_tables()',
    );
    return all
      .map((names) => names.map((name) => String(name).toLowerCase()))
      .some(([database, table]) => database === this.catalog && tables.has(table ?? ''));
  }
}

/** The text of the path of an ATTACH statement as it is written, and its options. */
function attachment(sql: string) {
  const words = significantTokens(sql);
  const opening = words.indexOf('(');
  const path = words.find((word) => isLiteral(word));
  const options: { name: string; value: string[] }[] = [];
  let value: string[] | undefined;
  for (const word of opening < 0 ? [] : words.slice(opening + 1, words.lastIndexOf(')'))) {
    if (word === ',') {
      value = undefined;
    } else if (value === undefined) {
      value = [];
      options.push({ name: identifierName(word), value });
    } else {
      value.push(word);
    }
  }
  return { path, options };
}

/** What stands for text; a parameter, too. */
function isLiteral(word: string): boolean {
  return /^([a-z]?'|[$?])/i.test(word);
}

/** What a literal or a name says; null for a parameter. */
async function textOf(connection: Connection, word: string): Promise<string | null> {
  if (!isLiteral(word)) {
    return identifierName(word);
  }
  try {
    const [[text] = []] = await connection.rows(`SELECT (${word})::VARCHAR`);
    return String(text);
  } catch {
    return null;
  }
}
