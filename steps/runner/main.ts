import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../../fixtures/catalogue.js';
import { compare } from '../../reports/compare/compare.js';
import { ReportRefused } from '../../reports/compare/read-report.js';
import { exitCodes } from '../../reports/exit-code.js';
import { harmless, terminalOn } from '../../reports/terminal.js';
import { findTarget } from '../targets/find-target.js';
import { runCommandLine } from './command-line.js';
import { messageOf } from '../message-of.js';
import { UsageError } from './errors.js';
import { identifyServer } from './identify-server.js';
import { list } from './list.js';
import { readFeatures } from './read-features.js';
import { run } from './run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The program behind gizmosql-conformance; resolves to its exit code. Whatever goes wrong is told in a
 * line or a few on standard error, without a stack trace unless GIZMOSQL_CONFORMANCE_DEBUG is set.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = terminalOn(process.stdout, process.env);
  const interruption = interruptionBySignal();
  // What libraries call themselves outdated about is nothing that a user of the suite can mend.
  process.noDeprecation = !process.env['GIZMOSQL_CONFORMANCE_DEBUG'];
  process.on('uncaughtException', (error) => {
    // While a step runs, cucumber listens too, and makes it that scenario's error.
    if (process.listenerCount('uncaughtException') === 1) {
      process.exit(complain(error));
    }
  });
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  const { name, version } = readPackage();
  try {
    return await runCommandLine(argv, {
      version,
      print: terminal.write,
      list: () => {
        list(loadCatalogue(), readFeatures(root), terminal);
      },
      compare: (files, html) => compare(files, html, terminal),
      run: (options) => {
        const catalogue = loadCatalogue();
        return run(options, {
          suite: { name, version, specification: catalogue.specification },
          catalogue,
          features: readFeatures(root),
          root,
          support: supportModules(),
          target: findTarget({ kind: 'reference' }),
          identify: identifyServer,
          terminal,
          interrupted: interruption,
        });
      },
    });
  } catch (error) {
    return complain(error);
  }
}

/** Hooks and steps: the modules that stand directly in steps/. */
function supportModules(): string[] {
  const folder = join(root, 'steps');
  const modules = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort();
  return [
    join(folder, 'runner', 'typescript-in-workers.js'),
    join(folder, 'runner', 'skip-when-interrupted.ts'),
    ...modules.map((file) => join(folder, file)),
  ];
}

/** The first Ctrl-C or SIGTERM ends the run in order; the second ends the process. */
function interruptionBySignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        process.exit(exitCodes.suite);
      }
      process.stderr.write('\nStopping. What has run will be in the report.\n');
      controller.abort();
    });
  }
  return controller.signal;
}

function complain(error: unknown): number {
  process.stderr.write(`gizmosql-conformance: ${harmless(messageOf(error))}\n`);
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

function readPackage(): { name: string; version: string } {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
}
