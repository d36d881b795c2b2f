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

/** What a run set out to do and what came of it. */
export interface RunOutcome {
  /** The requirements that the run was about. */
  readonly selected: readonly Requirement[];
  /** The scenarios that cover them. */
  readonly planned: readonly PlannedScenario[];
  readonly results: readonly ScenarioResult[];
  /** What went wrong outside of any scenario, the run being cut short included. */
  readonly faults: readonly string[];
}

export interface Verdict {
  readonly requirements: readonly RequirementReport[];
  readonly summary: Summary;
  readonly timeliness?: Timeliness;
  readonly complete: boolean;
  /** Why `complete` is false, a line each; empty when it is true. */
  readonly shortcomings: readonly string[];
}

/**
 * The gravest first. One kept promise does not make up for a broken one; what the suite itself got
 * wrong must not hide behind what it got right; and a requirement that was tested in part only has
 * not been shown to be kept, so `passed` comes last.
 */
const gravity: readonly ScenarioStatus[] = [
  'failed',
  'error',
  'not-offered',
  'untestable',
  'passed',
];

/**
 * Judges every selected requirement by the scenarios that cover it, and the run as a whole. A planned
 * scenario that did not report counts as an `error` of its requirements. The run is complete only if
 * it ran something, every planned scenario reported once, nothing else did, and there was no fault.
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
  { id, chapter, text }: Requirement,
  covering: readonly PlannedScenario[],
  reported: ReadonlyMap<string, ScenarioResult>,
): RequirementReport {
  const results = covering
    .map((each) => reported.get(scenarioKey(each)))
    .filter((each) => each !== undefined);
  const silent = covering.length - results.length;
  const worst = gravity.find(
    (status) =>
      results.some((each) => each.status === status) || (status === 'error' && silent > 0),
  );
  const status = worst ?? 'missing';
  const reason = reasonFor(status, results, silent, covering.length);
  return {
    id,
    chapter,
    text,
    status,
    ...(reason !== undefined && { reason }),
    scenarios: results
      .map(toScenarioReport)
      .sort((a, b) => a.feature.localeCompare(b.feature) || a.line - b.line),
  };
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
  const share = those.length > 0 && total > 1 ? `${those.length} of ${scenarios(total)}: ` : '';
  return share + messages.join('; ');
}

function scenarios(count: number): string {
  return count === 1 ? '1 scenario' : `${count} scenarios`;
}

function toScenarioReport(result: ScenarioResult): ScenarioReport {
  const { name, feature, line, status, durationMs, message, evidence } = result;
  return {
    name,
    feature,
    line,
    status,
    durationMs,
    ...(message !== undefined && { message }),
    ...(evidence !== undefined && { evidence }),
  };
}

/** Where what reported is not what was planned: a green run has to prove that it ran. */
function findGaps(
  planned: readonly PlannedScenario[],
  results: readonly ScenarioResult[],
): string[] {
  const gaps: string[] = [];
  if (planned.length === 0) {
    gaps.push('no scenario covers what was selected, so nothing was tested');
  }
  const expected = new Map(planned.map((each) => [scenarioKey(each), each]));
  const seen = new Set<string>();
  for (const result of results) {
    const key = scenarioKey(result);
    const plan = expected.get(key);
    if (plan === undefined) {
      gaps.push(`${key} reported although it was not to run`);
    } else if (seen.has(key)) {
      gaps.push(`${key} reported more than once`);
    } else if (plan.requirements.join() !== result.requirements.join()) {
      gaps.push(`${key} reported for other requirements than it was to`);
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
