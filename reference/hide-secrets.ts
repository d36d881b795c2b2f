import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What the system shows in place of the command line. */
const title = 'gizmosql-reference';

/**
 * Takes what the program was started with out of the sight of whoever can read files as its user: the
 * environment's `variables`, and what the system shows of arguments and environment, all of it. Other variables
 * remain as they are to this process and to what it loads. To be called before anything else runs. Returns what
 * remains in sight and why, or null.
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

/** The system shows the memory in which the program found its environment when it started. */
function overwriteEnvironment(): void {
  // Set anew, each variable is kept elsewhere: the C library does not change one in its place.
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

/** Where in memory it is, by proc_pid_stat(5): the 50th and the 51st field. The second holds the program's name, in parentheses. */
function environmentPlace(): { start: number; end: number } {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start = NaN, end = NaN] = [50, 51].map((field) => Number(fromThird[field - 3]));
  if (!(start > 0 && end >= start)) {
    throw new Error('the system does not say where the environment is');
  }
  return { start, end };
}

/** What of it all the system still shows; null: nothing. */
function whatIsShown(): string | null {
  const shown = (file: string) =>
    readFileSync(`/proc/self/${file}`, 'latin1').replaceAll('\0', '').trim();
  if (shown('environ') !== '') {
    return '/proc/self/environ still shows the environment';
  }
  // It takes no more room than the arguments had.
  return title.startsWith(shown('cmdline')) ? null : '/proc/self/cmdline still shows the arguments';
}
