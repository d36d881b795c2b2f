import { describe, expect, it } from 'vitest';
import { summarizeDelays } from '../timeliness.js';
import { layOutDelays } from './delay-plot.js';

const layOut = (limitMs: number, ...delaysMs: number[]): ReturnType<typeof layOutDelays> => {
  const timeliness = summarizeDelays([{ delaysMs, limitMs }]);
  if (timeliness === undefined) {
    throw new Error('there are no delays');
  }
  return layOutDelays(timeliness);
};

describe('layOutDelays', () => {
  it('draws a step for each delay, from none to all, on a logarithmic axis up to the limit', () => {
    const plot = layOut(1000, 1, 10, 10, 100);
    const step = (plot.right - plot.left) / 3;
    const rise = (plot.bottom - plot.top) / 4;
    const x = (decades: number): number => Math.round((plot.left + decades * step) * 100) / 100;
    expect(plot.path).toBe(
      `M${plot.left} ${plot.bottom}` +
        `H${x(0)}V${plot.bottom - rise}H${x(1)}V${plot.bottom - 2 * rise}` +
        `H${x(1)}V${plot.bottom - 3 * rise}H${x(2)}V${plot.top}H${plot.right}`,
    );
    expect(plot.limitX).toBe(plot.right);
    expect(plot.xTicks.map(({ name }) => name)).toEqual(['1', '10', '100', '1000']);
  });

  it('shows delays beyond the limit and delays of zero', () => {
    const plot = layOut(10, 0, 100_000);
    expect(plot.limitX).toBeLessThan(plot.right);
    expect(plot.path).toMatch(new RegExp(`H${plot.right}V${plot.top}H${plot.right}$`));
    expect(plot.path).not.toMatch(/NaN|Infinity/);
  });

  it.each([[0], [0.1], [5]])('draws a single delay of %d ms, too', (delay) => {
    expect(JSON.stringify(layOut(0, delay))).not.toMatch(/null|NaN/);
  });

  it('describes after how long which share could be read', () => {
    const { quantiles } = layOut(10_000, ...Array.from({ length: 200 }, (_, index) => index + 1));
    expect(Object.fromEntries(quantiles.map(({ name, value }) => [name, value]))).toEqual({
      half: 100.5,
      '90%': 180,
      '99%': 198,
      all: 200,
      limit: 10_000,
    });
  });
});
