import type { Timeliness } from '../model.js';
import { describeTimeliness } from '../timeliness.js';

const size = { width: 440, height: 214, left: 38, right: 418, top: 8, bottom: 176 } as const;
/** Shorter delays are drawn at this value, because a logarithmic axis has no zero. */
const shortestMs = 0.1;

/** The parts of the delay plot, in the units of its viewBox. */
export interface DelayPlot {
  readonly description: string;
  readonly samples: number;
  /** The cumulative distribution, as an SVG path of steps. */
  readonly path: string;
  readonly limitX: number;
  readonly xTicks: readonly { readonly x: number; readonly name: string }[];
  readonly yTicks: readonly { readonly y: number; readonly name: string }[];
  readonly quantiles: readonly { readonly name: string; readonly value: number }[];
}

/**
 * Lays out the share of records that were visible after each delay. The axis ends at the limit or at the
 * longest delay.
 */
export function layOutDelays(timeliness: Timeliness): DelayPlot & typeof size {
  const { delaysMs, limitMs, samples, medianMs, worstMs } = timeliness;
  const least = Math.floor(Math.log10(Math.max(shortestMs, delaysMs[0] ?? shortestMs)));
  // The axis spans at least one decade, even if the limit is short.
  const most = Math.max(Math.log10(Math.max(limitMs, worstMs, shortestMs)), least + 1);
  const toX = (delayMs: number): number => {
    const share = (Math.log10(Math.max(delayMs, shortestMs)) - least) / (most - least);
    return round(size.left + share * (size.right - size.left));
  };
  const toY = (share: number): number => round(size.bottom - share * (size.bottom - size.top));
  const steps = delaysMs.map(
    (delayMs, index) => `H${toX(delayMs)}V${toY((index + 1) / delaysMs.length)}`,
  );
  const decades = Array.from({ length: Math.floor(most) - least + 1 }, (_, index) => least + index);
  return {
    ...size,
    description: describeTimeliness(timeliness),
    samples,
    path: `M${size.left} ${size.bottom}${steps.join('')}H${size.right}`,
    limitX: toX(limitMs),
    xTicks: decades.map((power) => ({ x: toX(10 ** power), name: String(round(10 ** power)) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ y: toY(share), name: `${share * 100}%` })),
    quantiles: [
      { name: 'half', value: medianMs },
      { name: '90%', value: quantile(delaysMs, 0.9) },
      { name: '99%', value: quantile(delaysMs, 0.99) },
      { name: 'all', value: worstMs },
      { name: 'limit', value: limitMs },
    ],
  };
}

/** The smallest delay that this share of the delays does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
