import type { ResultBatch } from '../engine/result-stream.js';

/**
 * Passes the batches on and calls `finished` once after them, also after an error or if closed before the
 * first batch.
 */
export function toTheEnd(
  batches: AsyncGenerator<ResultBatch>,
  finished: () => unknown,
): AsyncGenerator<ResultBatch> {
  let finishing: Promise<unknown> | null = null;
  // Concurrent callers share one promise, so all of them wait until the connection is free.
  const finish = () => (finishing ??= Promise.resolve(finished()));
  const passOn = async (step: () => Promise<IteratorResult<ResultBatch>>) => {
    try {
      const result = await step();
      if (result.done === true) {
        await finish();
      }
      return result;
    } catch (error) {
      await finish();
      throw error;
    }
  };
  return {
    next: () => passOn(() => batches.next()),
    return: (value: unknown) => passOn(() => batches.return(value)),
    throw: (error: unknown) => passOn(() => batches.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
}
