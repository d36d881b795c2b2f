import type { RecordBatchStream } from '../../protocol/arrow-ipc.js';
import { createPause } from '../engine/pause.js';
import { portions } from '../engine/from-arrow/portions.js';
import { parameterReader } from '../engine/from-arrow/parameter-reader.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { Failure } from '../errors.js';

/**
 * Reads all parameter rows that a client sent; each is one execution. Yields to other work between portions.
 */
export async function readParameters({ batches }: RecordBatchStream): Promise<ParameterRow[]> {
  const rows: ParameterRow[] = [];
  const pause = createPause();
  for await (const batch of batches) {
    const read = parameterReader(batch);
    for (const { begin, end } of portions(batch)) {
      for (let row = begin; row < end; row++) {
        rows.push(read(row));
      }
      await pause();
    }
  }
  return rows;
}

/** Throws Failure('invalid-argument') if a row does not have `parameterCount` values. */
export function checkParameters(rows: readonly ParameterRow[], parameterCount: number): void {
  for (const { values } of rows) {
    if (values.length !== parameterCount) {
      throw new Failure(
        'invalid-argument',
        `The statement takes ${parameterCount} parameters, ${values.length} were bound`,
      );
    }
  }
}
