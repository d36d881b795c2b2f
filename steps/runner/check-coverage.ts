import type { Catalogue } from '../../fixtures/catalogue/catalogue.js';
import { needs as knownNeeds, offerings } from '../../fixtures/catalogue/catalogue.js';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import { scenarioKey } from '../../reports/planned-scenario.js';
import type { Features } from './read-features.js';

/** The comparison of the features with the catalogue. */
export interface Coverage {
  /** Faults that must be corrected before a run is meaningful; each begins with file and line. */
  readonly problems: readonly string[];
  /** Ids of the requirements that no scenario covers yet. */
  readonly missing: readonly string[];
}

/**
 * Compares features and catalogue in both directions. Every tag must be a known requirement id or a known
 * `@needs:`. Every scenario must cover a requirement, state an outcome, and have the `@needs:` of its
 * requirements (it may have more). Requirements without a scenario are `missing`, which is not a problem.
 */
export function checkCoverage(catalogue: Catalogue, { scenarios, problems }: Features): Coverage {
  const covered = new Set(scenarios.flatMap(({ requirements }) => requirements));
  return {
    problems: [
      ...problems,
      ...scenarios.flatMap((scenario) =>
        faultsOf(scenario, catalogue).map((fault) => `${scenarioKey(scenario)}: ${fault}`),
      ),
    ],
    missing: catalogue.requirements.map(({ id }) => id).filter((id) => !covered.has(id)),
  };
}

function faultsOf(scenario: PlannedScenario, { byId }: Catalogue): string[] {
  const { requirements, needs, steps, hasOutcome } = scenario;
  const known: readonly string[] = [...knownNeeds, ...offerings];
  const faults = [
    ...requirements.filter((id) => !byId.has(id)).map((id) => `@${id} is not a requirement`),
    ...needs.filter((need) => !known.includes(need)).map((need) => `@needs:${need} is not a need`),
  ];
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
