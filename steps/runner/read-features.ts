import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { generateMessages } from '@cucumber/gherkin';
import type { Envelope, FeatureChild, Pickle, RuleChild } from '@cucumber/messages';
import { IdGenerator, PickleStepType, SourceMediaType } from '@cucumber/messages';
import type { PlannedScenario } from '../../reports/planned-scenario.js';
import { requirementsOf } from '../../reports/scenario-collector.js';

/** The scenarios of a suite's feature files, and the faults in these files. */
export interface Features {
  readonly scenarios: readonly PlannedScenario[];
  /** Parse errors, and outlines without examples; each begins with file and line. */
  readonly problems: readonly string[];
}

/** Reads all feature files below `root`/features, in the order of their paths. */
export function readFeatures(root: string): Features {
  const folder = join(root, 'features');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.feature'))
    .map((file) => join(folder, file))
    .sort();
  const read = files.map((file) =>
    parseFeature(readFileSync(file, 'utf8'), relative(root, file).replaceAll(sep, '/')),
  );
  return {
    scenarios: numbered(read.flatMap(({ scenarios }) => scenarios)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** Numbers the scenarios of each requirement, in the order of the files and of the scenarios in them. */
export function numbered(scenarios: readonly PlannedScenario[]): PlannedScenario[] {
  const counts = new Map<string, number>();
  return scenarios.map((scenario) => {
    const numbers = scenario.requirements.map((id) => {
      const number = (counts.get(id) ?? 0) + 1;
      counts.set(id, number);
      return [id, number] as const;
    });
    return { ...scenario, numbers: Object.fromEntries(numbers) };
  });
}

/** Parses one feature file; `uri` is its path relative to the suite. */
export function parseFeature(text: string, uri: string): Features {
  const envelopes = generateMessages(text, uri, SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, {
    newId: IdGenerator.incrementing(),
    includeGherkinDocument: true,
    includePickles: true,
  });
  const pickles = envelopes.map(({ pickle }) => pickle).filter((pickle) => pickle !== undefined);
  return {
    scenarios: pickles.map(toPlannedScenario),
    problems: [
      ...envelopes.flatMap(({ parseError }) =>
        parseError ? [`${uri}:${parseError.message.replaceAll('\n', ' ')}`] : [],
      ),
      ...findEmptyOutlines(envelopes, pickles, uri),
    ],
  };
}

function toPlannedScenario({ uri, location, name, tags, steps }: Pickle): PlannedScenario {
  const names = tags.map((tag) => tag.name);
  return {
    feature: uri,
    line: location?.line ?? 0,
    name,
    requirements: requirementsOf(names),
    needs: names
      .filter((tag) => tag.startsWith('@needs:'))
      .map((tag) => tag.slice('@needs:'.length)),
    ...limit('since', names),
    ...limit('until', names),
    steps: steps.length,
    hasOutcome: steps.some(({ type }) => type === PickleStepType.OUTCOME),
  };
}

/** The revision that a tag such as `@since:1.21` names. */
function limit(name: 'since' | 'until', tags: readonly string[]): Partial<PlannedScenario> {
  const start = `@${name}:`;
  const tag = tags.findLast((each) => each.startsWith(start));
  return tag === undefined ? {} : { [name]: tag.slice(start.length) };
}

/** Outlines without examples. They yield no scenario, so nothing else would detect them. */
function findEmptyOutlines(
  envelopes: readonly Envelope[],
  pickles: readonly Pickle[],
  uri: string,
): string[] {
  const used = new Set(pickles.flatMap(({ astNodeIds }) => astNodeIds));
  const children = envelopes.flatMap(
    ({ gherkinDocument }) => gherkinDocument?.feature?.children ?? [],
  );
  return scenariosIn(children)
    .filter(({ id }) => !used.has(id))
    .map(({ location, name }) => `${uri}:${location.line}: the outline "${name}" has no rows`);
}

function scenariosIn(
  children: readonly (FeatureChild & RuleChild)[],
): NonNullable<FeatureChild['scenario']>[] {
  return children.flatMap(({ scenario, rule }) =>
    scenario ? [scenario] : scenariosIn(rule?.children ?? []),
  );
}
