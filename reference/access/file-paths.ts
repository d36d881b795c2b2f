import type { Connection } from '../engine/connection.js';
import { quoteLiteral } from '../engine/identifiers.js';
import { tokenize } from '../engine/tokens.js';
import type { Token } from '../engine/tokens.js';
import { varies, withDefinitions } from './definitions.js';
import { identifierName, unquoted } from './statement-text.js';

/** How many texts within texts are looked into; with more, nothing is sure. */
const mostTexts = 100;

/** The files a statement may open: their paths or glob patterns, and whether there are some it does not tell. */
export interface FilePaths {
  readonly patterns: readonly string[];
  /** Names of tables or columns, most of them; each is the path of a file where there is such a file. */
  readonly names: readonly string[];
  /** A path depends on what only the execution knows, such as a parameter or the time. */
  readonly undetermined: boolean;
}

/** Table functions, by lower-case name, whose first argument names or tells what they read. */
const readers =
  /^(read_\w+|sniff_csv|parquet_\w+|\w+_scan|pragma_storage_info|duckdb_table_sample|query_table)$/;
/** Functions that execute SQL that an argument has, and how that becomes text. */
const executors = new Map([
  ['query', (argument: string) => argument],
  [
    'json_execute_serialized_sql',
    (argument: string) => `json_deserialize_sql((${argument})::JSON)`,
  ],
]);

/**
 * Finds the paths in a statement and in the views and macros it uses: every
 * text in quotes, and what the first arguments of the file-reading functions
 * and the target of COPY come to. Where such a text may be executed as SQL, those
 * in it as well.
 */
export async function filePaths(connection: Connection, sql: string): Promise<FilePaths> {
  const patterns = new Set<string>();
  const names = new Set<string>();
  const seen = new Set<string>();
  const texts = [sql];
  let undetermined = false;
  for (const text of texts) {
    const all = await withDefinitions(connection, text);
    const tokens = all.map(wordsOf);
    const runsText = tokens.flat().some((token) => executors.has(identifierName(token.text)));
    for (const name of tokens.flatMap(namesOfFiles)) {
      names.add(name);
    }
    const expressions = tokens.flatMap((words) => [...quotedTexts(words), ...pathArguments(words)]);
    for (const expression of expressions.filter((each) => !seen.has(each))) {
      seen.add(expression);
      const paths = (await varies(connection, expression))
        ? null
        : await evaluate(connection, expression);
      undetermined ||= paths === null;
      for (const path of (paths ?? []).filter((each) => !patterns.has(each))) {
        patterns.add(path);
        if (runsText && texts.length < mostTexts) {
          texts.push(path);
        }
        undetermined ||= texts.length >= mostTexts;
      }
    }
  }
  return { patterns: [...patterns], names: [...names], undetermined };
}

/** A token that is no space, and whether there is one before it. */
interface Word extends Token {
  readonly apart: boolean;
}

function wordsOf(sql: string): Word[] {
  const all = tokenize(sql);
  return all
    .map((token, i) => ({ ...token, apart: all[i - 1]?.kind === 'space' }))
    .filter(({ kind }) => kind !== 'space');
}

/** String literals, and quoted identifiers as such: FROM takes either for a file. */
function quotedTexts(words: readonly Word[]): string[] {
  return words
    .filter(({ kind, text }) => kind === 'opaque' && /^(['"$]|[eE]')/.test(text))
    .map(({ text }) => (text.startsWith('"') ? quoteLiteral(unquoted(text)) : text));
}

/** Names with dots, which FROM may take for files, and whatever name COPY or SET takes for one. */
function namesOfFiles(words: readonly Word[]): string[] {
  const before = isSetting(words) ? /^(to|=)$/i : /^(to|from)$/i;
  const takes = isSetting(words) || words[0]?.text.toUpperCase() === 'COPY';
  const found: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const place = takes && before.test(words[at - 1]?.text ?? '');
    const parts: string[] = [];
    for (let word = words[at]; word !== undefined && isName(word); word = words[at]) {
      parts.push(unquoted(word.text));
      if (words[at + 1]?.text !== '.') {
        break;
      }
      at += 2;
    }
    if (parts.length > (place ? 0 : 1)) {
      found.push(parts.join('.'));
    }
  }
  return found;
}

function isName({ kind, text }: Word): boolean {
  return kind === 'word' || text.startsWith('"');
}

/** The first arguments of file-reading functions, COPY's path or a setting's value where it is an expression, what ATTACH is bound to. */
function pathArguments(words: readonly Word[]): string[] {
  const found: string[] = [];
  words.forEach(({ text }, i) => {
    const name = identifierName(text);
    if (words[i + 1]?.text === '(' && (readers.test(name) || executors.has(name))) {
      const first = argument(words, i + 2);
      found.push(executors.get(name)?.(first) ?? first);
    }
    if ((name === 'to' || name === 'from') && words[0]?.text.toUpperCase() === 'COPY') {
      const [first] = words.slice(i + 1);
      if (first?.text === '(') {
        found.push(argument(words, i + 2));
      } else if (first !== undefined && isParameter(first)) {
        found.push(first.text);
      }
    }
    if (words[0]?.text.toUpperCase() === 'ATTACH' && isParameter({ text })) {
      found.push(text);
    }
  });
  return [...found, ...settingValue(words)];
}

/** The value of a setting, such as the file of a log, where it is more than a name. */
function settingValue(words: readonly Word[]): string[] {
  const sign = isSetting(words) ? words.findIndex(({ text }) => /^(to|=)$/i.test(text)) : -1;
  const value = sign < 0 ? [] : words.slice(sign + 1).filter(({ text }) => text !== ';');
  return value.every((word) => isName(word) || /^[.,]$/.test(word.text))
    ? []
    : [value.map(({ text, apart }) => (apart ? ` ${text}` : text)).join('')];
}

/** Whether a statement changes a setting; a variable is none. */
function isSetting([first, second]: readonly Word[]): boolean {
  const word = first?.text.toUpperCase();
  return word === 'PRAGMA' || (word === 'SET' && second?.text.toUpperCase() !== 'VARIABLE');
}

/** Whether a token is a parameter, or, as far as this can tell, text in dollar quotes. */
function isParameter({ text }: Pick<Word, 'text'>): boolean {
  return text.startsWith('$') || text.startsWith('?');
}

/** The text from token `at` to the comma or parenthesis that ends it. */
function argument(words: readonly Word[], at: number): string {
  const parts: string[] = [];
  let depth = 0;
  for (const { text, apart } of words.slice(at)) {
    if (depth === 0 && (text === ',' || text === ')')) {
      break;
    }
    depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
    // An operator such as || is two tokens.
    parts.push(apart ? ` ${text}` : text);
  }
  return parts.join('');
}

/** What an expression comes to, as paths; null when that cannot be known yet. */
async function evaluate(connection: Connection, expression: string): Promise<string[] | null> {
  try {
    const prepared = await connection.prepare(`SELECT (${expression})`);
    try {
      if (prepared.parameterCount > 0) {
        return null;
      }
      const [[value = null] = []] = await prepared.rows();
      return value instanceof Object && 'items' in value
        ? value.items.map(String)
        : [String(value)];
    } finally {
      prepared.close();
    }
  } catch {
    return null;
  }
}
