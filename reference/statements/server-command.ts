import { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
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

/**
 * A command of the server as an Executable. A query returns `columns`; an update returns 0 rows. `parameters`
 * is the schema of its parameters.
 */
export function serverCommand(
  schema: Schema,
  columns: readonly (readonly unknown[])[],
  perform: (parameters?: ParameterRow) => Promise<void>,
  parameters = new Schema([]),
): Executable {
  return {
    type: null,
    isCommand: true,
    parameterCount: parameters.fields.length,
    schema: () => Promise.resolve(schema),
    parameterSchema: () => parameters,
    stream: async (row) => {
      await perform(row);
      return tableResult(tableOf(schema, columns));
    },
    update: async (row) => {
      await perform(row);
      return 0;
    },
    close: () => undefined,
  };
}
