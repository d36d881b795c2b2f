import type { Connection } from '../engine/connection.js';
import { isDefinedWith, isWritten, KnownOf, macros } from '../engine/definitions.js';
import { isAllowedFunction } from './allow-list.js';
import { executedTexts } from './executed-texts.js';
import { identifierName, significantTokens } from './statement-text.js';

/** Quoted text that ends like a file's name, or a scheme: FROM takes either for a file to read. */
const likeFile = /\.[a-z][a-z0-9]{1,11}(\.(gz|zst|bz2))?\s*['"$]|:\/\//i;
/** Ways to write a name or a text so that it is not what it looks like. */
const disguise = /\bu&["']|\be'/i;
/** Names with a dot, such as `data.csv`, that FROM takes for files; a comment after a dot may hide what follows. */
const fileWords =
  /\b(csv|tsv|parquet|ndjson|jsonl|gz|zst)\b|\.[\s\u200b-\u200d\u2060]*("?json\b|\/\*|--)|\/[^'"]*"/i;

/**
 * Whether a text could have the engine open a file or call a function that is not on the list, as far
 * as its characters tell: nothing is parsed. It errs on the side of yes. What the engine says of such
 * a text when it cannot prepare it may quote the file.
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

/** Functions that bind, or parse, SQL which an argument has. */
const runners = [
  'query',
  'query_table',
  'json_serialize_sql',
  'json_deserialize_sql',
  'json_serialize_plan',
  'json_execute_serialized_sql',
];

/** What may stand between a name and its parenthesis; a block comment may end elsewhere than it seems to. */
const gap = '(?:[\\s\\u200b-\\u200d\\u2060]|--[^\\n\\r]*[\\n\\r])*';

/**
 * Whether a text may call one of these, or a macro that does. What their argument is may differ from one
 * time that the statement is bound to the next, so that what the engine says of it does not hold. Looks at the
 * characters only, in literals and comments as well: where these end may be open to doubt.
 */
export async function mayRunText(connection: Connection, sql: string): Promise<boolean> {
  const text = sql.toLowerCase();
  return namesByCodePoints.test(text) || calls(text, await running.of(connection));
}

/**
 * Whether a text calls a function that opens what it names as soon as it is bound: a pipe that nobody writes to
 * would keep a thread for good, and a URL be fetched.
 */
export async function mayOpenWhenBound(connection: Connection, sql: string): Promise<boolean> {
  const names = await reaching.of(connection);
  if (!calls(sql.toLowerCase(), names)) {
    return fromUrl.test(sql);
  }
  // Not in a literal or a comment: the guard looks at whatever else than this keeps from its sight once more.
  const words = significantTokens(sql).map(identifierName);
  return words.some((word, i) => words[i + 1] === '(' && names.includes(word)) || fromUrl.test(sql);
}

/** A name or a text that FROM takes for a URL. */
const fromUrl = new RegExp(
  `\\b(?:from|join|table|describe|summarize|show)${gap}(?:e?'|"|\\$\\w*\\$)[^'"$]*://`,
  'i',
);

/**
 * Whether a text may call a function that has an effect as soon as it is bound, as an argument of a table function
 * or of EXECUTE has: by itself, by a macro or a view, or by what it executes. Looks at the characters only.
 */
export async function mayActWhenBound(connection: Connection, sql: string): Promise<boolean> {
  const texts = [sql];
  if (/\bexecute\b/i.test(sql)) {
    texts.push(...(await executedTexts(connection, sql).catch(() => [])));
  }
  for (const text of texts) {
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

/** Whether a text in lower case has one of the names, and after it what begins a call. */
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

/** The runners, and the macros whose definitions name one of them. */
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

/** Table functions that are not on the list, unless other functions have their names, too. */
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

/** The names of clients' macros, in lower case. */
export async function macroNames(connection: Connection): Promise<ReadonlySet<string>> {
  return new Set((await macros.of(connection)).map(([name]) => name));
}

/** Functions that are not on the list and yield tables, and the clients' macros, which may call them. */
async function namesBeyond(connection: Connection): Promise<string[]> {
  const rows = await connection.rows(
    `SELECT DISTINCT system.main.lower(function_name) FROM system.main.duckdb_functions()
     WHERE function_type IN ('table', 'table_macro', 'pragma') OR (NOT internal AND function_type = 'macro')`,
  );
  const names = rows.map(([name]) => String(name)).filter((name) => !isAllowedFunction(name));
  return [...names, ...runners, 'copy', 'attach', 'secret', 'import', 'export'];
}
