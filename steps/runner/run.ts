import { randomInt } from 'node:crypto';
import type { Catalogue, Revisions } from '../../fixtures/catalogue/catalogue.js';
import type { ConformanceReport, Setting, SuiteIdentity } from '../../reports/model.js';
import { Progress } from '../../reports/progress.js';
import { redactAll, redactor } from '../../reports/redact.js';
import { describeServer } from '../../reports/describe-server.js';
import { ScenarioCollector } from '../../reports/scenario-collector.js';
import type { ScenarioResult } from '../../reports/scenario-collector.js';
import { formatSummary } from '../../reports/summary.js';
import type { Terminal } from '../../reports/terminal.js';
import { judgeRun } from '../../reports/verdict.js';
import { prepareReportFolder, writeReport } from '../../reports/write-report.js';
import type { ServerAddress, SharedServer, Target } from '../targets/target.js';
import { checkCoverage } from './check-coverage.js';
import { automatic, chooseRevision } from './choose-revision.js';
import { messageOf } from '../errors/message-of.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { SuiteError, UsageError } from './errors.js';
import type { Introduction } from './identify-server.js';
import { holdsIn } from './holds-in.js';
import { interrupt, resetInterruption } from '../scenario/interruption.js';
import { judgeAllowances } from './known-failures.js';
import type { Allowances } from './known-failures.js';
import type { Features } from './read-features.js';
import { runScenarios } from './run-scenarios.js';
import { endLeftovers } from './leftover-sessions.js';
import { loginSecrets } from './login-secrets.js';
import { select } from './select-requirements.js';
import type { Selection } from './select-requirements.js';
import { whyUnreachable } from './why-unreachable.js';

export interface RunOptions {
  readonly reportFolder: string;
  /** A revision or a release, or `auto` for that of the server's version. */
  readonly spec: string;
  /** Ids and prefixes of requirements; empty runs everything. */
  readonly only: readonly string[];
  readonly seed?: number | undefined;
  /** The number of scenarios that run at once. */
  readonly parallel: number;
  /** The time in which a record must become visible. */
  readonly visibilityMs: number;
  readonly propertyRuns: number;
  /** The deadline of each call to the server. */
  readonly timeoutMs: number;
  /** Stop at the first failure without an allowance. */
  readonly failFast: boolean;
  readonly allowances: Allowances;
  /** Print no progress, only the summary. */
  readonly quiet: boolean;
  /** The settings to show in the report, by flag name, without secrets. */
  readonly settings: Readonly<Record<string, Setting>>;
}

export interface RunResult {
  readonly report: ConformanceReport;
  readonly exitCode: number;
}

/** The environment of a run; tests replace it with smaller parts. */
export interface Workshop {
  readonly suite: SuiteIdentity;
  readonly catalogue: Revisions;
  readonly features: Features;
  /** The folder that contains `features`. */
  readonly root: string;
  readonly support: readonly string[];
  readonly target: Target;
  readonly identify: (address: ServerAddress) => Promise<Introduction>;
  readonly terminal: Terminal;
  /** Texts to redact in all output, besides the server's logins. */
  readonly secrets: readonly string[];
  /** Aborts to interrupt the run: the current scenario ends, and the report is written. */
  readonly interrupted: AbortSignal;
}

/** The time that running scenarios get to end after an interruption. */
const graceMs = 10_000;
const largestSeed = 2 ** 31 - 1;

/**
 * Runs the suite against a target, writes the report, and resolves to the exit code and the report. Throws a
 * UsageError or a SuiteError if the run could not start; the report folder is then unchanged.
 */
export async function run(options: RunOptions, workshop: Workshop): Promise<RunResult> {
  mustFit(workshop);
  const expected = beforehand(options, workshop);
  await makeReportFolder(options);
  mustHaveScenarios(expected, options);

  resetInterruption();
  const startedAt = new Date();
  const started = performance.now();
  const seed = options.seed ?? randomInt(largestSeed);
  const introduced = await openServer(workshop.target, workshop.identify);
  const { catalogue, selection, remarks } = await settleRevision(introduced, options, workshop);
  const redact = redactor([...workshop.secrets, ...loginSecrets(introduced.server.address)]);
  const { collector, notes } = await perform(
    { ...selection, ...introduced, revision: catalogue.revision, remarks, seed, redact },
    options,
    workshop,
  );
  const durationMs = Math.round(performance.now() - started);

  const { results, faults, messages } = collector;
  const { requirements: selected, scenarios: planned } = selection;
  const { shortcomings, ...verdict } = judgeRun({ selected, planned, results, faults });
  const { target } = workshop;
  const report: ConformanceReport = {
    schemaVersion: 1,
    suite: {
      ...workshop.suite,
      revision: catalogue.revision,
      ...(catalogue.document !== undefined && { document: catalogue.document }),
    },
    startedAt: startedAt.toISOString(),
    durationMs,
    seed,
    ...redactAll(
      {
        target: { kind: target.kind, description: target.description, ...introduced.identity },
        settings: options.settings,
      },
      redact,
    ),
    ...(options.only.length > 0 && { selection: options.only }),
    ...(notes.length > 0 && { notes }),
    ...verdict,
  };
  const files = await writeReport(report, options.reportFolder, messages);
  return tell(report, { files, shortcomings: shortcomings.map(redact) }, options, workshop);
}

