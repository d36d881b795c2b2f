import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../report-fixture.js';
import { BrowserFixture, findBarriers, overflow } from './browser-fixture.js';
import { renderComparison } from './render-comparison.js';

const requirements = sampleReport().requirements;
const better = sampleReport({
  requirements: [
    ...requirements
      .filter(({ id }) => id !== 'lake.shared')
      .map((each) =>
        each.status === 'failed'
          ? { ...requirements[0], ...each, status: 'passed' as const }
          : each,
      ),
  ],
  target: { ...sampleReport().target, description: '<script>alert(1)</script>', edition: 'Core' },
});
const reports = [
  { file: 'old/conformance.json', report: sampleReport() },
  { file: 'new/conformance.json', report: better },
  ...[3, 4, 5].map((number) => ({ file: `server-${number}.json`, report: sampleReport() })),
];
const html = renderComparison(reports);

let browser: BrowserFixture;
beforeAll(async () => {
  browser = await BrowserFixture.launch();
});
afterAll(() => browser.close());

describe('the page of a comparison', () => {
  it('has a column for each server and a row for each requirement of any report', async () => {
    const page = await browser.open(html);
    const heads = await page.getByRole('columnheader').allTextContents();
    expect(heads).toEqual(['Requirement', 'old', 'new', 'server-3', 'server-4', 'server-5']);
    const cells = (id: string) => page.locator(`tr[id="${id}"]`).getByRole('cell').allInnerTexts();
    expect((await cells('kill.not-own')).slice(0, 3)).toEqual(['failed', 'passed', 'failed']);
    expect((await cells('lake.shared')).slice(0, 2)).toEqual(['missing', 'not in this report']);
    expect(await page.getByText('2 of 6 requirements differ.').isVisible()).toBe(true);
    expect(await page.getByText('<script>alert(1)</script>').isVisible()).toBe(true);
  });

  it('shows only where servers differ when asked to, and what is searched', async () => {
    const page = await browser.open(html);
    await page.getByRole('checkbox', { name: 'only where servers differ' }).check();
    const status = page.getByRole('status');
    expect(await status.textContent()).toBe('2 of 6 requirements shown');
    await page.getByRole('searchbox').fill('lake');
    expect(await status.textContent()).toBe('1 of 6 requirements shown');
  });

  it.each([
    [360, 'dark'],
    [1280, 'light'],
  ] as const)('has no barriers and never scrolls sideways at %i px, %s', async (width, scheme) => {
    const options = { viewport: { width, height: 800 }, colorScheme: scheme };
    const page = await browser.open(html, options, '#lake.shared');
    await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
    expect(await overflow(page)).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
  });
});
