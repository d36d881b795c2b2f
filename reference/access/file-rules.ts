import type { Connection } from '../engine/connection.js';
import type { StatementKind } from '../engine/statement-kinds.js';
import type { ProtectedFiles } from './protected-files.js';
import { refusals } from './refusals.js';
import { copyDirection, identifierName, unquoted, wordsOf } from './statement-text.js';

/** Words by which a query reads files, or writes to them. */
const mayRead =
  /\b(read_\w+|\w+_scan|sniff_csv|parquet_\w+|glob|query|enable_(logging|profiling))\b|\b(from|join) ['"]/i;

/** What the rules look at. */
interface FileStatement {
  readonly kind: StatementKind;
  readonly sql: string;
  readonly connection: Connection;
}

/** Options with which COPY writes into a folder, under names that it makes itself. */
const intoFolder =
  /^(partition_by|per_thread_output|file_size_bytes|filename_pattern|hive_file_pattern|overwrite|overwrite_or_ignore|append)$/;
/** Settings that name a file or a folder. */
const namesFile = /((?<!search_)path|directory|output|location)$/;

/**
 * Keeps an admin's statement from the server's own files: from those that it names to write to, to attach
 * or to read. A name must be a literal, as what an expression comes to only the execution knows. It is
 * compared by what the operating system takes it for; who means harm finds other ways, which is what
 * --allowed-directories is for.
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

/** The files that a statement names; null where it names one that is no literal. */
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
  // Most texts in other statements are no paths.
  return mayRead.test(words.join(' ')) ? literals(words).filter((text) => /[/.~]/.test(text)) : [];
}

/** What stands after `at`: one plain literal, or a name, with dots perhaps. */
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

/** A literal in single or dollar quotes, without escapes and in one piece. */
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
