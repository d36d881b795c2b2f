import wrapAnsi from 'wrap-ansi';
import type { Revisions } from '../../fixtures/catalogue/catalogue.js';
import { scenarioKey } from '../../reports/planned-scenario.js';
import type { Terminal } from '../../reports/terminal.js';
import { checkCoverage } from './check-coverage.js';
import { SuiteError } from './errors.js';
import { holdsIn } from './holds-in.js';
import type { Features } from './read-features.js';

/**
 * Prints every requirement of a revision by chapter, with its level, its needs of the target, and its scenarios.
 * Throws a SuiteError if the features do not match the catalogue.
 */
export function list(
  revisions: Revisions,
  revision: string,
  features: Features,
  terminal: Terminal,
): void {
  const { problems, missing } = checkCoverage(revisions, features, revision);
  if (problems.length > 0) {
    throw new SuiteError(`the features do not fit the catalogue:\n${problems.join('\n')}`);
  }
  const catalogue = revisions.at(revision);
  const inForce = features.scenarios.filter((each) => holdsIn(each, catalogue));
  const { bold, dim } = terminal.colors;
  const indented = (text: string, indent: string): string[] =>
    wrapAnsi(text, terminal.width - indent.length, { hard: true })
      .split('\n')
      .map((line) => indent + line);
  const lines: string[] = [];
  for (const [chapter, those] of Map.groupBy(catalogue.requirements, (each) => each.chapter)) {
    lines.push(bold(chapter));
    for (const { id, level, needs, text, since } of those) {
      const needed = needs.length === 0 ? '' : `, needs ${needs.join(', ')}`;
      const from = since === revisions.revisions[0] ? '' : `, since ${since}`;
      lines.push(`  ${bold(id)}  ${level}${needed}${from}`, ...indented(text, '    '));
      const scenarios = inForce.filter(({ requirements }) => requirements.includes(id));
      lines.push(
        ...(scenarios.length === 0 ? [dim('    no scenario')] : []),
        ...scenarios.map((scenario) =>
          dim(`    /${scenario.numbers?.[id] ?? ''}  ${scenario.name}  (${scenarioKey(scenario)})`),
        ),
      );
    }
    lines.push('');
  }
  const covered = catalogue.requirements.length - missing.length;
  lines.push(
    `${catalogue.requirements.length} requirements, ${covered} of them covered by ${inForce.length} scenarios: the revision ${revision}.`,
    '',
  );
  terminal.write(lines.join('\n'));
}
