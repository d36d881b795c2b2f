import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** For specs: a real browser that opens pages from files and records their errors and requests. */
export class BrowserFixture {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  /** Starts Chromium. Throws an Error that says how to install it if there is none. */
  static async launch(): Promise<BrowserFixture> {
    const wanted = process.env['CHROMIUM_PATH'];
    const paths = wanted === undefined ? usualPaths : [wanted];
    const executablePath = paths.find((path) => existsSync(path));
    if (executablePath === undefined) {
      throw new Error(
        `the tests of the HTML report need Chromium, which is not at ${paths.join(', ')}: install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH to its program`,
      );
    }
    // Chromium's sandbox does not work for root. The pages are our own, so it is not needed.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new BrowserFixture(browser, mkdtempSync(join(tmpdir(), 'report-pages-')));
  }

  /** Opens a page. Throws if the page has an error or requests another file. */
  async open(html: string, options: BrowserContextOptions = {}, hash = ''): Promise<Page> {
    const file = join(this.folder, 'page.html');
    writeFileSync(file, html);
    const context = await this.browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('dialog', (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => faults.push(`a request for ${request.url()}`));
    await page.goto(`${pathToFileURL(file).href}${hash}`);
    const others = faults.filter((fault) => !fault.startsWith('a request for file:'));
    if (others.length > 0) {
      throw new Error(`the page has errors: ${others.join('; ')}`);
    }
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** The accessibility violations that axe finds on a page: one line for each kind, with its elements. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** By how many pixels the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}