/** Throws if the features do not match the catalogue. */
function mustFit({ catalogue, features }: Workshop): void {
  const { problems } = checkCoverage(catalogue, features);
  if (problems.length > 0) {
    throw new SuiteError(`the features do not fit the catalogue:\n${problems.join('\n')}`);
  }
}

/**
 * The selection as far as it is known before the server is: with `auto` that of all revisions, so that a wrong
 * `--only` is refused at once.
 */
function beforehand({ only, spec }: RunOptions, { catalogue, features }: Workshop): Selection {
  return spec === automatic
    ? select(catalogue.ever, features.scenarios, only)
    : selectOf(catalogue.at(chooseRevision(spec, null, catalogue).revision), features, only);
}

/** The selection of a revision. Throws a UsageError for an `--only` that is about others. */
function selectOf(
  catalogue: Catalogue,
  { scenarios }: Features,
  only: readonly string[],
): Selection {
  const inForce = scenarios.filter((each) => holdsIn(each, catalogue));
  return select(catalogue, inForce, only, ` of the revision ${catalogue.revision}`);
}

/** The revision to judge the server by, and what of it. Ends the server if there is nothing to judge. */
async function settleRevision(
  { server, identity }: { readonly server: SharedServer } & Introduction,
  options: RunOptions,
  { catalogue, features }: Workshop,
): Promise<{ catalogue: Catalogue; selection: Selection; remarks: readonly string[] }> {
  try {
    const { revision, note } = chooseRevision(options.spec, identity.gizmosqlVersion, catalogue);
    const inForce = catalogue.at(revision);
    const selection = selectOf(inForce, features, options.only);
    mustHaveScenarios(selection, options);
    return { catalogue: inForce, selection, remarks: note === undefined ? [] : [note] };
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

async function makeReportFolder({ reportFolder }: RunOptions): Promise<void> {
  await prepareReportFolder(reportFolder).catch((error: unknown) => {
    throw new UsageError(`--report ${reportFolder}: ${messageOf(error)}`);
  });
}

function mustHaveScenarios({ scenarios }: Selection, { only }: RunOptions): void {
  if (scenarios.length === 0) {
    throw new SuiteError(
      `no scenario covers ${only.join(', ') || 'anything'} yet: nothing was run`,
    );
  }
}

/** The scenarios of a run and the server they run on. */
interface Performance extends Selection, Introduction {
  readonly server: SharedServer;
  readonly revision: string;
  /** Observations on the choice of the revision. */
  readonly remarks: readonly string[];
  readonly seed: number;
  readonly redact: (text: string) => string;
}

/** Runs the scenarios, shows the progress, and stops the server. Resolves to the collected results. */
async function perform(
  { scenarios, server, seed, redact, revision, remarks, ...introduction }: Performance,
  options: RunOptions,
  { terminal, target, root, support, features, interrupted }: Workshop,
): Promise<{ collector: ScenarioCollector; notes: readonly string[] }> {
  const { lacks } = introduction;
  const { parallel, visibilityMs, timeoutMs, propertyRuns } = options;
  const notes: string[] = [...remarks, ...introduction.refusedBasics].map(redact);
  const failFast = new AbortController();
  const progress = new Progress(terminal, scenarios.length);
  const collector = new ScenarioCollector((result) => {
    if (!options.quiet) {
      progress.finished(result);
    }
    if (options.failFast && isFailure(result, options.allowances)) {
      failFast.abort();
    }
  }, redact);
  try {
    if (!options.quiet) {
      terminal.write(
        redact(
          announce(introduction.identity, {
            ...{ target, notes, revision, seed, parallel, scenarios: scenarios.length },
          }),
        ),
      );
    }
    const shared = server.address;
    const running = runScenarios(
      {
        ...{ root, support, seed, parallel },
        only: scenarios.length === features.scenarios.length ? undefined : scenarios,
        worldParameters: {
          ...{ target: target.settings, shared, seed, lacks, revision },
          ...{ visibilityMs, timeoutMs, propertyRuns },
        },
      },
      collector,
    ).catch((error: unknown) => {
      collector.faults.push(`the scenarios could not be run: ${messageOf(error)}`);
    });
    await untilDoneOrInterrupted(running, collector, [
      { signal: interrupted, fault: 'the run was interrupted' },
      { signal: failFast.signal, fault: 'the run ended at the first failure (--fail-fast)' },
    ]);
  } finally {
    progress.end();
    if (target.kind === 'endpoint') {
      notes.push(
        redact(await endLeftovers(server.address, collector.sessions, { lacks, visibilityMs })),
      );
    }
    await server.stop().catch((error: unknown) => {
      if (error instanceof PromiseBroken) {
        // All scenarios have their verdicts, and those about stopping a server have judged this failure.
        notes.push(redact(`the server was killed after the run: ${messageOf(error)}`));
      } else {
        collector.faults.push(`the server did not stop: ${messageOf(error)}`);
      }
    });
    await server.dispose();
  }
  return { collector, notes };
}

/** Prints the summary and the notes on allowances. */
function tell(
  report: ConformanceReport,
  { files, shortcomings }: { files: readonly string[]; shortcomings: readonly string[] },
  { allowances }: RunOptions,
  { terminal }: Workshop,
): RunResult {
  terminal.write(formatSummary(report, shortcomings, files, terminal));
  const { code, lines } = judgeAllowances(report, allowances);
  terminal.write(lines.map((line) => `${line}\n`).join(''));
  return { report, exitCode: code };
}

async function openServer(
  target: Target,
  identify: Workshop['identify'],
): Promise<{ server: SharedServer } & Introduction> {
  const server = await target.open().catch((error: unknown) => {
    throw new UsageError(
      target.kind === 'endpoint'
        ? `cannot judge ${target.description}: ${whyUnreachable(error)}`
        : `cannot start ${target.description}: ${messageOf(error)}`,
    );
  });
  try {
    return { server, ...(await identify(server.address)) };
  } catch (error) {
    await server.dispose();
    const { host, port } = server.address;
    throw new UsageError(
      `cannot judge ${target.description} on ${host}:${port}: ${whyUnreachable(error)}`,
    );
  }
}

/** Whether a scenario has a failure without an allowance. */
function isFailure(
  { status, requirements }: ScenarioResult,
  { known, flaky }: Allowances,
): boolean {
  const allowed = [...known, ...flaky].map(({ id }) => id);
  return (
    status === 'error' || (status === 'failed' && requirements.some((id) => !allowed.includes(id)))
  );
}

/**
 * Waits for all scenarios. After the signal aborts, it waits only for those that are running, for a limited
 * time.
 */
async function untilDoneOrInterrupted(
  scenarios: Promise<void>,
  collector: ScenarioCollector,
  reasons: readonly { readonly signal: AbortSignal; readonly fault: string }[],
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const graceOver = new Promise<void>((resolve) => {
    for (const { signal, fault } of reasons) {
      const stop = (): void => {
        interrupt();
        collector.close();
        collector.faults.push(fault);
        timer ??= setTimeout(resolve, graceMs);
      };
      if (signal.aborted) {
        stop();
      } else {
        signal.addEventListener('abort', stop, { once: true });
      }
    }
  });
  await Promise.race([scenarios, graceOver]);
  clearTimeout(timer);
}

interface Announced {
  readonly target: Target;
  readonly notes: readonly string[];
  readonly revision: string;
  readonly scenarios: number;
  readonly seed: number;
  readonly parallel: number;
}

function announce(
  identity: Introduction['identity'],
  { target, notes, revision, scenarios, seed, parallel }: Announced,
): string {
  const { instrumentation } = identity;
  return [
    `${describeServer(identity)}: ${target.description}`,
    ...(instrumentation?.reason === undefined ? [] : [`(${instrumentation.reason})`]),
    ...notes.map((note) => `note: ${note}`),
    `${scenarios} scenarios of the revision ${revision} in the random order of seed ${seed}, ${parallel} at a time\n\n`,
  ].join('\n');
}
