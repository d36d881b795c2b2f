import type { Connection } from './connection.js';

/** A view or a macro: its name and what it is made of, both in lower case. */
type Definition = readonly [name: string, text: string];

/** What was found out as of a count; null: while that was changing. */
interface Known<T> {
  readonly at: number | null;
  readonly value: T;
}

/** Finds something out anew only when a count has moved; once for all connections that have nothing of their own. */
export class KnownOf<T> {
  private readonly known = new WeakMap<object, Known<T>>();

  constructor(
    private readonly count: (connection: Connection) => number | null,
    private readonly find: (connection: Connection) => Promise<T>,
  ) {}

  async of(connection: Connection): Promise<T> {
    const key = connection.hasDefinitionsOfItsOwn ? connection : connection.names;
    const at = this.count(connection);
    const found = this.known.get(key);
    if (at !== null && found?.at === at) {
      return found.value;
    }
    const value = await this.find(connection);
    this.known.set(key, { at, value });
    return value;
  }
}

/** The macros of clients, which take the engine some time to list. */
export const macros = new KnownOf<readonly Definition[]>(
  ({ names }) => names.macros,
  async (connection) =>
    textsOf(
      connection,
      `SELECT function_name, macro_definition FROM system.main.duckdb_functions()
       WHERE NOT internal AND macro_definition IS NOT NULL`,
    ),
);

const views = new KnownOf<readonly Definition[]>(
  ({ names }) => names.definitions,
  (connection) =>
    textsOf(connection, 'SELECT view_name, sql FROM system.main.duckdb_views() WHERE NOT internal'),
);

async function textsOf(connection: Connection, sql: string): Promise<Definition[]> {
  const rows = await connection.rows(
    `SELECT system.main.lower(name), system.main.lower(text) FROM (${sql}) AS all_of_them (name, text)`,
  );
  return rows.map(([name, text]) => [String(name), String(text)]);
}

const keywords = new KnownOf<ReadonlySet<string>>(
  () => 0,
  async (connection) => {
    const rows = await connection.rows('SELECT keyword_name FROM system.main.duckdb_keywords()');
    return new Set(rows.map(([word]) => String(word)));
  },
);

/**
 * Whether a text, in lower case, has the name of a view or a macro whose definition `pattern` fits, in lower case as well,
 * or one that names such. Looks at the characters only, in literals and comments, too.
 */
export async function isDefinedWith(
  connection: Connection,
  text: string,
  pattern: RegExp,
): Promise<boolean> {
  const all = [...(await macros.of(connection)), ...(await views.of(connection))];
  // Of a view that EXPLAIN ANALYZE made the engine has no text.
  const fitting = all.filter(([, body]) => body === '' || pattern.test(body));
  if (fitting.length === 0) {
    return false;
  }
  const words = await keywords.of(connection);
  // What has the name of a keyword is only meant in quotes.
  const written = ([name]: Definition) => {
    const doubled = name.replaceAll('"', '""');
    return words.has(name) ? `"${doubled}"` : doubled;
  };
  const found = new Set(fitting.map(written));
  for (let before = -1; found.size !== before;) {
    before = found.size;
    for (const definition of all) {
      if ([...found].some((name) => isWritten(name, definition[1]))) {
        found.add(written(definition));
      }
    }
  }
  return [...found].some((name) => isWritten(name, text));
}

/** Whether a name occurs in a text as it is written: with doubled quotes, in quotes where need be. */
export function isWritten(name: string, text: string): boolean {
  return text.includes(name) && (!/^\w+$/.test(name) || new RegExp(`\\b${name}\\b`).test(text));
}
