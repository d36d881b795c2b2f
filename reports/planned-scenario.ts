/** A scenario (one row of an outline) as the feature files state it: what a run is expected to do. */
export interface PlannedScenario {
  /** Path of the feature file, relative to the suite, with forward slashes. */
  readonly feature: string;
  /** The line of the scenario, or of the row of its outline. */
  readonly line: number;
  readonly name: string;
  /** Ids of the requirements that it covers. */
  readonly requirements: readonly string[];
  /** Which of the scenarios of each requirement it is, from 1 on: what stands behind the id in `--only kill.not-own/3`. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** What it needs of the target, from its `@needs:` tags. */
  readonly needs: readonly string[];
  /** How many steps it has, background included, and whether one of them states an outcome. */
  readonly steps: number;
  readonly hasOutcome: boolean;
}

/** Tells scenarios apart and matches what was planned with what reported. */
export function scenarioKey(scenario: { readonly feature: string; readonly line: number }): string {
  return `${scenario.feature}:${scenario.line}`;
}
