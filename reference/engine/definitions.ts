import type { Connection } from './connection.js';

/** A view or a macro: its name and its definition, both in lower case. */
type Definition = readonly [name: string, text: string];

/** A cached value and the counter at which it was read; null: read while a definition was being changed. */
interface Known<T> {
  readonly at: number | null;
  readonly value: T;
}

/**
 * Caches a value until a counter changes. All connections without definitions of their own share one cache
 * entry.
 */
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

/** The macros of clients. They are cached because the engine takes long to list them. */
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
 * Whether a text contains the name of a view or macro whose definition matches `pattern`, directly or through
 * other views and macros. Text and pattern are in lower case. Literals and comments are searched as well.
 */
export async function isDefinedWith(
  connection: Connection,
  text: string,
  pattern: RegExp,
): Promise<boolean> {
  const all = [...(await macros.of(connection)), ...(await views.of(connection))];
  // The engine has no text for a view that EXPLAIN ANALYZE created.
  const fitting = all.filter(([, body]) => body === '' || pattern.test(body));
  if (fitting.length === 0) {
    return false;
  }
  const words = await keywords.of(connection);
  // A name that is a keyword must be quoted.
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

/** Whether a text contains `name`, which is spelled with doubled quotes and in quotes if it must be. */
export function isWritten(name: string, text: string): boolean {
  return text.includes(name) && (!/^\w+$/.test(name) || new RegExp(`\\b${name}\\b`).test(text));
}
