import { tokenize } from '../engine/tokens.js';
import type { Role } from './identity.js';
import { identifierName } from './statement-text.js';

/** A statement that EXPLAIN, PREPARE or CREATE VIEW contains. */
export interface Wrapped {
  /**
   * The text before the inner statement, as the server rewrites it: `EXPLAIN ANALYZE `, `PREPARE name AS `.
   */
  readonly prefix: string;
  readonly inner: string;
}

/** The statement that begins a transaction of a readonly session. */
export const readOnlyBegin = 'BEGIN TRANSACTION READ ONLY';

/**
 * The text that the engine gets from a role other than admin. The prefix of EXPLAIN and PREPARE is rewritten
 * without comments, so that the engine parses the inner statement as the guard did when it checked it alone.
 * A readonly session gets a read-only transaction.
 */
export function canonicalText(sql: string, role: Role): string {
  if (role === 'admin') {
    return sql;
  }
  if (role === 'readonly' && beginsTransaction(sql)) {
    return readOnlyBegin;
  }
  const wrapped = wrappedStatement(sql) ?? viewBody(sql);
  return wrapped === null ? sql : wrapped.prefix + wrapped.inner;
}

/** Splits CREATE VIEW into its prefix and its query; null for other or unclear statements. */
export function viewBody(sql: string): Wrapped | null {
  const words = headOf(sql, mostWordsOfView);
  const head = words.map(({ name }) => name);
  const kind = head.findIndex((name, i) => i > 0 && !/^(or|replace|temp|temporary)$/.test(name));
  // Compares the token as written, because a quoted name may be `as`.
  const at = words.findIndex(({ text }) => /^as$/i.test(text));
  if (at < 0 || head[0] !== 'create' || words[kind]?.text.toLowerCase() !== 'view') {
    return null;
  }
  const prefix = words.slice(0, at).map(({ text }) => text);
  return { prefix: `${prefix.join(' ')} AS `, inner: sql.slice(words[at]?.end).trimStart() };
}

/** Whether the text is a single statement that begins a transaction. */
function beginsTransaction(sql: string): boolean {
  const names = headOf(sql).map(({ name }) => name);
  const end = names.indexOf(';');
  return (
    /^(begin|start)$/.test(names[0] ?? '') &&
    (end < 0 || names.slice(end).every((name) => name === ';'))
  );
}

/** The statement that EXPLAIN explains or PREPARE prepares; null for other or unclear statements. */
export function wrappedStatement(sql: string): Wrapped | null {
  const words = headOf(sql);
  const names = words.map(({ name }) => name);
  const rest = (count: number) => sql.slice(words[count - 1]?.end).trimStart();
  if (names[0] === 'prepare' && /^[a-z_]\w*$/.test(names[1] ?? '') && names[2] === 'as') {
    return { prefix: `PREPARE ${names[1] ?? ''} AS `, inner: rest(3) };
  }
  if (names[0] !== 'explain') {
    return null;
  }
  let count = names[1] === 'analyze' ? 2 : 1;
  // A parenthesis may also begin the statement itself, as in `(FROM a) UNION (FROM b)`.
  if (names[count] === '(' && /^(analyze|format)$/.test(names[count + 1] ?? '')) {
    count = names.indexOf(')') + 1;
  }
  const head = names.slice(0, count);
  return count > 0 && head.every((name) => /^([a-z]+|[(),])$/.test(name))
    ? { prefix: `${head.join(' ').toUpperCase()} `, inner: rest(count) }
    : null;
}

/** The limit of words to read; no EXPLAIN or PREPARE prefix is longer. */
const mostWords = 16;

/** The limit of words for a view, which may list its columns. */
const mostWordsOfView = 4000;

/**
 * The first words of a text after any empty statements: as written, unquoted in lower case, and their end
 * offsets.
 */
function headOf(sql: string, most = mostWords): { text: string; name: string; end: number }[] {
  const words: { text: string; name: string; end: number }[] = [];
  let end = 0;
  for (const { kind, text } of tokenize(sql, most * 2)) {
    end += text.length;
    if (kind !== 'space' && !(text === ';' && words.length === 0)) {
      words.push({ text, name: identifierName(text), end });
    }
  }
  return words;
}
