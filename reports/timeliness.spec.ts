import { describe, expect, it } from 'vitest';
import { describeTimeliness, readDelays, summarizeDelays } from './timeliness.js';

describe('readDelays', () => {
  it('reads what a scenario attached', () => {
    const delays = { delaysMs: [1.5, 0, 20], limitMs: 10_000 };
    expect(readDelays(JSON.stringify(delays))).toEqual(delays);
  });

  it.each([
    '',
    '{}',
    '{"delaysMs":[1]}',
    '{"delaysMs":[-1],"limitMs":1}',
    '{"delaysMs":["1"],"limitMs":1}',
  ])('refuses %s', (body) => {
    expect(() => readDelays(body)).toThrow();
  });
});

describe('summarizeDelays', () => {
  it('is undefined for a run that measured nothing', () => {
    expect(summarizeDelays([])).toBeUndefined();
    expect(summarizeDelays([{ delaysMs: [], limitMs: 5 }])).toBeUndefined();
  });

  it.each([
    [[[7]], 7, 7],
    [[[30, 1], [2]], 2, 30],
    [
      [
        [4, 1],
        [3, 100],
      ],
      3.5,
      100,
    ],
    [[[0.06, 0.14]], 0.1, 0.1],
  ])('takes the median and the worst of %j together', (groups, medianMs, worstMs) => {
    const measured = groups.map((delaysMs) => ({ delaysMs, limitMs: 10_000 }));
    const samples = groups.flat().length;
    const delaysMs = expect.any(Array) as unknown;
    expect(summarizeDelays(measured)).toEqual({
      delaysMs,
      samples,
      medianMs,
      worstMs,
      limitMs: 10_000,
    });
  });

  it('keeps every delay, the shortest first', () => {
    const measured = [[30, 1.26], [2]].map((delaysMs) => ({ delaysMs, limitMs: 9 }));
    expect(summarizeDelays(measured)?.delaysMs).toEqual([1.3, 2, 30]);
  });
});

describe('describeTimeliness', () => {
  it('is one line', () => {
    const timeliness = {
      delaysMs: [3.5],
      samples: 40,
      medianMs: 3.5,
      worstMs: 21,
      limitMs: 10_000,
    };
    expect(describeTimeliness(timeliness)).toBe(
      'records visible after 3.5 ms (median of 40), 21 ms at worst; limit 10000 ms',
    );
  });
});
