import { Schema } from 'apache-arrow';
import { tokenize } from '../engine/tokens.js';
import { tableOf } from './metadata/table-of.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

/** How much of a text is looked at: more than any command of the server's has, white space and comments as well. */
const mostTokens = 1_000;

/**
 * The words of a statement that may be a command of the server's own, without the semicolons that end it. None of a long
 * text, which is no command: to cut all of it up would keep everybody waiting.
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

/** A value without the quotes around it, single or double. */
export function withoutQuotes(value: string): string {
  return value.replace(/^(['"])([\s\S]*)\1$/, '$2');
}

/** A command of the server's own as something that can be run; it answers with `columns`, or changes 0 rows. */
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
