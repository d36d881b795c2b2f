import type { RecordBatch, Schema } from 'apache-arrow';
import { Failure } from '../../errors.js';
import type { Connection } from '../connection.js';
import { quoteIdentifier } from '../identifiers.js';
import { createPause } from '../pause.js';
import { dataChunks } from './data-chunks.js';
import { columnTypeOf } from './duckdb-type.js';
import { geometryColumns } from './geometry-columns.js';

/**
 * Creates the temporary table `name` with the schema's columns and appends all batches. It pauses between
 * portions so that other requests are served. Geometries arrive as BLOBs; the engine checks and converts
 * them. Resolves to the number of rows. Throws the engine's error, and a Failure for an unsupported type or
 * when `over` aborts.
 */
export async function stageBatches(
  connection: Connection,
  name: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  over?: AbortSignal,
): Promise<number> {
  const geometries = await geometryColumns(schema, connection);
  if (geometries.length === 0) {
    return append(connection, name, schema, batches, over);
  }
  const bytes = `${name}_bytes`;
  const staged = `temp.main.${quoteIdentifier(bytes)}`;
  try {
    const rows = await append(connection, bytes, schema, batches, over);
    await connection.execute(
      `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} AS
       SELECT * REPLACE (${geometries.join(', ')}) FROM ${staged}`,
    );
    return rows;
  } finally {
    // Fails if the transaction has failed. Its rollback removes the table.
    await connection.execute(`DROP TABLE IF EXISTS ${staged}`).catch(() => undefined);
  }
}

async function append(
  connection: Connection,
  name: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  over?: AbortSignal,
): Promise<number> {
  const types = schema.fields.map(columnTypeOf);
  const columns = schema.fields.map(
    (field, i) => `${quoteIdentifier(field.name)} ${types[i]?.toString() ?? ''}`,
  );
  await connection.execute(
    `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} (${columns.join(', ')})`,
  );
  const appender = await connection.raw.createAppender(name, 'main', 'temp');
  const pause = createPause();
  let rows = 0;
  try {
    for await (const batch of batches) {
      for (const chunk of dataChunks(batch, types)) {
        appender.appendDataChunk(chunk);
        await pause();
        if (over?.aborted === true) {
          throw new Failure('cancelled', 'The client gave the call up');
        }
      }
      appender.flushSync();
      rows += batch.numRows;
    }
  } finally {
    appender.closeSync();
  }
  return rows;
}
