import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renderHtml } from './html/render-html.js';
import type { ConformanceReport } from './model.js';
import { assertValidReport } from './validate-report.js';

const jsonName = 'conformance.json';
const htmlName = 'conformance.html';

/**
 * Makes the folder and removes the reports of an earlier run from it, so that what lies there after a
 * run is of that run. Throws if the folder cannot be written to.
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([jsonName, htmlName].map((name) => rm(join(folder, name), { force: true })));
  const probe = join(folder, `.${jsonName}.${process.pid}`);
  await (await open(probe, 'w')).close();
  await rm(probe);
}

/**
 * Checks a report against its schema and writes it as conformance.json and conformance.html. Each
 * file appears whole or not at all, the JSON last. Resolves to their paths, the HTML first.
 */
export async function writeReport(report: ConformanceReport, folder: string): Promise<string[]> {
  assertValidReport(report);
  const files = [
    { path: join(folder, htmlName), content: renderHtml(report) },
    { path: join(folder, jsonName), content: `${JSON.stringify(report, null, 2)}\n` },
  ];
  for (const { path, content } of files) {
    await writeWhole(path, content);
  }
  return files.map(({ path }) => path);
}

async function writeWhole(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
