import { Writable } from 'node:stream';
import { loadConfiguration, runCucumber } from '@cucumber/cucumber/api';
import type { IConfiguration } from '@cucumber/cucumber/api';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import type { ScenarioCollector } from '../../reports/scenario-collector.js';

/** What cucumber is to run. */
export interface ScenarioRun {
  /** The folder that holds `features`; results name feature files relative to it. */
  readonly root: string;
  /** Absolute paths of the modules with hooks and step definitions, in the order to load them. */
  readonly support: readonly string[];
  /** The scenarios to which the run is limited; undefined runs all. */
  readonly only: readonly Pick<PlannedScenario, 'feature' | 'line'>[] | undefined;
  readonly seed: number;
  /** How many scenarios run at a time; more than one run in worker threads. */
  readonly parallel: number;
  /** Plain JSON, because scenarios may run in other threads. */
  readonly worldParameters: Readonly<Record<string, unknown>>;
}

/**
 * Runs the scenarios in the order that the seed makes and hands everything that cucumber says to the
 * collector. Resolves when cucumber is done, whatever the outcome; rejects if it could not run, for
 * instance because support code does not load. Nobody else's cucumber settings (a cucumber.js, the
 * environment) have a say, no result is published, and no scenario is tried twice.
 */
export async function runScenarios(run: ScenarioRun, collector: ScenarioCollector): Promise<void> {
  const said: string[] = [];
  const environment = {
    cwd: run.root,
    // The progress is ours to show; what cucumber's own formatter prints goes nowhere.
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
        // One worker would do what none does, only later.
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

/** Scenarios as cucumber takes them: a feature file with the lines in it. */
function placesOf(scenarios: readonly Pick<PlannedScenario, 'feature' | 'line'>[]): string[] {
  return [...Map.groupBy(scenarios, ({ feature }) => feature)].map(([feature, those]) =>
    [feature, ...those.map(({ line }) => line)].join(':'),
  );
}

/** What worker threads see of the environment: all but other people's settings of cucumber. */
function workerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CUCUMBER_')),
  );
}
