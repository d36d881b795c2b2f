import type { Catalogue, Requirement } from '../../fixtures/catalogue/catalogue.js';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import { UsageError } from './errors.js';

/** What a run is about. */
export interface Selection {
  /** In the order of the catalogue. */
  readonly requirements: readonly Requirement[];
  /** In the order of the features. */
  readonly scenarios: readonly PlannedScenario[];
}

/**
 * What `--only` asks for; everything when it asks for nothing. A full id selects that requirement
 * alone, so that a failure can be repeated by its id (`instances.hostname` is not
 * `instances.hostname_arg`), and `id/3` only its third scenario; anything else selects every id that
 * begins with it. Throws a UsageError naming what matches nothing.
 */
export function select(
  catalogue: Catalogue,
  scenarios: readonly PlannedScenario[],
  only: readonly string[],
): Selection {
  if (only.length === 0) {
    return { requirements: catalogue.requirements, scenarios };
  }
  const wantedIds = new Set<string>();
  const wanted = new Set<PlannedScenario>();
  for (const term of only) {
    const [id = '', number] = term.split('/');
    const ids = number === undefined ? matching(catalogue, id) : exactly(catalogue, id);
    if (ids.length === 0) {
      throw new UsageError(
        `--only ${term}: no requirement has this id or begins with it (see: gizmosql-conformance list)`,
      );
    }
    const those = scenarios.filter(({ requirements }) =>
      requirements.some((each) => ids.includes(each)),
    );
    const found =
      number === undefined
        ? those
        : those.filter(({ numbers }) => String(numbers?.[id]) === number);
    if (number !== undefined && found.length === 0) {
      throw new UsageError(
        `--only ${term}: ${id} has the scenarios 1 to ${those.length} (see: gizmosql-conformance list)`,
      );
    }
    ids.forEach((each) => wantedIds.add(each));
    found.forEach((each) => wanted.add(each));
  }
  return {
    requirements: catalogue.requirements.filter(({ id }) => wantedIds.has(id)),
    scenarios: scenarios.filter((each) => wanted.has(each)),
  };
}

function matching({ byId, requirements }: Catalogue, term: string): readonly string[] {
  if (byId.has(term)) {
    return [term];
  }
  return term === '' ? [] : requirements.map(({ id }) => id).filter((id) => id.startsWith(term));
}

function exactly({ byId }: Catalogue, id: string): readonly string[] {
  return byId.has(id) ? [id] : [];
}
