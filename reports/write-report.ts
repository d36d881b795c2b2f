import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renderHtml } from './html/render-html.js';
import type { ConformanceReport } from './model.js';
import { renderJunit } from './render-junit.js';
import { renderMarkdown } from './render-markdown.js';
import { assertValidReport } from './validate-report.js';

const names = {
  html: 'conformance.html',
  markdown: 'conformance.md',
  junit: 'junit.xml',
  messages: 'messages.ndjson',
  json: 'conformance.json',
} as const;

/**
 * Creates the folder. The reports of an earlier run stay in it until those of this run are complete. Throws
 * if the folder is not writable.
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const probe = join(folder, `.${names.json}.${process.pid}`);
  await (await open(probe, 'w')).close();
  await rm(probe);
}

/**
 * Validates a report and writes it in all its forms, with cucumber's (redacted) messages. The files replace
 * those of an earlier run when all of them are written, the JSON last; if one cannot be written, the earlier
 * ones stay. Throws an Error that names the file. Resolves to the paths, the HTML first.
 */
export async function writeReport(
  report: ConformanceReport,
  folder: string,
  messages: readonly unknown[] = [],
): Promise<string[]> {
  assertValidReport(report);
  const files = [
    { name: names.html, content: renderHtml(report) },
    { name: names.markdown, content: renderMarkdown(report) },
    { name: names.junit, content: renderJunit(report) },
    { name: names.messages, content: messages.map((each) => `${JSON.stringify(each)}\n`).join('') },
    { name: names.json, content: `${JSON.stringify(report, null, 2)}\n` },
  ];
  const temporary = (name: string): string => join(folder, `${name}.${process.pid}.tmp`);
  try {
    for (const { name, content } of files) {
      await writeSynced(temporary(name), content).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`the report cannot be written: ${join(folder, name)}: ${why}`, {
          cause: error,
        });
      });
    }
    for (const { name } of files) {
      await rename(temporary(name), join(folder, name));
    }
  } finally {
    await Promise.all(files.map(({ name }) => rm(temporary(name), { force: true })));
  }
  return files.map(({ name }) => join(folder, name));
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
