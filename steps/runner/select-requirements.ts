import type { Catalogue, Requirement } from '../../fixtures/catalogue/catalogue.js';
import { UsageError } from './errors.js';

/**
 * The requirements that `--only` asks for, in the order of the catalogue; all of them when it asks
 * for nothing. A full id selects that requirement alone, so that a failure can be repeated by its id
 * (`instances.hostname` is not `instances.hostname_arg`); anything else selects every id that begins
 * with it. Throws a UsageError naming what matches nothing.
 */
export function selectRequirements(
  catalogue: Catalogue,
  only: readonly string[],
): readonly Requirement[] {
  if (only.length === 0) {
    return catalogue.requirements;
  }
  const selected = new Set<Requirement>();
  for (const term of only) {
    const matches = matching(catalogue, term);
    if (matches.length === 0) {
      throw new UsageError(
        `--only ${term}: no requirement has this id or begins with it (see: gizmosql-conformance list)`,
      );
    }
    matches.forEach((each) => selected.add(each));
  }
  return catalogue.requirements.filter((each) => selected.has(each));
}

function matching({ byId, requirements }: Catalogue, term: string): readonly Requirement[] {
  const exact = byId.get(term);
  if (exact !== undefined) {
    return [exact];
  }
  return term === '' ? [] : requirements.filter(({ id }) => id.startsWith(term));
}
