import type { ConformanceOptions } from '../../bin/api.js';
import { redactor } from '../../reports/redact.js';
import { terminalOn } from '../../reports/terminal.js';
import { messageOf } from '../message-of.js';
import { findTarget } from '../targets/find-target.js';
import { ownSuite } from './own-suite.js';
import { runCommand } from './run-flags.js';
import type { RunFlags } from './run-flags.js';
import { runOptions } from './run-options.js';
import { run } from './run.js';
import type { RunResult } from './run.js';
import { secretsOf, targetSettings } from './target-settings.js';

/** `run` for programs: no settings file, no environment, nothing printed unless asked for. */
export async function runConformance(options: ConformanceOptions = {}): Promise<RunResult> {
  const { print = () => undefined, signal, password, ...flags } = options;
  const all = { ...runCommand().opts<RunFlags & Record<string, unknown>>(), ...flags };
  const secret = password === undefined ? {} : { GIZMOSQL_CONFORMANCE_PASSWORD: password };
  const suite = ownSuite();
  const settings = targetSettings(all, secret);
  const secrets = secretsOf(settings);
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
