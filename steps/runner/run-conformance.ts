import { redactor } from '../../reports/redact.js';
import { terminalOn } from '../../reports/terminal.js';
import { messageOf } from '../errors/message-of.js';
import { findTarget } from '../targets/find-target.js';
import { ownSuite } from './own-suite.js';
import { runCommand } from './run-flags.js';
import type { RunFlags } from './run-flags.js';
import { runOptions } from './run-options.js';
import { run } from './run.js';
import type { RunResult } from './run.js';
import { settingsSecrets, targetSettings } from './target-settings.js';

/** The options as in bin/api.d.ts. Programs cannot read the types of this project's sources. */
export type ProgramOptions = Partial<RunFlags> & {
  readonly password?: string;
  readonly print?: (text: string) => void;
  readonly signal?: AbortSignal;
};

/** `run` for programs. It reads no settings file and no environment, and prints only to `print`. */
export async function runConformance(options: ProgramOptions = {}): Promise<RunResult> {
  const { print = () => undefined, signal, password, ...flags } = options;
  const all = { ...runCommand().opts<RunFlags & Record<string, unknown>>(), ...flags };
  const secret = password === undefined ? {} : { GIZMOSQL_CONFORMANCE_PASSWORD: password };
  const suite = ownSuite();
  const settings = targetSettings(all, secret);
  const secrets = settingsSecrets(settings);
  try {
    return await run(runOptions(all, suite.catalogue), {
      ...suite,
      target: findTarget(settings),
      secrets,
      terminal: { ...terminalOn(process.stdout, { NO_COLOR: '1' }), live: false, write: print },
      interrupted: signal ?? new AbortController().signal,
    });
  } catch (error) {
    throw new Error(redactor(secrets)(messageOf(error)), { cause: error });
  }
}
