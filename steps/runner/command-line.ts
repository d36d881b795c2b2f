import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exitCodes } from '../../reports/exit-code.js';
import { UsageError } from './errors.js';
import type { RunOptions } from './run.js';

/** What the commands do, and where their words go. */
export interface Actions {
  readonly version: string;
  readonly run: (options: RunOptions) => Promise<number>;
  readonly list: () => void;
  /** Compares reports, perhaps writing an HTML file too; returns the exit code. */
  readonly compare: (files: readonly string[], html: string | undefined) => number;
  readonly print: (text: string) => void;
}

interface RunFlags {
  readonly report: string;
  readonly only?: readonly string[];
  readonly seed?: number;
  readonly parallel: number;
  readonly quiet?: boolean;
}

/** Scenarios mostly wait for the server, so two of them keep one core busy. */
const defaultWorkers = 2;
const mostWorkers = 64;

const exitHelp = `
Exit codes:
  0  the run is complete and nothing failed
  1  a requirement failed
  2  wrong usage, or the server could not be started or reached
  3  the suite itself failed, or the run is incomplete (also after Ctrl-C)`;

const compareExitHelp = `
Exit codes:
  0  nothing that was kept in the first report is broken in another
  1  a regression: a requirement fails that did not, or no longer passes
  2  wrong usage, or a report that is cut short, incomplete or no report at all`;

/**
 * Reads the command line, does what it says, and resolves to the exit code. Throws a UsageError, with
 * one line of message, if it is not understood.
 */
export async function runCommandLine(argv: readonly string[], actions: Actions): Promise<number> {
  let code: number = exitCodes.success;
  const program = new Command('gizmosql-conformance')
    .description(
      "Checks whether a server keeps the specification of GizmoSQL's session instrumentation.",
    )
    .version(actions.version)
    .helpCommand(false)
    .addHelpText('after', exitHelp)
    .configureOutput({ writeOut: actions.print, writeErr: () => undefined })
    .exitOverride();
  program
    .command('run')
    .description('start the reference server, run the scenarios, write the report')
    .option('--report <folder>', 'where conformance.json and conformance.html go', 'reports/out')
    .option('--only <id...>', 'only these requirements: ids, or the beginning of some')
    .option(
      '--seed <number>',
      'repeat the order and the generated values of an earlier run',
      toSeed,
    )
    .option('--parallel <number>', 'how many scenarios run at a time', toWorkers, defaultWorkers)
    .option('--quiet', 'print the summary only')
    .addHelpText('after', exitHelp)
    .action(async ({ report, only = [], seed, parallel, quiet = false }: RunFlags) => {
      code = await actions.run({ reportFolder: report, only, seed, parallel, quiet });
    });
  program
    .command('list')
    .description('list every requirement with its level, needs and scenarios')
    .action(actions.list);
  program
    .command('compare')
    .description(
      'compare each conformance.json with the first: what was fixed, broken, added, removed',
    )
    .argument('<report...>', 'two files or more, the one to compare with first')
    .option('--html <file>', 'write all reports side by side to this file, too')
    .addHelpText('after', compareExitHelp)
    .action((files: string[], { html }: { html?: string }) => {
      code = actions.compare(files, html);
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.code === 'commander.help') {
      throw new UsageError(
        'no command given: run, list or compare (see gizmosql-conformance --help)',
      );
    }
    if (error.exitCode !== 0) {
      throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
    }
  }
  return code;
}

function toWorkers(text: string): number {
  const workers = Number(text);
  if (!/^\d+$/.test(text) || workers < 1 || workers > mostWorkers) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostWorkers}.`);
  }
  return workers;
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed >= 2 ** 31) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 2147483647.');
  }
  return seed;
}
