import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ConformanceOptions } from '../../bin/api.js';
import { optionTypes, settingsTable, withSettingsTable } from './describe-flags.js';
import type { runConformance } from './run-conformance.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

async function formatted(text: string, file: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

describe('what is written of the flags elsewhere: npm run generate:flags', () => {
  it('the types of the API are as declared', async () => {
    const file = path('bin/run-options.d.ts');
    expect(readFileSync(file, 'utf8')).toBe(await formatted(optionTypes(), file));
  });

  it('README has the table as declared', async () => {
    const file = path('README.md');
    const readme = readFileSync(file, 'utf8');
    expect(readme).toBe(await formatted(withSettingsTable(readme), file));
  });

  it('names each flag, what it means and what holds without it', () => {
    expect(settingsTable()).toContain('`--visibility <seconds>`');
    expect(settingsTable()).toContain(
      'how long a record may take to become visible: 10 unless given',
    );
    expect(settingsTable()).not.toContain('--endpoint');
  });

  it('is refused a README without a place for it', () => {
    expect(() => withSettingsTable('# README')).toThrow(/README\.md has no <!-- settings -->/);
  });

  it('types of the API are what a run takes', () => {
    expectTypeOf<ConformanceOptions>().toExtend<
      NonNullable<Parameters<typeof runConformance>[0]>
    >();
  });
});
