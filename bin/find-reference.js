import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Imports the reference server. That is the file of `npm run build`, which starts in half the time, unless a
 * source file is newer; then it is the sources, run by tsx.
 * @returns {Promise<typeof import('../reference/main.js')>}
 */
export async function findReference() {
  const built = new URL('../dist/reference.js', import.meta.url);
  if (builtAfter(built, ['../reference/', '../protocol/'])) {
    return import(built.href);
  }
  const tsx = await import('tsx/esm/api');
  tsx.register();
  return import('../reference/main.ts');
}

/** Whether the file exists and is at least as new as every source in the folders. */
function builtAfter(file, folders) {
  const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return time !== undefined && folders.every((folder) => !hasYounger(folder, time));
}

function hasYounger(folder, time) {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(path, { recursive: true }).some(
    (name) => name.endsWith('.ts') && statSync(path + name).mtimeMs > time,
  );
}
