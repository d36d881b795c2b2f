import { tableFromArrays } from 'apache-arrow';
import { expect, it } from 'vitest';
import { readParameters } from './parameters.js';

it('takes a batch of any number of rows of parameters', async () => {
  const count = 200_000;
  const { schema, batches } = tableFromArrays({
    n: Int32Array.from({ length: count }, (_, n) => n),
  });
  const stream = (async function* () {
    yield* await Promise.resolve(batches);
  })();
  const rows = await readParameters({ schema, batches: stream });
  expect(rows).toHaveLength(count);
  expect(rows.at(-1)?.values).toEqual([count - 1]);
});
