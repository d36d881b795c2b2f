import type { Connection } from '../engine/connection.js';
import { tokenize } from '../engine/tokens.js';
import { Failure } from '../errors.js';

/** One of several statements in a text. */
export interface ScriptPart {
  readonly sql: string;
  /** The number of statements that the engine expands it to: several for a PIVOT without IN. */
  readonly count: number;
}

/**
 * Splits a text into its statements, because the engine prepares only one at a time. Null for a single
 * statement, and for a text that the engine cannot parse, whose error `prepare` reports. Throws a Failure if
 * the split at semicolons differs from the engine's.
 */
export async function severalStatements(
  connection: Connection,
  sql: string,
): Promise<readonly ScriptPart[] | null> {
  const count = await countStatements(connection, sql);
  if (count < 2) {
    return null;
  }
  const parts: ScriptPart[] = [];
  for (const part of splitStatements(sql)) {
    parts.push({ sql: part, count: await countStatements(connection, part) });
  }
  if (parts.some((part) => part.count === 0) || sum(parts) !== count) {
    throw new Failure(
      'invalid-argument',
      'The text holds several statements that cannot be told apart: send one at a time',
    );
  }
  return parts;
}

/** 0 if the engine cannot parse it. */
async function countStatements(connection: Connection, sql: string): Promise<number> {
  try {
    return (await connection.extract(sql)).count;
  } catch {
    return 0;
  }
}

function sum(parts: readonly ScriptPart[]): number {
  return parts.reduce((total, { count }) => total + count, 0);
}

/** The text split at its semicolons, without empty parts. */
function splitStatements(sql: string): string[] {
  const parts: string[] = [];
  let part = '';
  let empty = true;
  const finish = () => {
    if (!empty) {
      parts.push(part);
    }
    [part, empty] = ['', true];
  };
  for (const { kind, text } of tokenize(sql)) {
    if (text === ';') {
      finish();
    } else {
      part += text;
      empty &&= kind === 'space';
    }
  }
  finish();
  return parts;
}
