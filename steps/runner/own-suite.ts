import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import { identifyServer } from './identify-server.js';
import { readFeatures } from './read-features.js';
import type { Workshop } from './run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The suite of this package: its catalogue, features and steps, and how it identifies a server. */
export function ownSuite(): Pick<
  Workshop,
  'suite' | 'catalogue' | 'features' | 'root' | 'support' | 'identify'
> {
  const catalogue = loadCatalogue();
  return {
    suite: {
      ...ownPackage(),
      specification: catalogue.title,
    },
    catalogue,
    features: readFeatures(root),
    root,
    support: supportModules(),
    identify: identifyServer,
  };
}

export function ownPackage(): { name: string; version: string } {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return { name, version };
}

/** The modules with hooks and steps: those directly in steps/. */
function supportModules(): string[] {
  const folder = join(root, 'steps');
  const modules = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort();
  return [
    join(folder, 'runner', 'typescript-in-workers.js'),
    join(folder, 'runner', 'skip-when-interrupted.ts'),
    ...modules.map((file) => join(folder, file)),
  ];
}
