import type { Requirement } from '../fixtures/catalogue/catalogue.js';
import type {
  RequirementReport,
  RequirementStatus,
  ScenarioReport,
  ScenarioStatus,
  Summary,
  Timeliness,
} from './model.js';
import type { PlannedScenario } from './planned-scenario.js';
import { scenarioKey } from './planned-scenario.js';
import type { ScenarioResult } from './scenario-collector.js';
import { summarize } from './summarize.js';
import { summarizeDelays } from './timeliness.js';

/** The plan of a run and its results. */
export interface RunOutcome {
  /** The requirements that the run selected. */
  readonly selected: readonly Requirement[];
  /** The scenarios that cover them. */
  readonly planned: readonly PlannedScenario[];
  readonly results: readonly ScenarioResult[];
  /** Errors outside of any scenario, an interruption included. */
  readonly faults: readonly string[];
}

export interface Verdict {
  readonly requirements: readonly RequirementReport[];
  readonly summary: Summary;
  readonly timeliness?: Timeliness;
  readonly complete: boolean;
  /** The reasons why `complete` is false; empty when it is true. */
  readonly shortcomings: readonly string[];
}

/**
 * The worst first: the status of a requirement is the worst of its scenarios. A passed scenario does not make
 * up for a failed one. An error of the suite must not be hidden by a pass. A requirement that was tested only
 * in part has not been shown to be met, so `passed` is last.
 */
const gravity: readonly ScenarioStatus[] = [
  'failed',
  'error',
  'not-offered',
  'untestable',
  'passed',
];

/**
 * Judges every selected requirement by the scenarios that cover it, and the whole run. A planned scenario
 * that did not report is an `error` of its requirements. The run is complete if it ran at least one scenario,
 * every planned scenario reported once, no other scenario reported, and there was no fault.
 */
export function judgeRun({ selected, planned, results, faults }: RunOutcome): Verdict {
  const reported = new Map(results.map((result) => [scenarioKey(result), result]));
  const requirements = selected.map((requirement) => {
    const covering = planned.filter((each) => each.requirements.includes(requirement.id));
    return judgeRequirement(requirement, covering, reported);
  });
  const shortcomings = [...faults, ...findGaps(planned, results)];
  const timeliness = summarizeDelays(results.flatMap(({ delays = [] }) => delays));
  return {
    requirements,
    summary: summarize(requirements.map(({ status }) => status)),
    ...(timeliness !== undefined && { timeliness }),
    complete: shortcomings.length === 0,
    shortcomings,
  };
}

function judgeRequirement(
  { id, chapter, text, source, uses }: Requirement,
  covering: readonly PlannedScenario[],
  reported: ReadonlyMap<string, ScenarioResult>,
): RequirementReport {
  const results = covering
    .map((each) => reported.get(scenarioKey(each)))
    .filter((each) => each !== undefined);
  const numbers = new Map(covering.map((each) => [scenarioKey(each), each.numbers?.[id]]));
  const silent = covering.length - results.length;
  const counting = uses.length === 0 ? ofWhatIsOffered(results) : results;
  const worst = gravity.find(
    (status) =>
      counting.some((each) => each.status === status) || (status === 'error' && silent > 0),
  );
  const status = worst ?? 'missing';
  const reason = reasonFor(status, results, silent, covering.length);
  return {
    id,
    chapter,
    text,
    source,
    status,
    ...(reason !== undefined && { reason }),
    scenarios: results
      .map((result) => toScenarioReport(result, numbers.get(scenarioKey(result))))
      .sort((a, b) => a.feature.localeCompare(b.feature) || a.line - b.line),
  };
}

/**
 * A requirement that holds in every edition is judged by what the edition offers. Scenarios that also look at
 * what it does not offer count only if there are no others.
 */
function ofWhatIsOffered(results: readonly ScenarioResult[]): readonly ScenarioResult[] {
  const others = results.filter(({ status }) => status !== 'not-offered');
  return others.some(({ status }) => status !== 'untestable') ? others : results;
}

function reasonFor(
  status: RequirementStatus,
  results: readonly ScenarioResult[],
  silent: number,
  total: number,
): string | undefined {
  if (status === 'passed' || status === 'missing') {
    return undefined;
  }
  const those = results.filter((each) => each.status === status);
  const messages = [...new Set(those.map(({ message }) => message ?? 'no reason given'))];
  if (status === 'error' && silent > 0) {
    messages.push(`${silent} of ${scenarios(total)} did not report`);
  }
  const share =
    those.length > 0 && those.length < total ? `${those.length} of ${scenarios(total)}: ` : '';
  return share + messages.join('; ');
}

function scenarios(count: number): string {
  return count === 1 ? '1 scenario' : `${count} scenarios`;
}

function toScenarioReport(result: ScenarioResult, number: number | undefined): ScenarioReport {
  const { name, feature, line, status, durationMs, message, evidence } = result;
  return {
    name,
    feature,
    line,
    ...(number !== undefined && { number }),
    status,
    durationMs,
    ...(message !== undefined && { message }),
    ...(evidence !== undefined && { evidence }),
  };
}

/** The differences between planned and reported scenarios: a green run must prove that it ran. */
function findGaps(
  planned: readonly PlannedScenario[],
  results: readonly ScenarioResult[],
): string[] {
  const gaps: string[] = [];
  if (planned.length === 0) {
    gaps.push('no scenario covers the selected requirements, so nothing was tested');
  }
  const expected = new Map(planned.map((each) => [scenarioKey(each), each]));
  const seen = new Set<string>();
  for (const result of results) {
    const key = scenarioKey(result);
    const plan = expected.get(key);
    if (plan === undefined) {
      gaps.push(`${key} reported although it was not planned`);
    } else if (seen.has(key)) {
      gaps.push(`${key} reported more than once`);
    } else if (plan.requirements.join() !== result.requirements.join()) {
      gaps.push(`${key} reported for other requirements than planned`);
    }
    seen.add(key);
  }
  const silent = planned.filter((each) => !seen.has(scenarioKey(each)));
  if (silent.length > 0) {
    const first = silent.slice(0, 3).map(scenarioKey).join(', ');
    const rest = silent.length > 3 ? ', ...' : '';
    gaps.push(`${silent.length} of ${scenarios(planned.length)} did not report (${first}${rest})`);
  }
  return gaps;
}
