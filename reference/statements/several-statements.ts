import type { Connection } from '../engine/connection.js';
import { tokenize } from '../engine/tokens.js';
import { Failure } from '../errors.js';

/** One of several statements in a text. */
export interface ScriptPart {
  readonly sql: string;
  /** How many statements the engine makes of it: more than one of a PIVOT without IN. */
  readonly count: number;
}

/**
 * The statements of a text that the engine cannot prepare at once; null for a text of one, and for
 * one that it cannot parse, which is left to whoever prepares it. Throws a Failure where the text
 * cannot be taken apart at its semicolons as the engine does: then it is not run in other pieces.
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

/** 0: it cannot be parsed. */
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

/** The text cut at its semicolons, without the empty pieces. */
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
