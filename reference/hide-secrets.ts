import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** The text that replaces the command line in the process list. */
const title = 'gizmosql-reference';

/**
 * Hides the program's arguments and environment from other processes of the same user. Deletes the
 * environment's `variables` and overwrites what the operating system shows of the rest; this process and its
 * libraries still see the other variables. Must be called first. Returns what is still visible and why, or
 * null.
 */
export function hideSecrets(variables: readonly string[]): string | null {
  for (const name of variables) {
    Reflect.deleteProperty(process.env, name);
  }
  try {
    process.title = title;
    if (process.platform !== 'linux') {
      return `what ${process.platform} shows of the environment of a process cannot be overwritten`;
    }
    overwriteEnvironment();
    return whatIsShown();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Overwrites the memory of the initial environment, which the operating system shows. */
function overwriteEnvironment(): void {
  // Setting a variable again moves it: the C library does not change it in place.
  for (const [name, value] of Object.entries(process.env)) {
    process.env[name] = value;
  }
  const { start, end } = environmentPlace();
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    writeSync(memory, new Uint8Array(end - start), 0, end - start, start);
  } finally {
    closeSync(memory);
  }
}

/**
 * The memory range of the initial environment: fields 50 and 51 of /proc/self/stat, see proc_pid_stat(5).
 * Field 2 is the program's name in parentheses, which may contain spaces.
 */
function environmentPlace(): { start: number; end: number } {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start = NaN, end = NaN] = [50, 51].map((field) => Number(fromThird[field - 3]));
  if (!(start > 0 && end >= start)) {
    throw new Error('the system does not say where the environment is');
  }
  return { start, end };
}

/** Describes what the operating system still shows; null if nothing. */
function whatIsShown(): string | null {
  const shown = (file: string) =>
    readFileSync(`/proc/self/${file}`, 'latin1').replaceAll('\0', '').trim();
  if (shown('environ') !== '') {
    return '/proc/self/environ still shows the environment';
  }
  // The title is truncated to the length of the original arguments.
  return title.startsWith(shown('cmdline')) ? null : '/proc/self/cmdline still shows the arguments';
}
