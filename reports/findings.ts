import type { ConformanceReport, RequirementReport, ScenarioReport } from './model.js';
import { scenarioKey } from './planned-scenario.js';
import { splitMessage } from './split-message.js';

/** A scenario that shows a finding, with a requirement that it covers. */
export interface Example {
  readonly id: string;
  readonly scenario: ScenarioReport;
}

/** Failures with one cause, as far as the answers tell. */
export interface Finding {
  /** From 1 on, in the order of the report. */
  readonly number: number;
  readonly status: 'failed' | 'error';
  /** The cause in one line: the engine's error without what varies, or what was promised and not kept. */
  readonly cause: string;
  /** The requirements that it breaks. */
  readonly ids: readonly string[];
  /** Each scenario once, under the first of its requirements. */
  readonly examples: readonly Example[];
}

/**
 * Groups the failed and the erroneous scenarios of a report by their causes. Two failures have one cause if the
 * engine's error is the same but for values, names and positions; without such an error, if the same promise
 * of the same requirement was broken in the same way.
 */
export function findingsOf({ requirements }: Pick<ConformanceReport, 'requirements'>): Finding[] {
  const found = new Map<string, Finding & { ids: string[]; examples: Example[] }>();
  const keys = new Map<string, string>();
  for (const { id, status, scenarios } of requirements) {
    if (status !== 'failed' && status !== 'error') {
      continue;
    }
    for (const scenario of scenarios.filter((each) => each.status === status)) {
      const place = scenarioKey(scenario);
      const cause = causeOf(id, scenario);
      const key = keys.get(place) ?? `${status} ${cause.key}`;
      const finding = found.get(key) ?? {
        number: found.size + 1,
        status,
        cause: cause.text,
        ids: [],
        examples: [],
      };
      found.set(key, finding);
      if (!finding.ids.includes(id)) {
        finding.ids.push(id);
      }
      if (!keys.has(place)) {
        keys.set(place, key);
        finding.examples.push({ id, scenario });
      }
    }
  }
  return [...found.values()];
}

/** The finding that a failed scenario belongs to. */
export function findingOf(
  findings: readonly Finding[],
  scenario: Pick<ScenarioReport, 'feature' | 'line'>,
): Finding | undefined {
  const place = scenarioKey(scenario);
  return findings.find(({ examples }) =>
    examples.some((example) => scenarioKey(example.scenario) === place),
  );
}

/** The failed or erroneous scenarios of a requirement, by finding, in the order of the report. */
export function failuresOf(
  { status, scenarios }: Pick<RequirementReport, 'status' | 'scenarios'>,
  findings: readonly Finding[],
): { readonly finding: Finding; readonly scenarios: readonly ScenarioReport[] }[] {
  const bad = scenarios.filter((scenario) => scenario.status === status);
  return [...Map.groupBy(bad, (scenario) => findingOf(findings, scenario))].flatMap(
    ([finding, those]) => (finding === undefined ? [] : [{ finding, scenarios: those }]),
  );
}

/** The number of findings against the server in words, for summaries. */
export function countFindings(report: Pick<ConformanceReport, 'requirements'>): string {
  const { length } = findingsOf(report).filter(({ status }) => status === 'failed');
  return length === 1 ? '1 finding' : `${length} findings`;
}

/** DuckDB's errors: a kind, and a message up to the end of the line. */
const engineError = /\b((?:[A-Z]\w+ )+Error: [^\n]+)/;

function causeOf(
  id: RequirementReport['id'],
  { message = '' }: ScenarioReport,
): { key: string; text: string } {
  const told = new Map(splitMessage(message).map(({ label, said }) => [label, said]));
  const got = (told.get('Got') ?? message).replaceAll("''", "'");
  // The whole message may stand in quotes.
  const error = engineError.exec(got)?.[1]?.replace(/^([^']*)'$/, '$1');
  if (error !== undefined) {
    const text = shorten(withoutValues(error));
    return { key: text, text };
  }
  const promised = withoutValues(told.get('Promised') ?? '');
  const firstLine = withoutValues(got.split('\n', 1)[0] ?? '');
  const text = shorten(promised === '' ? firstLine : `promised: ${promised}; got: ${firstLine}`);
  return { key: `${id} ${text}`, text };
}

/** A text with an ellipsis for ids, numbers and quoted values. Quoted words stay: they are mostly SQL's. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, '…')
    .replaceAll(/(["'])((?:(?!\1).)*)\1/g, (whole, quote: string, inner: string) =>
      /^[A-Za-z ]{1,40}$/.test(inner) ? whole : `${quote}…${quote}`,
    )
    .replaceAll(/\b\w*\d[\w.:]*/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A cause is a heading. What differs only after that many characters is one cause. */
const longestCause = 160;

function shorten(text: string): string {
  return text.length > longestCause ? `${text.slice(0, longestCause)}…` : text;
}
