import { resolve } from 'node:path';
import { messageOf } from '../errors/message-of.js';
import type { Launch, Launched, Launcher } from './launch.js';
import { ServerProcess } from './server-process.js';

/** Starts a program on this machine for every server. */
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
        const what = code === 'ENOENT' ? 'there is no such program' : 'it may not be executed';
        throw new Error(`${command}: ${what} (${messageOf(error)})`, { cause: error });
      }
      throw error;
    }
  }
}

/** Servers work in folders of their own, so a path relative to the suite's says so: it begins with a dot. */
function fromHere(word: string): string {
  return /^\.{1,2}\//.test(word) ? resolve(word) : word;
}

/** What a program needs of its surroundings, and none of the variables that configure a server. */
function surroundings(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
