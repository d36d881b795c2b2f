import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport } from './report-fixture.js';
import { prepareReportFolder, writeReport } from './write-report.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-report-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('writeReport', () => {
  it('writes the report in all its forms, and leaves nothing else', async () => {
    const paths = await writeReport(sampleReport(), folder, [{ meta: {} }, { a: 1 }]);
    expect(paths.map((path) => relative(folder, path))).toEqual([
      'conformance.html',
      'conformance.md',
      'junit.xml',
      'messages.ndjson',
      'conformance.json',
    ]);
    expect(readdirSync(folder).sort()).toEqual(paths.map((path) => relative(folder, path)).sort());
    expect(readFileSync(join(folder, 'messages.ndjson'), 'utf8')).toBe('{"meta":{}}\n{"a":1}\n');
    expect(JSON.parse(readFileSync(join(folder, 'conformance.json'), 'utf8'))).toEqual(
      sampleReport(),
    );
  });

  it('writes nothing when the report is not what the schema says', async () => {
    const summary = { ...sampleReport().summary, total: 7 };
    await expect(writeReport(sampleReport({ summary }), folder)).rejects.toThrow('summary');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no half of a file behind when writing fails', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file, not a folder');
    await expect(writeReport(sampleReport(), folder)).rejects.toThrow();
    expect(readFileSync(folder, 'utf8')).toBe('a file, not a folder');
  });
});

/** A file system of the given size in bytes. Only root can mount one. */
function withSmallDisk(use: (folder: string) => Promise<void>): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  return use(folder).finally(() => execFileSync('umount', [folder]));
}

describe.runIf(process.getuid?.() === 0 && process.platform === 'linux')('on a full disk', () => {
  it('the earlier report stays, and the message names the file', () =>
    withSmallDisk(async (small) => {
      writeFileSync(join(small, 'conformance.json'), 'earlier');
      const messages = Array.from({ length: 3000 }, (_, line) => ({ line }));
      await expect(writeReport(sampleReport(), small, messages)).rejects.toThrow(
        /^the report cannot be written: .*: ENOSPC/,
      );
      expect(readdirSync(small)).toEqual(['conformance.json']);
      expect(readFileSync(join(small, 'conformance.json'), 'utf8')).toBe('earlier');
    }));
});

describe('prepareReportFolder', () => {
  it('makes the folder, however deep', async () => {
    await prepareReportFolder(join(folder, 'a', 'b'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual([]);
  });

  it('leaves the reports of an earlier run until the next ones are whole', async () => {
    await writeReport(sampleReport(), folder);
    await prepareReportFolder(folder);
    expect(readdirSync(folder)).toHaveLength(5);
  });

  it('rejects when a file is in the way', async () => {
    writeFileSync(join(folder, 'out'), '');
    await expect(prepareReportFolder(join(folder, 'out'))).rejects.toThrow();
  });
});
