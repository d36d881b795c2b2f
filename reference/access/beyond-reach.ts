import type { Connection } from '../engine/connection.js';
import { isDefinedWith, isWritten, KnownOf, macros } from '../engine/definitions.js';
import { isAllowedFunction } from './allow-list.js';
import { textsExecutedBy } from './executed-texts.js';
import { identifierName, significantTokens } from './statement-text.js';

/** Quoted text that ends with a file extension, or a URL scheme. FROM reads either as a file. */
const likeFile = /\.[a-z][a-z0-9]{1,11}(\.(gz|zst|bz2))?\s*['"$]|:\/\//i;
/** Escapes by which a name or a string can hide its real text. */
const disguise = /\bu&["']|\be'/i;
/**
 * Unquoted names with a dot, such as `data.csv`, that FROM reads as files. A comment after a dot may hide the
 * extension.
 */
const fileWords =
  /\b(csv|tsv|parquet|ndjson|jsonl|gz|zst)\b|\.[\s\u200b-\u200d\u2060]*("?json\b|\/\*|--)|\/[^'"]*"/i;

/**
 * Whether a text could make the engine open a file or call a function that is not on the allow list. Checks
 * characters only, without parsing, and returns true when in doubt. Used because an engine error about such a
 * text may quote the file.
 */
export async function mayReachBeyond(connection: Connection, sql: string): Promise<boolean> {
  if (likeFile.test(sql) || disguise.test(sql) || fileWords.test(sql)) {
    return true;
  }
  const text = sql.toLowerCase();
  const words = new Set(text.match(/[a-z_][a-z0-9_]*/g));
  return (await namesBeyond(connection)).some((name) =>
    /^[a-z_][a-z0-9_]*$/.test(name) ? words.has(name) : occurs(name, text),
  );
}

/** Functions that bind or parse SQL given as an argument. */
const runners = [
  'query',
  'query_table',
  'json_serialize_sql',
  'json_deserialize_sql',
  'json_serialize_plan',
  'json_execute_serialized_sql',
];

/**
 * Text allowed between a name and its parenthesis. A block comment counts as the start of a call instead,
 * because its end is ambiguous.
 */
const gap = '(?:[\\s\\u200b-\\u200d\\u2060]|--[^\\n\\r]*[\\n\\r])*';

/**
 * Whether a text may call one of the runners, or a macro that does. Their argument may change between two
 * bindings, so the plan of the first does not hold. Searches literals and comments too, because their ends
 * are ambiguous.
 */
export async function mayRunText(connection: Connection, sql: string): Promise<boolean> {
  const text = sql.toLowerCase();
  return namesByCodePoints.test(text) || calls(text, await running.of(connection));
}

/**
 * Whether a text calls a function that opens a file or URL when it is bound. A pipe without a writer would
 * block a thread forever, and a URL would be fetched.
 */
export async function mayOpenWhenBound(connection: Connection, sql: string): Promise<boolean> {
  const names = await reaching.of(connection);
  if (!calls(sql.toLowerCase(), names)) {
    return fromUrl.test(sql);
  }
  // Names in literals and comments do not count. The guard checks the bound plan for names that this misses.
  const words = significantTokens(sql).map(identifierName);
  return words.some((word, i) => words[i + 1] === '(' && names.includes(word)) || fromUrl.test(sql);
}

/** A quoted name or string that FROM reads as a URL. */
const fromUrl = new RegExp(
  `\\b(?:from|join|table|describe|summarize|show)${gap}(?:e?'|"|\\$\\w*\\$)[^'"$]*://`,
  'i',
);

/**
 * Whether a text may call a function that has an effect when it is bound, such as an argument of a table
 * function or of EXECUTE. Includes macros, views and prepared statements. Checks characters only.
 */
export async function mayActWhenBound(connection: Connection, sql: string): Promise<boolean> {
  for (const text of [sql, ...(await textsExecutedBy(connection, sql))]) {
    const lower = text.toLowerCase();
    if (namesByCodePoints.test(lower) || calls(lower, ['nextval'])) {
      return true;
    }
    if (await isDefinedWith(connection, lower, /\bnextval\b/)) {
      return true;
    }
  }
  return false;
}

const namesByCodePoints = /\bu&["']/;

/** Whether a lower-case text contains one of the names followed by the start of a call. */
function calls(text: string, names: readonly string[]): boolean {
  return names
    .filter((name) => occurs(name, text))
    .some((name) => {
      const quoted = name.replaceAll('"', '""').replace(/[^\w\s]/g, '\\$&');
      return new RegExp(`(?<!\\w)${quoted}"?${gap}(\\(|/\\*)`).test(text);
    });
}

function occurs(name: string, text: string): boolean {
  return isWritten(name.replaceAll('"', '""'), text);
}

/** The runners, and the macros whose definitions name a runner. */
const running = new KnownOf<readonly string[]>(
  ({ names }) => names.macros,
  async (connection) => {
    const found = [...runners];
    for (const name of found) {
      for (const [macro, definition] of await macros.of(connection)) {
        if (!found.includes(macro) && occurs(name, definition)) {
          found.push(macro);
        }
      }
    }
    return found;
  },
);

/**
 * Table functions that are not on the allow list, except those that share their name with another kind of
 * function.
 */
const reaching = new KnownOf<readonly string[]>(
  ({ names }) => names.extensions,
  async (connection) => {
    const rows = await connection.rows(
      `SELECT system.main.lower(function_name) FROM system.main.duckdb_functions() WHERE internal
       GROUP BY 1 HAVING system.main.bool_and(function_type = 'table')`,
    );
    return rows
      .map(([name]) => String(name))
      .filter((name) => !isAllowedFunction(name) && name !== 'glob');
  },
);

/** The names of the clients' macros, in lower case. */
export async function macroNames(connection: Connection): Promise<ReadonlySet<string>> {
  return new Set((await macros.of(connection)).map(([name]) => name));
}

/** Table functions that are not on the allow list, and the clients' macros, which may call them. */
async function namesBeyond(connection: Connection): Promise<string[]> {
  const rows = await connection.rows(
    `SELECT DISTINCT system.main.lower(function_name) FROM system.main.duckdb_functions()
     WHERE function_type IN ('table', 'table_macro', 'pragma') OR (NOT internal AND function_type = 'macro')`,
  );
  const names = rows.map(([name]) => String(name)).filter((name) => !isAllowedFunction(name));
  return [...names, ...runners, 'copy', 'attach', 'secret', 'import', 'export'];
}
