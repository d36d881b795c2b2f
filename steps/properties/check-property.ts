import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FlightError } from '../client/flight-error.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { World } from '../scenario/world.js';

/** A statement that must hold for every generated case. */
export interface Property<T> {
  /** Must not change: with the run's seed it determines the generated cases. */
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  /** The share of the run's number of cases to try, for cases that take long. The default is 1. */
  readonly part?: number;
  /** A case as text for a report: SQL and actions, one on each line. */
  readonly show: (value: T) => string;
  /** Throws PromiseBroken if it does not hold for the case. */
  readonly check: (value: T) => Promise<void>;
}

const largestSeed = 2 ** 31;

/**
 * Tries the number of generated cases that the run sets, from the run's seed. Throws PromiseBroken with the
 * smallest counter-example found; only its evidence is kept. Any other error of a case is a fault of the
 * suite and is thrown unchanged.
 */
export async function holds<T>(world: World, property: Property<T>): Promise<void> {
  const { cases, part = 1, show, check } = property;
  const begun = world.evidence.size;
  let firstFailure: number | undefined;
  let isOver = false;
  const isOutOfTime = () =>
    firstFailure !== undefined && performance.now() - firstFailure > world.shrinkMs;
  let kept: ReturnType<World['evidence']['since']> | undefined;
  const predicate = fc.asyncProperty(cases, async (value) => {
    if (isOver || isOutOfTime()) {
      return;
    }
    world.evidence.forgetSince(begun);
    try {
      await check(value);
    } catch (error) {
      firstFailure ??= performance.now();
      kept = world.evidence.since(begun);
      // This case may have damaged the sessions, so the next case gets new ones.
      await world.sessions.endThoseOfRoles();
      if (hadNoAnswer(error) && !(await world.servers.isAnswering())) {
        // On a server that has ended every case would fail, so this one would be made smaller to nothing.
        isOver = !(await world.servers.replaceLent());
        throw new ServerEnded(error);
      }
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
  const error =
    details.errorInstance instanceof ServerEnded
      ? details.errorInstance.told
      : details.errorInstance;
  if (!(error instanceof Error) || value === undefined) {
    throw new Error(`${property.name}: no case could be tried`);
  }
  if (!(error instanceof PromiseBroken)) {
    throw error;
  }
  const place = `seed ${world.parameters.seed}, case ${details.numRuns}, made smaller ${details.numShrinks} times`;
  throw error.of(`a counter-example (${place}):\n${show(value)}`);
}

/** A case ended the server. */
class ServerEnded extends Error {
  constructor(private readonly error: unknown) {
    super('the server ended');
  }

  get told(): unknown {
    const { error } = this;
    return error instanceof PromiseBroken
      ? new PromiseBroken(
          'the server goes on',
          error.sent,
          `it ended: it no longer accepts connections (${error.got})`,
          { cause: error },
        )
      : error;
  }
}

/** Whether the error of a case may come from the end of the server. */
function hadNoAnswer(error: unknown): boolean {
  return (
    error instanceof PromiseBroken && error.cause instanceof FlightError && !error.cause.answered
  );
}

/** The seed of one property in a run, so that each property has its own cases. */
export function seedOf(property: string, runSeed: number): number {
  const hash = createHash('sha256').update(`${runSeed} ${property}`).digest();
  return hash.readUInt32BE() % largestSeed;
}
