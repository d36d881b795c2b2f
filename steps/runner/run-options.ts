import type { Revisions } from '../../fixtures/catalogue/catalogue.js';
import type { Setting } from '../../reports/model.js';
import { hyphenated } from './flag.js';
import { readAllowances } from './known-failures.js';
import type { RunFlags } from './run-flags.js';
import type { RunOptions } from './run.js';

const millisecondsInSecond = 1000;

/**
 * The options of a run from its flags, including the contents of the files of known failures. Throws a
 * UsageError for an invalid one.
 */
export function runOptions(flags: RunFlags, catalogue: Revisions): RunOptions {
  const { knownFailures, flaky, strict = false, failFast = false, quiet = false } = flags;
  const allowances = (flag: string, file: string | undefined) =>
    file === undefined ? [] : readAllowances(flag, file, catalogue);
  return {
    reportFolder: flags.report,
    spec: flags.spec,
    only: flags.only ?? [],
    seed: flags.seed,
    parallel: flags.parallel,
    visibilityMs: flags.visibility * millisecondsInSecond,
    timeoutMs: flags.timeout * millisecondsInSecond,
    propertyRuns: flags.propertyRuns,
    failFast,
    allowances: {
      known: allowances('--known-failures', knownFailures),
      flaky: allowances('--flaky', flaky),
      strict,
    },
    quiet,
    settings: shownSettings(flags),
  };
}

/** The settings for the report, by name, in the form that repeats the run, without secrets. */
function shownSettings(flags: RunFlags): Record<string, Setting> {
  const elsewhere = ['report', 'quiet', 'only', 'seed', 'settings'];
  // The value of a variable may be a secret. The name alone passes the variable on from the environment.
  const shown = { ...flags, env: flags.env?.map((each) => each.replace(/=.*/s, '')) };
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([name, value]) => value !== undefined && !elsewhere.includes(name))
      .map(([name, value]) => [hyphenated(name), value as Setting]),
  );
}
