import type { Revisions } from '../../fixtures/catalogue/catalogue.js';
import { needs as knownNeeds, offerings } from '../../fixtures/catalogue/catalogue.js';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import { scenarioKey } from '../../reports/planned-scenario.js';
import { holdsIn } from './holds-in.js';
import type { Features } from './read-features.js';

/** The comparison of the features with the catalogue. */
export interface Coverage {
  /** Faults that must be corrected before a run is meaningful; each begins with file and line. */
  readonly problems: readonly string[];
  /** Ids of the requirements of the revision that no scenario covers yet. */
  readonly missing: readonly string[];
}

/**
 * Compares features and catalogue in both directions. Every tag must be a known requirement id or a known
 * `@needs:`, `@since:` or `@until:`. Every scenario must cover a requirement, state an outcome, and have the `@needs:` of its
 * requirements (it may have more), and be about a revision. Requirements of `revision` without a scenario are
 * `missing`, which is not a problem.
 */
export function checkCoverage(
  catalogue: Revisions,
  { scenarios, problems }: Features,
  revision = catalogue.newest,
): Coverage {
  const inForce = catalogue.at(revision);
  const covered = new Set(
    scenarios
      .filter((each) => hasKnownLimits(each, catalogue) && holdsIn(each, inForce))
      .flatMap(({ requirements }) => requirements),
  );
  return {
    problems: [
      ...problems,
      ...scenarios.flatMap((scenario) =>
        faultsOf(scenario, catalogue).map((fault) => `${scenarioKey(scenario)}: ${fault}`),
      ),
    ],
    missing: inForce.requirements.map(({ id }) => id).filter((id) => !covered.has(id)),
  };
}

function hasKnownLimits({ since, until }: PlannedScenario, { revisions }: Revisions): boolean {
  return [since, until].every((limit) => limit === undefined || revisions.includes(limit));
}

function isAboutSome(scenario: PlannedScenario, catalogue: Revisions): boolean {
  return catalogue.revisions.some((revision) => holdsIn(scenario, catalogue.at(revision)));
}

function faultsOf(scenario: PlannedScenario, catalogue: Revisions): string[] {
  const { requirements, needs, steps, hasOutcome } = scenario;
  const { byId } = catalogue.ever;
  const known: readonly string[] = [...knownNeeds, ...offerings];
  const faults = [
    ...requirements.filter((id) => !byId.has(id)).map((id) => `@${id} is not a requirement`),
    ...needs.filter((need) => !known.includes(need)).map((need) => `@needs:${need} is not a need`),
  ];
  if (!hasKnownLimits(scenario, catalogue)) {
    const revisions = catalogue.revisions.join(', ');
    faults.push(`@since: and @until: name a revision; there are: ${revisions}`);
  } else if (requirements.some((id) => byId.has(id)) && !isAboutSome(scenario, catalogue)) {
    faults.push(`"${scenario.name}" is about no revision`);
  }
  if (requirements.length === 0) {
    faults.push(`"${scenario.name}" covers no requirement`);
  }
  for (const id of requirements) {
    // A server that somebody else started without instrumentation will do.
    const lacking = (byId.get(id)?.needs ?? []).filter(
      (need) =>
        !needs.includes(need) && !(need === 'start' && needs.includes('instrumentation-off')),
    );
    faults.push(...lacking.map((need) => `@${id} needs @needs:${need}`));
  }
  if (steps === 0) {
    faults.push(`"${scenario.name}" has no steps`);
  } else if (!hasOutcome) {
    faults.push(`"${scenario.name}" states no outcome: it has no Then`);
  }
  return faults;
}
