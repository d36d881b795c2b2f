import type { Connection } from './connection.js';

/** The names that were found for a pattern, as of a count of definitions. */
interface Found {
  readonly at: number | null;
  readonly names: readonly string[];
}

const known = new WeakMap<Connection, Map<string, Found>>();

/**
 * Whether a text, in lower case, has the name of a view or a macro whose definition `pattern` fits, in lower case as well,
 * or one that names such. Looks at the characters only, in literals and comments, too.
 */
export async function isDefinedWith(
  connection: Connection,
  text: string,
  pattern: RegExp,
): Promise<boolean> {
  const found = known.get(connection) ?? new Map<string, Found>();
  known.set(connection, found);
  const { definitions: at } = connection.names;
  let names = found.get(pattern.source);
  if (names === undefined || at === null || names.at !== at) {
    names = { at, names: await namesDefinedWith(connection, pattern) };
    found.set(pattern.source, names);
  }
  return names.names.some((name) => isWritten(name, text));
}

/** Whether a name occurs in a text as it is written: with doubled quotes, in quotes where need be. */
export function isWritten(name: string, text: string): boolean {
  return text.includes(name) && (!/^\w+$/.test(name) || new RegExp(`\\b${name}\\b`).test(text));
}

async function namesDefinedWith(connection: Connection, pattern: RegExp): Promise<string[]> {
  const rows = await connection.rows(
    `SELECT system.main.lower(name), system.main.lower(text),
            system.main.lower(name) IN (SELECT keyword_name FROM system.main.duckdb_keywords())
     FROM (
       SELECT view_name, sql FROM system.main.duckdb_views() WHERE NOT internal
       UNION ALL
       SELECT function_name, macro_definition FROM system.main.duckdb_functions()
       WHERE NOT internal AND macro_definition IS NOT NULL
     ) AS definitions (name, text)`,
  );
  // What has the name of a keyword is only meant in quotes.
  const definitions = rows.map(([name, text, isKeyword]) => {
    const written = String(name).replaceAll('"', '""');
    return [isKeyword === true ? `"${written}"` : written, String(text)] as const;
  });
  const found: string[] = [];
  for (let before = -1; found.length !== before;) {
    before = found.length;
    for (const [name, text] of definitions) {
      // Of a view that EXPLAIN ANALYZE made the engine has no text.
      const fits = () =>
        text === '' || pattern.test(text) || found.some((each) => isWritten(each, text));
      if (!found.includes(name) && fits()) {
        found.push(name);
      }
    }
  }
  return found;
}
