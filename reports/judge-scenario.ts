import { delaysMediaType, evidenceMediaType, verdictMediaType } from './model.js';
import type { Delays, Evidence, ScenarioStatus, SkipVerdict } from './model.js';
import type { ScenarioAttempt, StepOutcome } from './scenario-attempt.js';
import { readDelays } from './timeliness.js';
import { assertValidEvidence } from './validate-report.js';

/** The outcome of one attempt at a scenario. */
export interface ScenarioJudgement {
  readonly status: ScenarioStatus;
  readonly message?: string;
  readonly evidence?: readonly Evidence[];
  /** Delays that it measured before it ended, even if it failed. */
  readonly delays?: readonly Delays[];
}

/** The only errors that count against the server; all others are the suite's own. */
const brokenPromises = new Set(['AssertionError', 'PromiseBroken']);

/** What a step throws when the server lacks a feature or offers no way to test it. */
const skipping = new Map<string, ScenarioStatus>([
  ['NotOffered', 'not-offered'],
  ['Untestable', 'untestable'],
  ['LeftOpen', 'untestable'],
]);

/**
 * Judges one attempt at a scenario. No fault of the suite may look like a pass:
 * - `failed` if a step threw one of `brokenPromises`, whatever else went wrong;
 * - `not-offered` or `untestable` if a step threw one of `skipping`;
 * - `error` if anything else was thrown, a hook failed, a step is undefined, ambiguous or pending, an
 *   attachment is malformed, a skip gave no reason, or no step ran at all;
 * - `untestable` or `not-offered` if it was skipped with that verdict attached, or could be judged only partly;
 * - `passed` only if every step and hook ran and passed.
 */
export function judgeScenario({ outcomes, attachments }: ScenarioAttempt): ScenarioJudgement {
  const bodies = (mediaType: string): string[] =>
    attachments.filter((each) => each.mediaType === mediaType).map(({ body }) => body);
  const evidence = readEvidence(bodies(evidenceMediaType));
  const verdict = readVerdict(bodies(verdictMediaType));
  const delays = readAllDelays(bodies(delaysMediaType));
  const proof = {
    ...(evidence.value.length > 0 && { evidence: evidence.value }),
    ...(delays.value.length > 0 && { delays: delays.value }),
  };

  const broken = outcomes.find(
    ({ kind, thrown }) => kind === 'step' && thrown && brokenPromises.has(thrown.type),
  );
  if (broken?.thrown !== undefined) {
    return {
      status: 'failed',
      message: `${broken.thrown.message.trimEnd()}\n${where(broken)}`,
      ...proof,
    };
  }
  for (const { kind, thrown } of outcomes) {
    const status = kind === 'step' && thrown ? skipping.get(thrown.type) : undefined;
    if (thrown && status !== undefined) {
      return { status, message: thrown.message, ...proof };
    }
  }
  const trouble =
    outcomes.map(troubleOf).find((each) => each !== undefined) ??
    evidence.fault ??
    verdict.fault ??
    delays.fault ??
    skipTrouble(outcomes, verdict.value);
  if (trouble !== undefined) {
    return { status: 'error', message: trouble, ...proof };
  }
  if (verdict.value !== undefined) {
    return { status: verdict.value.status, message: verdict.value.reason, ...proof };
  }
  return { status: 'passed', ...proof };
}

/** A fault of the suite or its surroundings in a step or hook; undefined if there is none. */
function troubleOf(outcome: StepOutcome): string | undefined {
  switch (outcome.status) {
    case 'PASSED':
    case 'SKIPPED':
      return undefined;
    case 'UNDEFINED':
      return `no step definition matches\n${where(outcome)}`;
    case 'AMBIGUOUS':
      return `more than one step definition matches\n${where(outcome)}`;
    case 'FAILED': {
      const { type = 'Error', message = 'no message', place = '' } = outcome.thrown ?? {};
      return [`${type}: ${message.trimEnd()}`, place, where(outcome)]
        .filter((line) => line !== '')
        .join('\n');
    }
    default:
      return `cucumber reports the status ${outcome.status}\n${where(outcome)}`;
  }
}

/**
 * A skip must come with a verdict, and a verdict with a skip. A scenario in which no step ran proves nothing.
 */
function skipTrouble(
  outcomes: readonly StepOutcome[],
  verdict: SkipVerdict | undefined,
): string | undefined {
  const skipped = outcomes.some(({ status }) => status === 'SKIPPED');
  if (skipped && verdict === undefined) {
    return 'it was skipped without a reason';
  }
  if (verdict !== undefined && skipped === (verdict.partly === true)) {
    const what = skipped ? 'it was skipped' : 'it ran to its end';
    return `${what} although its verdict is ${verdict.status}: ${verdict.reason}`;
  }
  if (!skipped && !outcomes.some(({ kind }) => kind === 'step')) {
    return 'it has no steps';
  }
  return undefined;
}

function where(outcome: StepOutcome): string {
  return outcome.kind === 'hook' ? 'in a hook' : `in step: ${outcome.text}`;
}

function readEvidence(bodies: readonly string[]): { value: Evidence[]; fault?: string } {
  try {
    const value = bodies.flatMap((body) => {
      const parsed: unknown = JSON.parse(body);
      assertValidEvidence(parsed);
      return parsed;
    });
    return { value };
  } catch (error) {
    return { value: [], fault: `its evidence cannot be read: ${(error as Error).message}` };
  }
}

function readAllDelays(bodies: readonly string[]): { value: Delays[]; fault?: string } {
  try {
    return { value: bodies.map(readDelays) };
  } catch (error) {
    return { value: [], fault: (error as Error).message };
  }
}

function readVerdict(bodies: readonly string[]): { value?: SkipVerdict; fault?: string } {
  const [body] = bodies;
  if (body === undefined) {
    return {};
  }
  try {
    const { status, reason, partly } = JSON.parse(body) as Partial<SkipVerdict>;
    if ((status === 'untestable' || status === 'not-offered') && reason) {
      return { value: { status, reason, ...(partly && { partly }) } };
    }
  } catch {
    // Reported below, like any other invalid verdict.
  }
  return { fault: `its verdict cannot be read: ${body}` };
}
