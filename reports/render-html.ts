import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { count, describeSender, repeatCommand } from './describe-evidence.js';
import { hasFailureToShow } from './has-failure-to-show.js';
import type { ConformanceReport, Evidence } from './model.js';
import { statuses, statusName } from './status-style.js';
import { describeTimeliness } from './timeliness.js';
import { verdictLine } from './verdict-line.js';

/** Escapes every value; the template uses no unescaped output. */
const eta = new Eta({ views: fileURLToPath(new URL('.', import.meta.url)), autoEscape: true });

/**
 * The report as one HTML page that needs no other file: the verdict and the target, a bar a chapter,
 * every requirement with its status, and whatever did not pass opened out with its evidence.
 */
export function renderHtml(report: ConformanceReport): string {
  const { requirements, seed } = report;
  const chapters = [...Map.groupBy(requirements, ({ chapter }) => chapter)].map(
    ([name, those]) => ({
      name,
      requirements: those,
      shares: statuses
        .toReversed()
        .map((status) => ({ status, count: those.filter((each) => each.status === status).length }))
        .filter(({ count }) => count > 0),
    }),
  );
  return eta.render('./conformance', {
    report,
    chapters,
    verdict: verdictLine(report),
    failures: requirements.filter(hasFailureToShow),
    counts: statuses.toReversed().map((status) => ({
      status,
      count: requirements.filter((each) => each.status === status).length,
    })),
    statusName,
    describeSender,
    amount: count,
    describeTimeliness,
    cell: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parameters: ({ parameters }: Evidence) =>
      parameters === undefined ? '' : JSON.stringify(parameters),
    repeat: (id: string) => repeatCommand(id, seed),
    seconds: (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`,
  });
}
