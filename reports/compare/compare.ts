import { writeFileSync } from 'node:fs';
import { exitCodes } from '../exit-code.js';
import { renderComparison } from '../html/render-comparison.js';
import type { Terminal } from '../terminal.js';
import { compareReports } from './compare-reports.js';
import { formatComparison } from './format-comparison.js';
import { readReport, ReportRefused } from './read-report.js';

/**
 * Compares every report with the first and prints what changed. `html` names a file for a page that shows all
 * of them side by side. Returns the exit code: 1 on a regression. Throws ReportRefused, before printing
 * anything, for an incomplete report or for reports about different requirements.
 */
export function compare(
  files: readonly string[],
  html: string | undefined,
  terminal: Terminal,
): number {
  const reports = files.map((file) => ({ file, report: readReport(file) }));
  const [first, ...others] = reports;
  if (first === undefined || others.length === 0) {
    throw new ReportRefused('two reports or more are needed, such as: compare a.json b.json');
  }
  for (const { file, report } of others) {
    const wanted = selectionOf(first.report.selection);
    const limited = selectionOf(report.selection);
    if (wanted !== limited) {
      throw new ReportRefused(
        `${file} is about ${limited} and ${first.file} about ${wanted}: reports must be about the same requirements to be compared`,
      );
    }
  }
  let code: number = exitCodes.success;
  const text = others.map((other) => {
    const compared = compareReports(first.report, other.report);
    if (compared.some(({ change }) => change === 'broken')) {
      code = exitCodes.failed;
    }
    return formatComparison(first, other, compared, terminal);
  });
  if (html !== undefined) {
    write(html, renderComparison(reports));
    text.push(`report  ${html}\n`);
  }
  terminal.write(text.join('\n'));
  return code;
}

function selectionOf(selection: readonly string[] | undefined): string {
  return selection === undefined ? 'everything' : [...new Set(selection)].sort().join(', ');
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new ReportRefused(`--html ${file} cannot be written: ${(error as Error).message}`);
  }
}
