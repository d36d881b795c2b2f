import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeline } from './timeline.js';

const time = fc.bigInt({ min: 0n, max: 100_000n });

it('never runs backwards, and its ends are exactly the start plus the durations', () => {
  fc.assert(
    fc.property(time, time, fc.option(fc.tuple(time, time)), (startTime, work, batches) => {
      const firstBatch = batches && startTime + batches[0];
      const lastBatch = batches && startTime + batches[0] + batches[1];
      const engineEnd = startTime + work;
      const times = timeline({ startTime, engineEnd, firstBatch, lastBatch });
      const { endTime, durationMs, fetchStartTime, fetchEndTime, totalDurationMs } = times;
      expect(endTime).toBe(startTime + durationMs * 1000n);
      expect(fetchEndTime).toBe(startTime + totalDurationMs * 1000n);
      expect(fetchEndTime).toBeGreaterThanOrEqual(endTime);
      expect(engineEnd - endTime).toBeLessThan(1000n);
      const latest = lastBatch !== null && lastBatch > engineEnd ? lastBatch : engineEnd;
      expect(latest - fetchEndTime).toBeLessThan(1000n);
      expect(latest).toBeGreaterThanOrEqual(fetchEndTime);
      expect(fetchStartTime === null).toBe(firstBatch === null);
      if (fetchStartTime !== null && firstBatch !== null) {
        expect(fetchStartTime).toBeGreaterThanOrEqual(startTime);
        expect(fetchStartTime).toBeLessThanOrEqual(fetchEndTime);
        expect(firstBatch - fetchStartTime).toBeLessThan(1000n);
      }
    }),
  );
});
