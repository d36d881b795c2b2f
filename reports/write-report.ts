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
 * Creates the folder and removes the reports of an earlier run from it. Throws if the folder is not writable.
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.values(names).map((name) => rm(join(folder, name), { force: true })));
  const probe = join(folder, `.${names.json}.${process.pid}`);
  await (await open(probe, 'w')).close();
  await rm(probe);
}

/**
 * Validates a report and writes it in all its forms, with cucumber's (redacted) messages. Each file is
 * written completely or not at all, the JSON last. Resolves to the paths, the HTML first.
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
  for (const { name, content } of files) {
    await writeWhole(join(folder, name), content);
  }
  return files.map(({ name }) => join(folder, name));
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
