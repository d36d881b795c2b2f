import type { RecordBatchStream } from '../../protocol/arrow-ipc.js';
import { parameterRows } from '../engine/from-arrow/parameter-rows.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { Failure } from '../errors.js';

/** All rows of parameters that a client sent, one execution each. */
export async function readParameters({ batches }: RecordBatchStream): Promise<ParameterRow[]> {
  // Each batch apart: there is no limit to how many rows one has, but there is one to a call's arguments.
  const rows: ParameterRow[][] = [];
  for await (const batch of batches) {
    rows.push(parameterRows(batch));
  }
  return rows.flat();
}

/** Throws Failure('invalid-argument') when a row has another number of values than the statement takes. */
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
