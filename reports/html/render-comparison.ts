import { basename, parse } from 'node:path';
import { describeServer } from '../describe-server.js';
import type { ConformanceReport, RequirementReport } from '../model.js';
import { statusName } from '../status-style.js';
import { verdictLine } from '../verdict-line.js';
import { countStatuses } from './count-statuses.js';
import { renderPage } from './render-page.js';
import { toSlug } from './slug.js';

interface Row {
  readonly id: string;
  readonly chapter: string;
  readonly text: string;
  /** The requirement in each report; undefined where a report does not have it. */
  readonly cells: readonly (RequirementReport | undefined)[];
}

/**
 * Complete reports side by side as one self-contained HTML page: a column for each server, a row for each
 * requirement, with a search and a filter for differences.
 */
export function renderComparison(
  reports: readonly { readonly file: string; readonly report: ConformanceReport }[],
): string {
  const rows = toRows(reports.map(({ report }) => report));
  const chapters = [...Map.groupBy(rows, ({ chapter }) => chapter)];
  const statuses = rows.map(({ cells }) => [...new Set(cells.map((cell) => cell?.status))]);
  return renderPage('comparison', {
    title: `${reports.length} servers compared`,
    servers: reports.map(({ file, report }) => ({
      file,
      name: columnName(file),
      server: describeServer(report.target),
      report,
      verdict: verdictLine(report),
      shares: countStatuses(report.requirements).filter(({ count }) => count > 0),
    })),
    total: rows.length,
    differing: rows.filter(differs).length,
    chapters: chapters.map(([name, those]) => ({
      name,
      slug: toSlug(name),
      rows: those,
      passed: reports.map((_, index) => {
        const cells = those.flatMap(({ cells }) => cells[index] ?? []);
        const kept = cells.filter(({ status }) => status === 'passed').length;
        return `${kept} of ${cells.length}`;
      }),
    })),
    chapterNames: chapters.map(([name]) => name),
    // The filter counts a row once for each status that it shows in any column.
    counts: countStatuses([]).map(({ status }) => ({
      status,
      count: statuses.filter((each) => each.includes(status)).length,
    })),
    canDiffer: true,
    differs,
    statusName,
  });
}

/**
 * `nightly` for nightly/conformance.json and for nightly.json: most reports have the same file name, so the
 * folder tells them apart.
 */
function columnName(file: string): string {
  const { dir, name } = parse(file);
  return name === 'conformance' && dir !== '' && dir !== '.' ? basename(dir) : name;
}

/** The requirements of all reports, in the order in which they first appear. */
function toRows(reports: readonly ConformanceReport[]): Row[] {
  const known = new Map(
    reports.toReversed().flatMap(({ requirements }) => requirements.map((each) => [each.id, each])),
  );
  const byReport = reports.map(
    ({ requirements }) => new Map(requirements.map((each) => [each.id, each])),
  );
  const ids = new Set(reports.flatMap(({ requirements }) => requirements.map(({ id }) => id)));
  return [...ids].flatMap((id) => {
    const requirement = known.get(id);
    return requirement === undefined
      ? []
      : [{ ...requirement, cells: byReport.map((requirements) => requirements.get(id)) }];
  });
}

function differs({ cells }: Row): boolean {
  return new Set(cells.map((cell) => cell?.status)).size > 1;
}
