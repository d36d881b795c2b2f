import { readFileSync } from 'node:fs';
import type { ConformanceReport } from '../model.js';
import { assertValidReport } from '../validate-report.js';

/** A file cannot be compared; its message is one line that names the file and says why. */
export class ReportRefused extends Error {
  override readonly name = 'ReportRefused';
}

/**
 * Reads a conformance.json. Throws ReportRefused for what is no verdict on a server: a file that cannot
 * be read, was cut short or is not what the schema says, and the report of an incomplete run.
 */
export function readReport(file: string): ConformanceReport {
  const report = parse(file, read(file));
  try {
    assertValidReport(report);
  } catch (error) {
    throw new ReportRefused(`${file} is no conformance report: ${oneLine(error)}`);
  }
  if (!report.complete) {
    throw new ReportRefused(
      `${file} is of a run that was cut short or ran into trouble, and no verdict: run it again`,
    );
  }
  return report;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReportRefused(`${file} cannot be read: ${oneLine(error)}`);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ReportRefused(`${file} is no conformance.json, or was cut short: ${oneLine(error)}`);
  }
}

function oneLine(error: unknown): string {
  return (error as Error).message.replace(/\s+/g, ' ');
}
