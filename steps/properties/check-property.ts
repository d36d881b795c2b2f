import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { World } from '../scenario/world.js';

/** What must hold for every case that can be generated. */
export interface Property<T> {
  /** Stable: with the run's seed it decides which cases are tried. */
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  /** How many of the cases that the run's setting asks for are tried, where each takes long: 1, all. */
  readonly part?: number;
  /** A value as a reader can follow it: SQL and actions, a line each. */
  readonly show: (value: T) => string;
  /** Throws PromiseBroken where the value shows that it does not hold. */
  readonly check: (value: T) => Promise<void>;
}

const largestSeed = 2 ** 31;

/**
 * Tries as many generated cases as the run's setting says, from the run's seed. Throws PromiseBroken
 * with the smallest counter-example found; of the evidence only that of the counter-example stays.
 * Any other error of a case is a fault of the suite and thrown as it is.
 */
export async function holds<T>(world: World, property: Property<T>): Promise<void> {
  const { cases, part = 1, show, check } = property;
  const begun = world.evidence.size;
  let firstFailure: number | undefined;
  let kept: ReturnType<World['evidence']['since']> | undefined;
  const predicate = fc.asyncProperty(cases, async (value) => {
    if (firstFailure !== undefined && performance.now() - firstFailure > world.shrinkMs) {
      return;
    }
    world.evidence.forgetSince(begun);
    try {
      await check(value);
    } catch (error) {
      firstFailure ??= performance.now();
      kept = world.evidence.since(begun);
      // The next one is not to suffer from what this one did to them.
      await world.endSessionsOfRoles();
      throw error;
    }
  });
  const seed = seedOf(property.name, world.parameters.seed);
  const details = await fc.check(predicate, {
    seed,
    numRuns: Math.ceil(world.propertyRuns * part),
  });
  world.evidence.forgetSince(begun);
  if (!details.failed) {
    return;
  }
  world.evidence.add(kept ?? []);
  const [value] = details.counterexample ?? [];
  const error = details.errorInstance;
  if (!(error instanceof Error) || value === undefined) {
    throw new Error(`${property.name}: no case could be tried`);
  }
  if (!(error instanceof PromiseBroken)) {
    throw error;
  }
  const place = `seed ${world.parameters.seed}, case ${details.numRuns}, made smaller ${details.numShrinks} times`;
  throw error.of(`a counter-example (${place}):\n${show(value)}`);
}

/** The seed of one property in a run of that seed: each tries cases of its own. */
export function seedOf(property: string, runSeed: number): number {
  const hash = createHash('sha256').update(`${runSeed} ${property}`).digest();
  return hash.readUInt32BE() % largestSeed;
}
