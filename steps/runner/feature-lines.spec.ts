import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineFaults } from './feature-lines.js';

const features = fileURLToPath(new URL('../../features', import.meta.url));

const folders = readdirSync(features);

describe('the lines of the features', () => {
  it.each(folders)('in %s are short, and no cell has several', (folder) => {
    const faults = readdirSync(join(features, folder)).flatMap((file) =>
      lineFaults(readFileSync(join(features, folder, file), 'utf8')).map(
        (fault) => `${folder}/${file}:${fault}`,
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('lineFaults', () => {
  it('lets 160 characters pass, and a text or a cell that only looks like several lines', () => {
    const text = ['x'.repeat(160), "      SELECT E'\\n'", '| a\\\\n |', '| a | b |'].join('\n');
    expect(lineFaults(text)).toEqual([]);
  });

  it('finds longer lines and cells of several lines, by their number', () => {
    const text = ['', 'x'.repeat(161), '  | a | SELECT 1\\nSELECT 2 |'].join('\n');
    expect(lineFaults(text)).toEqual([
      '2: 161 characters, of at most 160',
      '3: a cell of several lines',
    ]);
  });
});
