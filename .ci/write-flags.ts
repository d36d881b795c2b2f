import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { optionTypes, withSettingsTable } from '../steps/runner/describe-flags.js';

// What is written down of the flags of `run` elsewhere, from where they are declared.
await write('bin/run-options.d.ts', optionTypes());
await write('README.md', withSettingsTable(readFileSync('README.md', 'utf8')));

async function write(file: string, text: string): Promise<void> {
  const options = await resolveConfig(file);
  writeFileSync(file, await format(text, { ...options, filepath: file }));
}
