import { Writable } from 'node:stream';
import { loadConfiguration, runCucumber } from '@cucumber/cucumber/api';
import type { IConfiguration } from '@cucumber/cucumber/api';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import type { ScenarioCollector } from '../../reports/scenario-collector.js';

export interface ScenarioRun {
  /** The folder that contains `features`; results name feature files relative to it. */
  readonly root: string;
  /** Absolute paths of the modules with hooks and step definitions, in load order. */
  readonly support: readonly string[];
  /** The scenarios to which the run is limited; undefined runs all. */
  readonly only: readonly Pick<PlannedScenario, 'feature' | 'line'>[] | undefined;
  readonly seed: number;
  /** The number of scenarios that run at once; more than one run in worker threads. */
  readonly parallel: number;
  /** Plain JSON, because scenarios may run in worker threads. */
  readonly worldParameters: Readonly<Record<string, unknown>>;
}

/**
 * Runs the scenarios in the order that the seed determines, and passes all of cucumber's messages to the
 * collector. Resolves when cucumber is done, whatever the results. Rejects if it could not run, for instance
 * because support code does not load. Ignores the user's cucumber settings (a cucumber.js, the environment),
 * publishes no result, and retries no scenario.
 */
export async function runScenarios(run: ScenarioRun, collector: ScenarioCollector): Promise<void> {
  const said: string[] = [];
  const environment = {
    cwd: run.root,
    // The suite prints the progress itself, so the output of cucumber's formatter is discarded.
    stdout: new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    }),
    stderr: new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said.push(chunk.toString().trimEnd());
        done();
      },
    }),
    env: workerEnvironment(),
  };
  const { runConfiguration } = await loadConfiguration(
    {
      file: false,
      provided: {
        paths: run.only === undefined ? ['features/**/*.feature'] : placesOf(run.only),
        import: [...run.support],
        order: `random:${run.seed}`,
        format: ['message'],
        publish: false,
        retry: 0,
        // A single worker would give the same result, only later.
        parallel: run.parallel > 1 ? run.parallel : 0,
        strict: true,
        worldParameters: run.worldParameters as IConfiguration['worldParameters'],
      },
    },
    environment,
  );
  await runCucumber(runConfiguration, environment, (envelope) => {
    collector.receive(envelope);
  });
  if (said.length > 0) {
    collector.faults.push(...said.map((line) => `cucumber: ${line}`));
  }
}

/** Scenarios as arguments for cucumber: a feature file with line numbers. */
function placesOf(scenarios: readonly Pick<PlannedScenario, 'feature' | 'line'>[]): string[] {
  return [...Map.groupBy(scenarios, ({ feature }) => feature)].map(([feature, those]) =>
    [feature, ...those.map(({ line }) => line)].join(':'),
  );
}

/** The environment of worker threads: all variables except the user's cucumber settings. */
function workerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CUCUMBER_')),
  );
}
