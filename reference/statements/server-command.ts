import { Schema } from 'apache-arrow';
import { tokenize } from '../engine/tokens.js';
import { tableOf } from './metadata/table-of.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

/** The number of tokens to read, white space and comments included. No command of the server is longer. */
const mostTokens = 1_000;

/**
 * The words of a possible command of the server, without trailing semicolons. Empty for a long text, which
 * cannot be a command: tokenizing all of it would block the other sessions.
 */
export function commandWords(sql: string): string[] {
  const tokens = tokenize(sql, mostTokens + 1);
  if (tokens.length > mostTokens) {
    return [];
  }
  const words = tokens.filter(({ kind }) => kind !== 'space').map(({ text }) => text);
  while (words.at(-1) === ';') {
    words.pop();
  }
  return words;
}

/** Removes single or double quotes around a value. */
export function withoutQuotes(value: string): string {
  return value.replace(/^(['"])([\s\S]*)\1$/, '$2');
}

/** A command of the server as an Executable. A query returns `columns`; an update returns 0 rows. */
export function serverCommand(
  schema: Schema,
  columns: readonly (readonly unknown[])[],
  perform: () => Promise<void>,
): Executable {
  return {
    type: null,
    parameterCount: 0,
    schema: () => Promise.resolve(schema),
    parameterSchema: () => new Schema([]),
    stream: async () => {
      await perform();
      return tableResult(tableOf(schema, columns));
    },
    update: async () => {
      await perform();
      return 0;
    },
    close: () => undefined,
  };
}
