import { isDefinedWith } from '../engine/definitions.js';
import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import type { Recorder } from '../instrumentation/recorder.js';

/**
 * Texts as long or as deep as these may end the process while they are parsed: their record is on disk
 * before. (The engine's other parser, `enable_peg_parser`, overflows its stack at about 700 brackets.)
 */
const longText = 64 * 1024;
const deepText = 250;

/** Functions and types that go down into a value by calls, without a limit: a deep one overflows the stack. */
const goingDown =
  /\b(json_(group_)?structure|json_merge_patch|json_contains|json_transform(_strict)?|from_json(_strict)?|variant\w*)\b/;

/** How long a record is waited for, in milliseconds. */
const patienceMs = 10_000;

/** Whether a text may end the process by itself. */
export function mayEndProcess(sql: string): boolean {
  return sql.length >= longText || goingDown.test(sql.toLowerCase()) || depthOf(sql) >= deepText;
}

/** The same by what its names are defined as. */
export function mayEndProcessByName(connection: Connection, sql: string): Promise<boolean> {
  return isDefinedWith(connection, sql.toLowerCase(), goingDown);
}

/** Waits until what was told so far is on disk. Throws Failure('exhausted') when that takes too long. */
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

/** How many brackets are open at the most, in comments and strings as well. */
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
