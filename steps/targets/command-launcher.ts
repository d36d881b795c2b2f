import { resolve } from 'node:path';
import { messageOf } from '../errors/message-of.js';
import type { Launch, Launched, Launcher } from './launch.js';
import { ServerProcess } from './server-process.js';

/** Starts servers as programs on this machine. */
export class CommandLauncher implements Launcher {
  constructor(
    private readonly program: {
      readonly command: string;
      readonly arguments: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    },
    readonly picksPort: boolean,
  ) {}

  async launch(launch: Launch): Promise<{ server: Launched; readyLine: string }> {
    const { command, arguments: given, environment } = this.program;
    try {
      return await ServerProcess.start({
        command: fromHere(command),
        arguments: [...given.map(fromHere), ...launch.flags],
        environment: { ...surroundings(), ...environment, ...launch.environment },
        workingDirectory: launch.workingDirectory,
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EACCES') {
        const what = code === 'ENOENT' ? 'there is no such program' : 'it is not executable';
        throw new Error(`${command}: ${what} (${messageOf(error)})`, { cause: error });
      }
      throw error;
    }
  }
}

/**
 * Resolves a word that begins with `./` or `../` against the suite's folder, because each server has its own
 * working directory.
 */
function fromHere(word: string): string {
  return /^\.{1,2}\//.test(word) ? resolve(word) : word;
}

/** The variables that any program needs; none of those that configure a server. */
function surroundings(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
