import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';

const folder = new URL('.', import.meta.url);
/** Escapes every value; only the style, the script and the templates themselves go in as they are. */
const eta = new Eta({ views: fileURLToPath(folder), autoEscape: true, cache: true });
const style = readFileSync(new URL('page.css', folder), 'utf8');
const script = readFileSync(new URL('page.js', folder), 'utf8');
/** A browser runs this one script and nothing that a report could smuggle in. */
const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

/** One HTML page that needs no other file, from a template of this folder and what it shows. */
export function renderPage(
  template: string,
  content: { readonly title: string; readonly [name: string]: unknown },
): string {
  return eta.render(`./${template}`, { ...content, style, script, scriptHash });
}
