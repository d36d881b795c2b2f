import { PromiseBroken } from '../errors/promise-broken.js';

/** What is wrong with the records of a case. */
interface Fault {
  /** What was promised, and how the record differs. */
  readonly text: string;
  /** False: a machine under load may be the reason. */
  readonly isCertain: boolean;
}

/**
 * Judges a case. Where a fault may be due to the machine's load, the case is performed again at the next pace, with
 * longer pauses, and only what is wrong at the last one is a fault. Throws PromiseBroken.
 */
export async function judgeAtPaces<Pace>(
  paces: readonly Pace[],
  promised: string,
  faultsAt: (pace: Pace) => Promise<readonly Fault[]>,
): Promise<void> {
  for (const [at, pace] of paces.entries()) {
    const faults = await faultsAt(pace);
    const fault = faults.find(({ isCertain }) => isCertain) ?? faults[0];
    if (fault === undefined) {
      return;
    }
    if (fault.isCertain || at === paces.length - 1) {
      throw new PromiseBroken(promised, 'the script below', fault.text);
    }
  }
}
