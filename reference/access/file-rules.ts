import type { Connection } from '../engine/connection.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';
import { copyDirection, identifierName, unquoted, wordsOf } from './statement-text.js';

/** Functions and clauses by which a query reads or writes files. */
const mayRead =
  /\b(read_\w+|\w+_scan|sniff_csv|parquet_\w+|glob|query|enable_(logging|profiling))\b|\b(from|join) ['"]/i;

interface FileStatement {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
}

/** Options that make COPY write into a folder, under names that the engine generates. */
const intoFolder =
  /^(partition_by|per_thread_output|file_size_bytes|filename_pattern|hive_file_pattern|overwrite|overwrite_or_ignore|append)$/;
/** Settings whose value is a file or a folder. */
const namesFile = /((?<!search_)path|directory|output|location)$/;

/**
 * Refuses an admin's statement that names one of the server's own files to write, attach or read. A file name
 * must be a literal, because the value of an expression is known only at execution. Names are compared after
 * the operating system resolves them. This prevents accidents; --allowed-directories is the protection
 * against attacks.
 */
export async function checkFiles(
  { kind, sql, connection }: FileStatement,
  files: ProtectedFiles,
): Promise<void> {
  const words = wordsOf(sql);
  const [first = '', second = ''] = words.map(identifierName);
  if (first === 'import' || (first === 'pragma' && second === 'import_database')) {
    throw refusals.imports();
  }
  const named = filesNamed(kind, words);
  if (named === null) {
    throw refusals.unclearFile(first.toUpperCase());
  }
  if (named.length === 0) {
    return;
  }
  const folder = first === 'export' || words.some((word) => intoFolder.test(identifierName(word)));
  if (
    (await files.reachedBy(connection, named)) ||
    (folder && kind !== 'query' && (await files.someWithin(connection, named)))
  ) {
    throw refusals.ownFile();
  }
}

/** The files that a statement names; null if one of them is not a literal. */
function filesNamed(kind: StatementKind, words: readonly string[]): string[] | null {
  const [first = '', second = ''] = words.map(identifierName);
  if (first === 'copy' && copyDirection(words.join(' ')) === 'TO') {
    return target(
      words,
      words.findLastIndex((word) => /^to$/i.test(word)),
    );
  }
  if (first === 'export') {
    const at = words.findIndex(isText);
    return at < 0 ? null : target(words, at - 1);
  }
  if (kind === 'attach') {
    const at = words.findIndex((word) => isText(word) || /^[$?]/.test(word));
    return target(words, at - 1);
  }
  if (first === 'set' || first === 'reset' || first === 'pragma') {
    const setting = /^(global|session|local)$/.test(second)
      ? identifierName(words[2] ?? '')
      : second;
    const value = words.slice(words.findIndex((word) => word === '=' || /^to$/i.test(word)) + 1);
    return namesFile.test(setting) &&
      !value.every((word) => isPlain(word) || /^[;\w.]+$/.test(word))
      ? null
      : literals(words);
  }
  // In other statements, only strings with a path character can be paths.
  return mayRead.test(words.join(' ')) ? literals(words).filter((text) => /[/.~]/.test(text)) : [];
}

/** The target after index `at`: one plain literal, or a name that may contain dots. */
function target(words: readonly string[], at: number): string[] | null {
  const [first = '', dot] = words.slice(at + 1);
  if (isPlain(first)) {
    return [literal(first)];
  }
  if (/^["\w]/.test(first) && !/^[eExXbB]'/.test(first)) {
    const name: string[] = [];
    for (let i = at + 1; i < words.length; i += 2) {
      name.push(unquoted(words[i] ?? ''));
      if (words[i + 1] !== '.') {
        break;
      }
    }
    return dot === undefined ? name : [name.join('.')];
  }
  return null;
}

function literals(words: readonly string[]): string[] {
  return words.filter((word) => isPlain(word) || /^"/.test(word)).map((word) => literal(word));
}

function isText(word: string): boolean {
  return /^([a-z]?'|\$\w*\$)/i.test(word);
}

/** Whether it is one literal in single or dollar quotes, without escapes or continuation lines. */
function isPlain(word: string): boolean {
  const goesOn = /^'(?:[^']|'')*'[^']*[\n\r][^']*'/.test(word);
  return (/^'/.test(word) || /^\$\w*\$/.test(word)) && !word.includes('\0') && !goesOn;
}

function literal(word: string): string {
  if (word.startsWith("'")) {
    return word.slice(1, -1).replaceAll("''", "'");
  }
  return word.startsWith('"') ? unquoted(word) : word.replace(/^(\$\w*\$)([\s\S]*)\1$/, '$2');
}
