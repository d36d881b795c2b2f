import type { Catalogue } from '../../fixtures/catalogue/catalogue.js';
import { isFrom } from '../../fixtures/catalogue/release.js';
import type { PlannedScenario } from '../../reports/planned-scenario.js';

/**
 * Whether a scenario is about a revision: one of its requirements holds there, and its tags do not limit it to
 * others. `@since:1.21` is from 1.21 on, `@until:1.34` before 1.34, so the two of one revision exclude each other.
 */
export function holdsIn(
  { requirements, since, until }: Pick<PlannedScenario, 'requirements' | 'since' | 'until'>,
  { revision, byId }: Pick<Catalogue, 'revision' | 'byId'>,
): boolean {
  return (
    requirements.some((id) => byId.has(id)) &&
    (since === undefined || isFrom(revision, since)) &&
    (until === undefined || !isFrom(revision, until))
  );
}
