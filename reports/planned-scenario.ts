/** A scenario, or one row of an outline, that a run is expected to execute. */
export interface PlannedScenario {
  /** Path of the feature file, relative to the suite, with forward slashes. */
  readonly feature: string;
  /** The line of the scenario, or of the row of its outline. */
  readonly line: number;
  readonly name: string;
  /** Ids of the requirements that it covers. */
  readonly requirements: readonly string[];
  /** Its number among the scenarios of each requirement, from 1 on: the 3 in `--only kill.not-own/3`. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** The needs that its `@needs:` tags name. */
  readonly needs: readonly string[];
  /** The first revision that it is about, and the first after those; undefined where no tag limits it. */
  readonly since?: string;
  readonly until?: string;
  /** How many steps it has, background included, and whether one of them states an outcome. */
  readonly steps: number;
  readonly hasOutcome: boolean;
}

/** The identity of a scenario. It matches planned scenarios with reported ones. */
export function scenarioKey(scenario: { readonly feature: string; readonly line: number }): string {
  return `${scenario.feature}:${scenario.line}`;
}
