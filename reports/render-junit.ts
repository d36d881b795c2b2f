import XMLBuilder from 'fast-xml-builder';
import { describeAnswer, describeSender, repeatCommand } from './describe-evidence.js';
import { describeServer } from './describe-server.js';
import type { ConformanceReport, RequirementReport } from './model.js';
import { harmless } from './terminal.js';

type Xml = Readonly<Record<string, unknown>>;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  suppressEmptyNode: true,
});

/**
 * The report as JUnit XML: a test suite for each chapter, a test case for each requirement. `failed` is a
 * failure, `error` an error; what was not tested is skipped, with the reason. An incomplete run has an extra
 * error, so that it cannot look like a pass.
 */
export function renderJunit(report: ConformanceReport): string {
  const { requirements, startedAt } = report;
  const suites = [...Map.groupBy(requirements, ({ chapter }) => chapter)].map(([name, those]) => ({
    '@name': clean(name),
    ...countsOf(those),
    '@timestamp': startedAt,
    properties: { property: propertiesOf(report) },
    testcase: those.map((each) => toTestCase(each, report)),
  }));
  const all = report.complete ? suites : [...suites, incompleteSuite(startedAt)];
  const sum = (name: '@tests' | '@failures' | '@errors' | '@skipped'): number =>
    all.reduce((total, suite) => total + suite[name], 0);
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': clean(report.suite.name),
      '@tests': sum('@tests'),
      '@failures': sum('@failures'),
      '@errors': sum('@errors'),
      '@skipped': sum('@skipped'),
      '@time': seconds(report.durationMs),
      testsuite: all,
    },
  });
}

function countsOf(requirements: readonly RequirementReport[]) {
  const count = (...statuses: string[]): number =>
    requirements.filter(({ status }) => statuses.includes(status)).length;
  return {
    '@tests': requirements.length,
    '@failures': count('failed'),
    '@errors': count('error'),
    '@skipped': count('untestable', 'not-offered', 'missing'),
    '@time': seconds(requirements.reduce((sum, each) => sum + durationOf(each), 0)),
  };
}

function propertiesOf({ target, suite, seed }: ConformanceReport): Xml[] {
  const facts = {
    target: target.description,
    server: describeServer(target),
    suite: `${suite.name} ${suite.version}`,
    specification: suite.specification,
    ...(suite.revision !== undefined && { revision: suite.revision }),
    seed: String(seed),
  };
  return Object.entries(facts).map(([name, value]) => ({ '@name': name, '@value': clean(value) }));
}

function toTestCase(requirement: RequirementReport, report: ConformanceReport): Xml {
  const { id, chapter, status, reason = '' } = requirement;
  const message = clean(reason.split('\n')[0] ?? '');
  const told = { '@message': message, '@type': status, '#text': explain(requirement, report) };
  return {
    '@classname': clean(chapter),
    '@name': clean(id),
    '@time': seconds(durationOf(requirement)),
    ...(status === 'failed' && { failure: told }),
    ...(status === 'error' && { error: told }),
    ...((status === 'untestable' || status === 'not-offered') && {
      skipped: { '@message': `${status}: ${message}` },
    }),
    ...(status === 'missing' && { skipped: { '@message': 'missing: no scenario covers it yet' } }),
  };
}

/** The requirement's text, what each failed scenario sent and got, and the command that repeats it. */
function explain(requirement: RequirementReport, report: ConformanceReport): string {
  const { text, status, reason = '', scenarios } = requirement;
  const bad = scenarios.filter((scenario) => scenario.status === status);
  const lines = bad.flatMap(({ name, feature, line, message = '', evidence = [] }) => [
    '',
    `${name} (${feature}:${line})`,
    message,
    ...evidence.flatMap((each) => [
      `${describeSender(each)}: ${each.sql}`,
      `  -> ${describeAnswer(each)}`,
    ]),
  ]);
  const told = bad.length === 0 ? ['', reason] : lines;
  return clean([text, ...told, '', `repeat: ${repeatCommand(requirement, report)}`].join('\n'));
}

function incompleteSuite(startedAt: string) {
  const message = 'the run is incomplete, so there is no verdict on the server';
  return {
    '@name': 'Run',
    '@tests': 1,
    '@failures': 0,
    '@errors': 1,
    '@skipped': 0,
    '@time': seconds(0),
    '@timestamp': startedAt,
    testcase: {
      '@classname': 'Run',
      '@name': 'complete',
      '@time': seconds(0),
      error: { '@message': message, '@type': 'incomplete', '#text': message },
    },
  };
}

function durationOf({ scenarios }: RequirementReport): number {
  return scenarios.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** XML allows neither control characters nor unpaired surrogates. */
function clean(text: string): string {
  return harmless(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}
