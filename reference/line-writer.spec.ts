import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineWriter } from './line-writer.js';

let folder: string;
let pipe: { readonly reader: number; readonly writer: number };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lines-'));
  const file = path.join(folder, 'pipe');
  execFileSync('mkfifo', [file]);
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  pipe = { reader, writer: openSync(file, constants.O_WRONLY) };
});
afterEach(async () => {
  closeSync(pipe.reader);
  closeSync(pipe.writer);
  await rm(folder, { recursive: true });
});

/** What is in the pipe now. */
function read(): string {
  const chunk = Buffer.alloc(1024 * 1024);
  let text = '';
  for (;;) {
    try {
      const length = readSync(pipe.reader, chunk);
      text += chunk.toString('utf8', 0, length);
    } catch {
      return text; // Nothing is left.
    }
  }
}

/** Reads until nothing more comes. */
async function readAll(lines: LineWriter): Promise<string[]> {
  let text = '';
  for (let part = read(); part !== ''; part = read()) {
    text += part;
    await lines.flush(20);
  }
  return text.split('\n').slice(0, -1);
}

const line = (number: number) => `${number} ${'x'.repeat(990)}\n`;

function writerOf(): LineWriter {
  const lines: LineWriter = new LineWriter(pipe.writer, (lost) => {
    lines.write(`lost ${lost}\n`);
  });
  return lines;
}

it('what is written can be read at once', () => {
  const lines = writerOf();
  lines.write('one\n');
  lines.write('two\n');
  expect(read()).toBe('one\ntwo\n');
});

it('what nobody reads waits, in order and whole', async () => {
  const lines = writerOf();
  for (let number = 0; number < 500; number++) {
    lines.write(line(number));
  }
  expect(await readAll(lines)).toEqual(
    Array.from({ length: 500 }, (_, number) => line(number).trimEnd()),
  );
});

it('what is too much is lost, and its number is said once others are written again', async () => {
  const lines = writerOf();
  for (let number = 0; number < 3_000; number++) {
    lines.write(line(number));
  }
  await lines.flush(10);
  const written = await readAll(lines);
  expect(written.length).toBeGreaterThan(1_000);
  expect(written.at(-1)).toBe(`lost ${3_000 - (written.length - 1)}`);
  lines.write('later\n');
  expect(read()).toBe('later\n');
});

it('what cannot be written is lost, and said when something can be', () => {
  const full = openSync('/dev/full', 'w');
  const told: number[] = [];
  const lines = new LineWriter(full, (lost) => told.push(lost));
  lines.write('one\n');
  lines.write('two\n');
  expect(told).toEqual([]);
  Object.assign(lines, { descriptor: pipe.writer });
  lines.write('three\n');
  expect(told).toEqual([2]);
  expect(read()).toBe('three\n');
  closeSync(full);
});
