import { create, toBinary } from '@bufbuild/protobuf';
import { readFlightData } from '../../protocol/arrow-ipc.js';
import type { RecordBatchStream } from '../../protocol/arrow-ipc.js';
import type { Command } from '../../protocol/command.js';
import { PutResultSchema } from '../../protocol/gen/flight_pb.js';
import { Malformed } from '../../protocol/malformed.js';
import type { ReadLimits } from '../../protocol/read-limits.js';
import type { FlightData, PutResult } from '../../protocol/gen/flight_pb.js';
import {
  CommandPreparedStatementQuerySchema,
  CommandPreparedStatementUpdateSchema,
  CommandStatementIngestSchema,
  CommandStatementUpdateSchema,
  DoPutPreparedStatementResultSchema,
  DoPutUpdateResultSchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { ingest } from '../statements/ingest.js';
import { checkParameters, readParameters } from '../statements/parameters.js';
import type { StatementService } from '../statements/statement-service.js';
import { findPrepared } from './prepared-statements.js';
import type { PreparedStatement } from './prepared-statements.js';
import { notServed, parseCommand } from './requests.js';

/** Registers the function that cancels the work. */
export type OnCancel = (cancel: () => void) => void;

/** DoPut: updates, parameter binding and bulk ingest. The first message carries the command. */
export async function doPut(
  statements: StatementService,
  session: Session,
  stream: AsyncIterable<FlightData>,
  onCancel: OnCancel,
): Promise<PutResult> {
  const messages = stream[Symbol.asyncIterator]();
  const first = await messages.next();
  if (first.done === true || !first.value.flightDescriptor) {
    throw new Failure('invalid-argument', 'DoPut began without a descriptor');
  }
  const command = parseCommand(first.value.flightDescriptor.cmd, 'command');
  const data = continued(first.value, messages);
  return answer(statements, session, command, data, onCancel);
}

async function answer(
  statements: StatementService,
  session: Session,
  command: Command,
  data: AsyncIterable<FlightData>,
  onCancel: OnCancel,
): Promise<PutResult> {
  const update = command.as(CommandStatementUpdateSchema);
  if (update) {
    const { query, transactionId } = update;
    const method = 'DoPutCommandStatementUpdate';
    const statement = await statements.prepare(session, query, method, transactionId);
    try {
      return updated(await statements.executor.update(statement, [], onCancel));
    } finally {
      statement.executable.close();
    }
  }
  const preparedUpdate = command.as(CommandPreparedStatementUpdateSchema);
  if (preparedUpdate) {
    const prepared = findPrepared(session, preparedUpdate.preparedStatementHandle);
    await bindParameters(prepared, data);
    return updated(
      await statements.executor.update(
        prepared.statement,
        prepared.parameters,
        onCancel,
        prepared.cursors,
      ),
    );
  }
  const bind = command.as(CommandPreparedStatementQuerySchema);
  if (bind) {
    const { preparedStatementHandle } = bind;
    await bindParameters(findPrepared(session, preparedStatementHandle), data);
    return create(PutResultSchema, {
      appMetadata: toBinary(
        DoPutPreparedStatementResultSchema,
        create(DoPutPreparedStatementResultSchema, { preparedStatementHandle }),
      ),
    });
  }
  const bulk = command.as(CommandStatementIngestSchema);
  if (bulk) {
    return updated(await ingest(statements, session, bulk, () => ingestRows(data), onCancel));
  }
  throw notServed(command.name);
}

/** Opens the rows of a bulk ingest. Throws Failure('invalid-argument'). */
async function ingestRows(data: AsyncIterable<FlightData>): Promise<RecordBatchStream> {
  const stream = await readable(readFlightData(data, ingestLimits));
  if (!stream) {
    throw new Failure('invalid-argument', 'Bulk ingest came without a schema');
  }
  if (stream.schema.fields.length === 0) {
    throw new Failure('invalid-argument', 'Bulk ingest came with a schema of no columns');
  }
  return stream;
}

/** Ingested rows are streamed to the engine, so only the number of values that take no bytes is limited. */
const ingestLimits: ReadLimits = { free: 'limited' };

/** Parameters are kept in memory until the execution, so their number and size are limited. */
const parameterLimits: ReadLimits = {
  values: 10_000_000,
  bytes: 256 * 1024 * 1024,
  free: 'limited',
};

/** Binds the parameter rows of the stream, if any, to the statement. */
async function bindParameters(
  prepared: PreparedStatement,
  data: AsyncIterable<FlightData>,
): Promise<void> {
  const stream = await readable(readFlightData(data, parameterLimits));
  if (stream) {
    const rows = await readable(readParameters(stream));
    checkParameters(rows, prepared.statement.executable.parameterCount);
    prepared.parameters = rows;
  }
}

/** Reports malformed Arrow data as Failure('invalid-argument'). */
async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw cause instanceof Malformed
      ? new Failure('invalid-argument', `The Arrow data cannot be read: ${cause.message}`, {
          cause,
        })
      : cause;
  }
}

function updated(recordCount: number): PutResult {
  return create(PutResultSchema, {
    appMetadata: toBinary(
      DoPutUpdateResultSchema,
      create(DoPutUpdateResultSchema, { recordCount: BigInt(recordCount) }),
    ),
  });
}

/** Puts the first message back in front of the stream. Leading messages without Arrow data are skipped. */
async function* continued(
  first: FlightData,
  rest: AsyncIterator<FlightData>,
): AsyncGenerator<FlightData> {
  for (
    let next: IteratorResult<FlightData> = { done: false, value: first };
    next.done !== true;
    next = await rest.next()
  ) {
    if (next.value.dataHeader.length > 0) {
      yield next.value;
    }
  }
}
