import { Command, CommanderError } from 'commander';
import { exitCodes } from '../../reports/exit-code.js';
import { automatic } from './choose-revision.js';
import { UsageError } from './errors.js';
import { runCommand, toSpecification } from './run-flags.js';
import type { RunFlags } from './run-flags.js';
import { applySettings, settingsFile } from './settings.js';

/** The actions of the commands, and the output for their texts. */
export interface Actions {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run: (flags: RunFlags) => Promise<number>;
  /** Lists the requirements of a revision, or of the one at a release. */
  readonly list: (spec: string) => void;
  /** Compares reports, optionally writes an HTML file, and returns the exit code. */
  readonly compare: (files: readonly string[], html: string | undefined) => number;
  readonly init: (target: string, options: { force?: boolean }) => void;
  readonly print: (text: string) => void;
}

const exitHelp = `
Exit codes:
  0  the run is complete and nothing that could be tested failed
  1  a requirement failed
  2  wrong usage, or the server could not be started or reached
  3  the suite itself failed, the run is incomplete (also after Ctrl-C), or nothing could be tested`;

const compareExitHelp = `
Exit codes:
  0  nothing that was kept in the first report is broken in another
  1  a regression: a requirement fails that did not, or no longer passes
  2  wrong usage, or a report that is cut short, incomplete or no report at all`;

/**
 * Parses the command line, runs the command, and resolves to the exit code. Throws a UsageError with a
 * one-line message if the command line is invalid.
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
  const run = runCommand()
    .addHelpText('after', exitHelp)
    .copyInheritedSettings(program)
    .action(async () => {
      applySettings(run, actions.environment);
      code = await actions.run(run.opts<RunFlags & Record<string, unknown>>());
    });
  program.addCommand(run);
  program
    .command('list')
    .description('list every requirement with its chapter, level, needs and scenarios')
    .option(
      '--spec <version>',
      'those of this revision, or of the one in force at this release; the newest by default',
      toSpecification,
      automatic,
    )
    .action(({ spec }: { spec: string }) => {
      actions.list(spec);
    });
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
  program
    .command('init')
    .description(`write ${settingsFile}, with comments, for one's own server`)
    .argument('[target]', 'endpoint, command, image or reference', 'endpoint')
    .option('--force', 'write over the file that is there')
    .action((target: string, options: { force?: boolean }) => {
      actions.init(target, options);
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.code === 'commander.help') {
      throw new UsageError(
        'no command given: run, list, compare or init (see gizmosql-conformance --help)',
      );
    }
    if (error.exitCode !== 0) {
      throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
    }
  }
  return code;
}
