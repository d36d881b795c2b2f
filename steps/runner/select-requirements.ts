import type { Catalogue, Requirement } from '../../fixtures/catalogue/catalogue.js';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import { UsageError } from './errors.js';

export interface Selection {
  /** In catalogue order. */
  readonly requirements: readonly Requirement[];
  /** In feature order. */
  readonly scenarios: readonly PlannedScenario[];
}

/**
 * The selection of `--only`; everything if it is empty. A full id selects only that requirement, so that a
 * failure can be repeated (`instances.hostname` does not select `instances.hostname_arg`). `id/3` selects its
 * third scenario. Any other text selects the ids that begin with it. Throws a UsageError that names an entry
 * without a match; `of` says of what revision it has none.
 */
export function select(
  catalogue: Pick<Catalogue, 'requirements' | 'byId'>,
  scenarios: readonly PlannedScenario[],
  only: readonly string[],
  of = '',
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
        `--only ${term}: no requirement${of} has this id or begins with it (see: gizmosql-conformance list)`,
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
        `--only ${term}: ${id} has the scenarios ${numbersOf(those, id)}${of} (see: gizmosql-conformance list)`,
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

function matching(
  { byId, requirements }: Pick<Catalogue, 'requirements' | 'byId'>,
  term: string,
): readonly string[] {
  if (byId.has(term)) {
    return [term];
  }
  return term === '' ? [] : requirements.map(({ id }) => id).filter((id) => id.startsWith(term));
}

function exactly({ byId }: Pick<Catalogue, 'byId'>, id: string): readonly string[] {
  return byId.has(id) ? [id] : [];
}

/** The numbers of a requirement's scenarios; those of other revisions may be missing among them. */
function numbersOf(scenarios: readonly PlannedScenario[], id: string): string {
  const numbers = scenarios.flatMap((each) => each.numbers?.[id] ?? []);
  const { length } = numbers;
  return numbers.at(-1) === length ? `1 to ${length}` : numbers.join(', ');
}
