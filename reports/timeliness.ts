import type { Delays, Timeliness } from './model.js';

/** Reads the `Delays` that a scenario attached. Throws an Error if they are malformed. */
export function readDelays(body: string): Delays {
  const { delaysMs, limitMs } = JSON.parse(body) as Partial<Delays>;
  const isDelay = (value: unknown): boolean => typeof value === 'number' && value >= 0;
  if (!Array.isArray(delaysMs) || !delaysMs.every(isDelay) || !isDelay(limitMs)) {
    throw new Error(`its delays cannot be read: ${body}`);
  }
  return { delaysMs, limitMs: limitMs ?? 0 };
}

/** Summarizes the delays of a run; undefined if it measured none. */
export function summarizeDelays(measured: readonly Delays[]): Timeliness | undefined {
  const sorted = measured.flatMap(({ delaysMs }) => delaysMs).sort((a, b) => a - b);
  const worst = sorted.at(-1);
  if (worst === undefined) {
    return undefined;
  }
  const middle = sorted.length / 2;
  const lower = sorted[Math.ceil(middle) - 1] ?? worst;
  const upper = sorted[Math.floor(middle)] ?? worst;
  return {
    delaysMs: sorted.map(toTenths),
    samples: sorted.length,
    medianMs: toTenths((lower + upper) / 2),
    worstMs: toTenths(worst),
    limitMs: Math.max(...measured.map(({ limitMs }) => limitMs)),
  };
}

export function describeTimeliness({ samples, medianMs, worstMs, limitMs }: Timeliness): string {
  return `records visible after ${medianMs} ms (median of ${samples}), ${worstMs} ms at worst; limit ${limitMs} ms`;
}

function toTenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
