import type { ResultBatch } from '../engine/result-stream.js';

/** The batches of a result, and `finished` once after them, however they end, and if they never begin. */
export function toTheEnd(
  batches: AsyncGenerator<ResultBatch>,
  finished: () => unknown,
): AsyncGenerator<ResultBatch> {
  let finishing: Promise<unknown> | null = null;
  // Whoever ends them while somebody else does waits as well: then the connection is free.
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
