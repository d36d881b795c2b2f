import { readFileSync } from 'node:fs';
import type { ConformanceReport } from '../model.js';
import { assertValidReport } from '../validate-report.js';

/** A file cannot be compared. The message is one line that names the file and the reason. */
export class ReportRefused extends Error {
  override readonly name = 'ReportRefused';
}

/**
 * Reads a conformance.json. Throws ReportRefused for a file that cannot be read, is truncated or violates the
 * schema, and for the report of an incomplete run, because that is no verdict on a server.
 */
export function readReport(file: string): ConformanceReport {
  const report = parse(file, read(file));
  try {
    assertValidReport(report);
  } catch (error) {
    throw new ReportRefused(`${file} is not a conformance report: ${oneLine(error)}`);
  }
  if (!report.complete) {
    throw new ReportRefused(
      `${file} is of an incomplete run, which is no verdict: run the suite again`,
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
    throw new ReportRefused(
      `${file} is not a conformance.json, or is truncated: ${oneLine(error)}`,
    );
  }
}

function oneLine(error: unknown): string {
  return (error as Error).message.replace(/\s+/g, ' ');
}
