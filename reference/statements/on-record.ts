import { isDefinedWith } from '../engine/definitions.js';
import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import type { Recorder } from '../instrumentation/recorder.js';

/**
 * Texts of this length or nesting depth may crash the process while they are parsed, so their record is
 * written to disk first. (The engine's other parser, `enable_peg_parser`, overflows its stack at about 700
 * brackets.)
 */
const longText = 64 * 1024;
const deepText = 250;

/**
 * Functions and types that recurse into a value without a limit: a deeply nested value overflows the stack.
 */
const goingDown =
  /\b(json_(group_)?structure|json_merge_patch|json_contains|json_transform(_strict)?|from_json(_strict)?|variant\w*)\b/;

/** Maximum wait for a record to be written, in milliseconds. */
const patienceMs = 10_000;

/** Whether parsing or running a text may crash the process. */
export function mayEndProcess(sql: string): boolean {
  return sql.length >= longText || goingDown.test(sql.toLowerCase()) || depthOf(sql) >= deepText;
}

/** Like `mayEndProcess`, for the definitions of the views and macros that the text names. */
export function mayEndProcessByName(connection: Connection, sql: string): Promise<boolean> {
  return isDefinedWith(connection, sql.toLowerCase(), goingDown);
}

/** Waits until all records so far are on disk. Throws Failure('exhausted') after a timeout. */
export async function onDisk(recorder: Pick<Recorder, 'written'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const why = `The server could not write the record of the statement within ${patienceMs / 1000} seconds, and one that may end the process does not run before: try again later`;
      reject(new Failure('exhausted', why));
    }, patienceMs);
  });
  try {
    await Promise.race([recorder.written(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The maximum nesting depth of brackets, including those in comments and strings. */
function depthOf(sql: string): number {
  let [open, most] = [0, 0];
  for (let i = 0; i < sql.length; i++) {
    switch (sql[i]) {
      case '(':
      case '[':
      case '{':
        most = Math.max(most, ++open);
        break;
      case ')':
      case ']':
      case '}':
        open--;
        break;
    }
  }
  return most;
}
