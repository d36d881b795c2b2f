import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { fromBinary } from '@bufbuild/protobuf';
import type { RecordBatch, Schema } from 'apache-arrow';
import { readFlightData } from '../../protocol/arrow-ipc.js';
import { FlightDataSchema } from '../../protocol/gen/flight_pb.js';
import type { FlightData } from '../../protocol/gen/flight_pb.js';
import { Connection } from './connection.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';
import type { QueryResult } from './prepared-query.js';

/** A connection to its own database, for specs; `raw` is the binding's object for the same connection. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly raw: DuckDBConnection;
  /** Opens another connection to the same database. */
  another(): Promise<Connection>;
  close(): void;
}

/** Opens the database file at `path`, in memory by default. */
export async function openConnection(path = ':memory:'): Promise<OpenConnection> {
  const instance = await DuckDBInstance.create(path);
  const raw = await instance.connect();
  await raw.run("SET TimeZone = 'Europe/Berlin'");
  return {
    connection: new Connection(raw),
    raw,
    another: async () => new Connection(await instance.connect()),
    close: () => {
      raw.closeSync();
      instance.closeSync();
    },
  };
}

/** A result as a client receives it. */
export interface ReceivedResult {
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
}

/** Runs a query and decodes the messages of its result. */
export async function received(
  connection: Connection,
  sql: string,
  parameters?: ParameterRow,
): Promise<ReceivedResult> {
  const prepared = await connection.prepare(sql);
  try {
    return await resultOf(await prepared.stream(parameters));
  } finally {
    prepared.close();
  }
}

/** Decodes the messages of a result. */
export async function resultOf(result: QueryResult): Promise<ReceivedResult> {
  const stream = await readFlightData(messages(result));
  const batches: RecordBatch[] = [];
  for await (const batch of stream?.batches ?? []) {
    batches.push(batch);
  }
  if (!stream) {
    throw new Error('the result has no messages');
  }
  return { schema: stream.schema, batches };
}

async function* messages(result: QueryResult): AsyncGenerator<FlightData> {
  for (const message of result.preamble()) {
    yield fromBinary(FlightDataSchema, message);
  }
  for await (const { message } of result.batches()) {
    yield fromBinary(
      FlightDataSchema,
      message instanceof Uint8Array ? message : message.toBuffer(),
    );
  }
}
