import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { optionTypes, withSettingsTable } from '../steps/runner/describe-flags.js';

// Writes the files that are derived from the declared flags of `run`.
await write('bin/run-options.d.ts', optionTypes());
await write('README.md', withSettingsTable(readFileSync('README.md', 'utf8')));

async function write(file: string, text: string): Promise<void> {
  const options = await resolveConfig(file);
  writeFileSync(file, await format(text, { ...options, filepath: file }));
}
