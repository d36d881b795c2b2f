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
 * Makes the folder. The reports of an earlier run stay in it until those of this one are whole. Throws if
 * the folder cannot be written to.
 */
export async function prepareReportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const probe = join(folder, `.${names.json}.${process.pid}`);
  await (await open(probe, 'w')).close();
  await rm(probe);
}

/**
 * Checks a report against its schema and writes it in all its forms, with cucumber's own messages (plain
 * data, nothing secret in them any more) beside it. All of them take the place of an earlier run's when all
 * are written, the JSON last; until then, and when one cannot be written, the earlier ones stay. Throws an
 * Error that names the file. Resolves to their paths, the HTML first.
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
