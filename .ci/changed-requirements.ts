import type { Revisions } from '../fixtures/catalogue/catalogue.js';

/**
 * The ids of the requirements that a revision added or changed, in the order of the catalogue. Throws a
 * RangeError for the first revision and for an unknown one.
 */
export function changedRequirements(catalogue: Revisions, revision: string): readonly string[] {
  const before = catalogue.revisions[catalogue.revisions.indexOf(revision) - 1];
  if (before === undefined) {
    throw new RangeError(`there is no revision before ${revision}`);
  }
  const earlier = catalogue.at(before).byId;
  return catalogue
    .at(revision)
    .requirements.filter((requirement) => {
      const old = earlier.get(requirement.id);
      return old === undefined || JSON.stringify(old) !== JSON.stringify(requirement);
    })
    .map(({ id }) => id);
}
