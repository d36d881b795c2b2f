import { identifierName, unquoted } from '../access/statement-text.js';
import { tokenize } from '../engine/tokens.js';
import type { Token } from '../engine/tokens.js';

/** A statement that sets or resets one of the server's own settings. Not validated. */
export interface SettingStatement {
  readonly global: boolean;
  /** Without the prefix, in lower case. */
  readonly name: string;
  readonly value: SettingValue;
  /** The statement as DuckDB's parser takes it, which has no SET LOCAL. */
  readonly engineSql: string;
}

/** What a setting is set to: its default, a text, or the value of an expression. */
export type SettingValue =
  | { readonly kind: 'default' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly sql: string };

/** The most tokens that are read, white space and comments included. */
const mostTokens = 1_000;

/**
 * Reads `SET [SESSION|GLOBAL|LOCAL] gizmosql.name = value`, with TO for the sign, RESET, and what DuckDB takes
 * for the same: `PRAGMA "gizmosql.name" = value`. Null for other SQL. Words are told apart as DuckDB does it;
 * whether the whole is a statement is for its parser to say.
 */
export function parseSetting(sql: string): SettingStatement | null {
  if (!/gizmosql/i.test(sql)) {
    return null;
  }
  const words = wordsIn(sql);
  if (words === null) {
    return null;
  }
  const verb = words[0]?.text.toUpperCase() ?? '';
  if (!/^(SET|RESET|PRAGMA)$/.test(verb)) {
    return null;
  }
  const scope = scopeOf(words);
  const { name, after } = nameAt(words, scope === undefined ? 1 : 2);
  const [prefix, ...rest] = name.split('.');
  if (prefix !== 'gizmosql' || rest.length === 0) {
    return null;
  }
  const value = valueOf(words.slice(after), verb === 'RESET', sql);
  return (
    value && {
      global: scope?.text.toUpperCase() === 'GLOBAL',
      name: rest.join('.'),
      value,
      engineSql: scope?.text.toUpperCase() === 'LOCAL' ? asSession(sql, scope) : sql,
    }
  );
}

interface Word extends Token {
  readonly start: number;
}

/** The words without empty statements around them; null for several statements, or too many words. */
function wordsIn(sql: string): Word[] | null {
  const words: Word[] = [];
  let start = 0;
  let ended = false;
  const tokens = tokenize(sql, mostTokens + 1);
  for (const token of tokens) {
    if (token.text === ';') {
      ended = words.length > 0;
    } else if (token.kind !== 'space') {
      if (ended) {
        return null;
      }
      words.push({ ...token, start });
    }
    start += token.text.length;
  }
  return tokens.length > mostTokens ? null : words;
}

/** The word that says for whom it is set: followed by a name, it is none itself. */
function scopeOf([, word, next]: readonly Word[]): Word | undefined {
  const isScope = word !== undefined && /^(GLOBAL|SESSION|LOCAL)$/i.test(word.text);
  return isScope && next !== undefined && isName(next) ? word : undefined;
}

function isName({ kind, text }: Token): boolean {
  return kind === 'word' ? !/^TO$/i.test(text) : text.startsWith('"');
}

/** The dotted name at a word, in lower case, and the index of the word after it. */
function nameAt(words: readonly Word[], at: number): { name: string; after: number } {
  const parts: string[] = [];
  let next = at;
  for (let word = words[next]; word !== undefined && isName(word); word = words[next]) {
    parts.push(identifierName(word.text));
    next++;
    if (words[next]?.text !== '.') {
      break;
    }
    next++;
  }
  return { name: parts.join('.'), after: next };
}

/** Null if it is none, which is the parser's to report. */
function valueOf(words: readonly Word[], isReset: boolean, sql: string): SettingValue | null {
  if (isReset) {
    return words.length === 0 ? { kind: 'default' } : null;
  }
  const [sign, first, second] = words;
  const last = words.at(-1);
  if (sign === undefined || first === undefined || last === undefined || !isSign(sign)) {
    return null;
  }
  if (second === undefined) {
    return /^DEFAULT$/i.test(first.text) ? { kind: 'default' } : single(first);
  }
  return first.text === '-' && words.length === 3 && /^\d+$/.test(second.text)
    ? { kind: 'text', text: `-${second.text}` }
    : { kind: 'expression', sql: sql.slice(first.start, last.start + last.text.length) };
}

function isSign({ text }: Token): boolean {
  return text === '=' || /^TO$/i.test(text);
}

/** A bare or quoted name stands for its text, as in DuckDB. */
function single({ kind, text }: Word): SettingValue {
  const inner = text.slice(1, -1);
  if (/^'/.test(text) && text.length > 1 && !inner.replaceAll("''", '').includes("'")) {
    return { kind: 'text', text: inner.replaceAll("''", "'") };
  }
  if (text.startsWith('"') || /^\d+$/.test(text)) {
    return { kind: 'text', text: unquoted(text) };
  }
  return kind === 'word' && !/^(\$|NULL$)/i.test(text)
    ? { kind: 'text', text }
    : { kind: 'expression', sql: text };
}

function asSession(sql: string, { start, text }: Word): string {
  return `${sql.slice(0, start)}SESSION${sql.slice(start + text.length)}`;
}
