import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../report-fixture.js';
import { BrowserFixture, findBarriers, overflow } from './browser-fixture.js';
import { renderHtml } from './render-html.js';

const timeliness = {
  delaysMs: [0, 1.5, 2, 40],
  samples: 4,
  medianMs: 1.8,
  worstMs: 40,
  limitMs: 10_000,
};
const html = renderHtml(sampleReport({ timeliness }));
/** The sample report with long unbreakable words in every text from a server or the catalogue. */
const wideHtml = renderHtml(
  JSON.parse(
    JSON.stringify(sampleReport({ timeliness })).replace(
      /"(message|sql|text|reason|description|name)":"/g,
      `$&${'unbroken'.repeat(40)}`,
    ),
  ) as ReturnType<typeof sampleReport>,
);

let browser: BrowserFixture;
beforeAll(async () => {
  browser = await BrowserFixture.launch();
});
afterAll(() => browser.close());

const shown = (page: Page): Promise<string[]> =>
  page
    .locator('tr[data-status]:visible')
    .evaluateAll((rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id));
const all = sampleReport().requirements.map(({ id }) => id);

describe('the page of a report', () => {
  it('filters by status, chapter and words, and says how many it shows', async () => {
    const page = await browser.open(html);
    const count = page.getByRole('status');
    expect((await shown(page)).sort()).toEqual(all.toSorted());
    for (const status of ['passed', 'missing', 'untestable', 'not offered', 'error']) {
      await page.getByRole('checkbox', { name: status }).uncheck();
    }
    expect(await shown(page)).toEqual(['kill.not-own']);
    expect(await count.textContent()).toBe('1 of 6 requirements shown');
    expect(await page.getByRole('rowheader', { name: 'Tracing' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => count.textContent()).toBe('6 of 6 requirements shown');
    await page.getByRole('searchbox', { name: 'Search' }).fill('LOG too');
    expect(await shown(page)).toEqual(['trace.execution']);
    await page.getByRole('searchbox').fill('no such thing');
    expect(await shown(page)).toEqual([]);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox', { name: 'Chapter' }).selectOption('DuckLake');
    expect(await shown(page)).toEqual(['lake.shared']);
  });

  it('can be used by keyboard alone', async () => {
    const page = await browser.open(html);
    const focused = page.locator(':focus');
    await page.keyboard.press('Tab');
    expect(await focused.textContent()).toBe('Skip to the requirements');
    expect(await focused.isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await focused.textContent()).toBe('Requirements');
    await page.keyboard.press('Tab');
    await page.keyboard.type('admin');
    expect(await shown(page)).toEqual(['kill.admin']);
    await tabTo(page, 'Show all');
    await page.keyboard.press('Enter');
    await expect.poll(() => shown(page)).toHaveLength(6);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await shown(page)).not.toContain('kill.admin');
    await page.keyboard.press('Space');
    await tabTo(page, '1 scenario');
    await page.keyboard.press('Enter');
    expect(await page.locator('tr .scenarios:visible').count()).toBe(1);
  });

  it('has a permanent link to every requirement, even when it is filtered away', async () => {
    const page = await browser.open(html, { viewport: { width: 800, height: 200 } }, `#${all[0]}`);
    for (const id of all) {
      const row = page.locator(`[id="${id}"]`);
      await expect.poll(() => isInView(page, id)).toBe(true);
      expect(await backgroundOf(page, `[id="${id}"] td`)).not.toBe('rgba(0, 0, 0, 0)');
      await page.getByRole('searchbox').fill('no such thing');
      expect(await row.isVisible()).toBe(false);
      const next = all[all.indexOf(id) + 1] ?? all[0];
      await page.evaluate(`location.hash = '#${next}'`);
      await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^6 of 6/);
    }
  });

  it.each([
    [360, 'dark'],
    [1280, 'light'],
  ] as const)('has no barriers at %i px, %s', async (width, colorScheme) => {
    const page = await browser.open(html, { viewport: { width, height: 800 }, colorScheme });
    await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
    expect(await findBarriers(page)).toEqual([]);
    const background = await backgroundOf(page, 'body');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)');
  });

  it.each([360, 800])('never scrolls sideways at %i px', async (width) => {
    const page = await browser.open(wideHtml, { viewport: { width, height: 700 } });
    expect(await overflow(page)).toBe(0);
  });

  it('prints dark on white, unfolded and without controls', async () => {
    const page = await browser.open(html, { colorScheme: 'dark' });
    const folded = page.locator('.failure details:not([open])');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await backgroundOf(page, 'body')).toBe('rgb(255, 255, 255)');
    expect(await page.getByRole('search').or(page.locator('form')).isVisible()).toBe(false);
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await folded.count()).toBe(0);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('shows everything without scripts, and hides the controls', async () => {
    const page = await browser.open(html, { javaScriptEnabled: false });
    expect(await page.locator('form').isVisible()).toBe(false);
    expect(await page.locator('tr[data-status]:visible').count()).toBe(6);
  });

  it('tells a screen reader what the plot and the table show', async () => {
    const page = await browser.open(html);
    const plot = page.getByRole('img', { name: 'records visible after 1.8 ms (median of 4)' });
    expect(await plot.isVisible()).toBe(true);
    const row = page.getByRole('row', { name: /failed kill\.not-own/ });
    await row.getByRole('link', { name: 'What went wrong with kill.not-own' }).click();
    await expect.poll(() => isInView(page, 'bad-kill.not-own')).toBe(true);
    const failure = page.getByRole('region', { name: 'failed kill.not-own' });
    expect(await failure.getByText('KILL SESSION').count()).toBeGreaterThan(0);
  });
});

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').textContent()) === text) {
      return;
    }
  }
  throw new Error(`the Tab key does not get to ${text}`);
}

function backgroundOf(page: Page, selector: string): Promise<string> {
  return page.evaluate<string>(
    `getComputedStyle(document.querySelector('${selector}')).backgroundColor`,
  );
}

function isInView(page: Page, id: string): Promise<boolean> {
  return page.evaluate<boolean>(
    `(({ top }) => top >= 0 && top < innerHeight)(document.getElementById('${id}').getBoundingClientRect())`,
  );
}
