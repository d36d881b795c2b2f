import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';

const folder = new URL('.', import.meta.url);
/** Escapes every value. Only the style, the script and the templates are inserted unescaped. */
const eta = new Eta({ views: fileURLToPath(folder), autoEscape: true, cache: true });
const style = readFileSync(new URL('page.css', folder), 'utf8');
const script = readFileSync(new URL('page.js', folder), 'utf8');
/**
 * The content security policy allows only the script with this hash, so that text from a server cannot run.
 */
const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

/** Renders a template of this folder as one self-contained HTML page. */
export function renderPage(
  template: string,
  content: { readonly title: string; readonly [name: string]: unknown },
): string {
  return eta.render(`./${template}`, { ...content, style, script, scriptHash });
}
