import { compare } from '../../reports/compare/compare.js';
import { ReportRefused } from '../../reports/compare/read-report.js';
import { exitCodes } from '../../reports/exit-code.js';
import { redactor } from '../../reports/redact.js';
import type { Redact } from '../../reports/redact.js';
import { harmless, terminalOn } from '../../reports/terminal.js';
import { messageOf } from '../errors/message-of.js';
import { findTarget } from '../targets/find-target.js';
import { quietLibraries } from '../scenario/quiet-libraries.js';
import { runCommandLine } from './command-line.js';
import { UsageError } from './errors.js';
import { automatic, chooseRevision } from './choose-revision.js';
import { writeSettings } from './init.js';
import { list } from './list.js';
import { ownPackage, ownSuite } from './own-suite.js';
import { runOptions } from './run-options.js';
import { run } from './run.js';
import { settingsSecrets, targetSettings } from './target-settings.js';

/**
 * The program behind gizmosql-conformance; resolves to its exit code. Errors are printed on standard error in
 * one or a few lines, without a stack trace unless GIZMOSQL_CONFORMANCE_DEBUG is set.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = terminalOn(process.stdout, process.env);
  const interruption = interruptionBySignal();
  quietLibraries();
  process.on('uncaughtException', (error) => {
    // While a step runs, cucumber has a listener too, and reports the exception as that scenario's error.
    if (process.listenerCount('uncaughtException') === 1) {
      process.exit(complain(error));
    }
  });
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  let redact: Redact = (text) => text;
  try {
    return await runCommandLine(argv, {
      version: ownPackage().version,
      environment: process.env,
      print: terminal.write,
      list: (spec) => {
        const { catalogue, features } = ownSuite();
        const { revision, note } = chooseRevision(spec, null, catalogue);
        if (note !== undefined && spec !== automatic) {
          terminal.write(`note: ${note}\n\n`);
        }
        list(catalogue, revision, features, terminal);
      },
      compare: (files, html) => compare(files, html, terminal),
      init: (target, { force = false }) => {
        terminal.write(`wrote ${writeSettings(target, force)}\n`);
      },
      run: async (flags) => {
        const suite = ownSuite();
        const settings = targetSettings(flags, process.env);
        const secrets = settingsSecrets(settings);
        redact = redactor(secrets);
        const { exitCode } = await run(runOptions(flags, suite.catalogue), {
          ...suite,
          target: findTarget(settings),
          terminal,
          secrets,
          interrupted: interruption,
        });
        return exitCode;
      },
    });
  } catch (error) {
    return complain(error, redact);
  }
}

/**
 * Signals within this time of the first count as one: `timeout` and CI jobs signal a whole group and then its
 * leader again.
 */
const sameWishMs = 1_000;

/**
 * Aborts at the first Ctrl-C, SIGTERM or closed terminal, so that the run ends in order. A later signal ends
 * the process.
 */
function interruptionBySignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        if (performance.now() - first > sameWishMs) {
          process.exit(exitCodes.suite);
        }
        return;
      }
      first = performance.now();
      process.stderr.write('\nStopping. What has run will be in the report.\n');
      controller.abort();
    });
  }
  return controller.signal;
}

function complain(error: unknown, redact: Redact = (text) => text): number {
  process.stderr.write(`gizmosql-conformance: ${redact(harmless(messageOf(error)))}\n`);
  if (process.env['GIZMOSQL_CONFORMANCE_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return error instanceof UsageError || error instanceof ReportRefused
    ? exitCodes.usage
    : exitCodes.suite;
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}
