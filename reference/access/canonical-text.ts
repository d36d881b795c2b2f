import { tokenize } from '../engine/tokens.js';
import type { Role } from './identity.js';
import { identifierName } from './statement-text.js';

/** A statement within another one. */
export interface Wrapped {
  /** What stands before it, as the server words it: `EXPLAIN ANALYZE `, `PREPARE name AS `. */
  readonly prefix: string;
  readonly inner: string;
}

/** How a session of the role readonly begins a transaction. */
export const readOnlyBegin = 'BEGIN TRANSACTION READ ONLY';

/**
 * The text that the engine gets of a role other than admin. What EXPLAIN and PREPARE have in front is
 * worded anew, without comments: then what follows it is parsed as it is when the guard asks the engine
 * about it alone. A transaction of the readonly role is one that the engine itself lets write nothing.
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

/** What CREATE VIEW makes a view of; null for other statements, and where that cannot be told. */
export function viewBody(sql: string): Wrapped | null {
  const words = headOf(sql, mostWordsOfView);
  const head = words.map(({ name }) => name);
  const kind = head.findIndex((name, i) => i > 0 && !/^(or|replace|temp|temporary)$/.test(name));
  // A name may be `as`, in quotes.
  const at = words.findIndex(({ text }) => /^as$/i.test(text));
  if (at < 0 || head[0] !== 'create' || words[kind]?.text.toLowerCase() !== 'view') {
    return null;
  }
  const prefix = words.slice(0, at).map(({ text }) => text);
  return { prefix: `${prefix.join(' ')} AS `, inner: sql.slice(words[at]?.end).trimStart() };
}

/** Whether the text is one statement that begins a transaction. */
function beginsTransaction(sql: string): boolean {
  const names = headOf(sql).map(({ name }) => name);
  const end = names.indexOf(';');
  return (
    /^(begin|start)$/.test(names[0] ?? '') &&
    (end < 0 || names.slice(end).every((name) => name === ';'))
  );
}

/** The statement that EXPLAIN explains or PREPARE prepares; null for other statements, and where that cannot be told. */
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
  // A parenthesis may as well begin the statement itself, as in `(FROM a) UNION (FROM b)`.
  if (names[count] === '(' && /^(analyze|format)$/.test(names[count + 1] ?? '')) {
    count = names.indexOf(')') + 1;
  }
  const head = names.slice(0, count);
  return count > 0 && head.every((name) => /^([a-z]+|[(),])$/.test(name))
    ? { prefix: `${head.join(' ').toUpperCase()} `, inner: rest(count) }
    : null;
}

/** How many words are looked at: more than any wrapping has. */
const mostWords = 16;

/** The same of a view, which may name its columns. */
const mostWordsOfView = 4000;

/** The first words of a text after empty statements, as they are, in lower case and unquoted, and where each ends. */
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
