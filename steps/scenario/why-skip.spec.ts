import { expect, it } from 'vitest';
import { parseCatalogue } from '../../fixtures/catalogue/catalogue.js';
import type { Need } from '../../fixtures/catalogue/catalogue.js';
import type { SkipVerdict } from '../../reports/model.js';
import type { Offer } from '../targets/target.js';
import { isAboutAbsence, isIndirect, whySkip } from './why-skip.js';
import type { Circumstances } from './why-skip.js';

const catalogue = parseCatalogue(
  `
title: T
revisions: ['1.17']
chapters:
  One:
    about.records: { text: T, level: MUST, source: H }
    about.kill: { text: T, level: MUST, source: H, uses: [kill-session] }
    about.both: { text: T, level: MUST, source: H, uses: [instrumentation, kill-session] }
    about.neither: { text: T, level: MUST, source: H, uses: [] }
`,
  'c.yaml',
).at('1.17');
const core: SkipVerdict = { status: 'not-offered', reason: 'not in Core' };
const off: SkipVerdict = { status: 'untestable', reason: 'switched off' };

function why(
  tags: string,
  {
    lacks = {},
    offered = [],
    isLong = false,
    kind = 'endpoint',
  }: Partial<Pick<Circumstances, 'lacks' | 'isLong'>> & { offered?: Need[]; kind?: string } = {},
) {
  const offers = (need: Need): Promise<Offer> =>
    Promise.resolve(
      offered.includes(need) ? { offered: true } : { offered: false, reason: `no ${need}` },
    );
  const target = { offers, kind };
  return whySkip(tags.split(' '), { isLong, catalogue, target, lacks });
}

it.each([
  ['@about.records', core],
  ['@about.both', core],
  ['@about.kill', undefined],
  ['@about.neither', undefined],
  // It is run for the one that is offered.
  ['@about.records @about.neither', undefined],
  ['@about.neither @needs:instrumentation', core],
])('without instrumentation, what becomes of %s is %j', async (tags, verdict) => {
  expect(await why(tags, { lacks: { instrumentation: core } })).toEqual(verdict);
  expect(await why(tags)).toBeUndefined();
});

it.each([
  ['@about.records', undefined],
  ['@about.both', core],
  ['@about.kill', core],
  ['@about.neither @needs:kill-session', core],
])('without KILL SESSION, what becomes of %s is %j', async (tags, verdict) => {
  expect(await why(tags, { lacks: { 'kill-session': core } })).toEqual(verdict);
});

it('what the target does not offer is untestable, and said only where the server could be judged', async () => {
  expect(await why('@about.neither @needs:logs')).toEqual({
    status: 'untestable',
    reason: 'no logs',
  });
  expect(await why('@about.neither @needs:logs', { offered: ['logs'] })).toBeUndefined();
  expect(await why('@about.records @needs:logs', { lacks: { instrumentation: core } })).toEqual(
    core,
  );
});

it.each([core, off])(
  'a server that has no instrumentation is one with instrumentation off: %j',
  async (lacking) => {
    const tags = '@about.neither @needs:instrumentation-off';
    expect(await why(tags)).toEqual({ status: 'untestable', reason: 'no instrumentation-off' });
    expect(await why(tags, { lacks: { instrumentation: lacking } })).toBeUndefined();
  },
);

it('a long query is not begun on a server of others that cannot end it', async () => {
  const lacks = { 'kill-session': core };
  expect(await why('@about.records', { lacks, isLong: true })).toMatchObject({
    status: 'untestable',
    reason: expect.stringContaining('a query running for a minute') as string,
  });
  expect(await why('@about.records', { lacks, isLong: true, kind: 'command' })).toBeUndefined();
  expect(await why('@about.records', { lacks })).toBeUndefined();
  expect(await why('@about.records', { isLong: true })).toBeUndefined();
});

it.each([
  ['reference', false, false],
  ['command', false, false],
  ['image', false, true],
  ['image', true, false],
  ['endpoint', false, true],
  ['endpoint', true, false],
])(
  'something may stand before a server that is a %s, directly reached: %s',
  (kind, direct, may) => {
    const target = { kind, settings: { direct } } as unknown as Parameters<typeof isIndirect>[1];
    expect(isIndirect(['@a.b', '@needs:direct'], target)).toBe(may);
    expect(isIndirect(['@a.b'], target)).toBe(false);
  },
);

it('a connection through a proxy may be judged', async () => {
  expect(await why('@about.neither @needs:direct')).toBeUndefined();
});

it('knows a scenario about a server without instrumentation', () => {
  expect(isAboutAbsence(['@a.b', '@needs:instrumentation-off'])).toBe(true);
  expect(isAboutAbsence(['@a.b', '@needs:instrumentation'])).toBe(false);
});
