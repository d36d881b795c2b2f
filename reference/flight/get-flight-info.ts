import { create } from '@bufbuild/protobuf';
import type { Schema } from 'apache-arrow';
import { encapsulatedSchema } from '../../protocol/arrow-ipc.js';
import { packCommand } from '../../protocol/command.js';
import type { Command } from '../../protocol/command.js';
import { FlightInfoSchema } from '../../protocol/gen/flight_pb.js';
import type { FlightDescriptor, FlightInfo } from '../../protocol/gen/flight_pb.js';
import {
  CommandGetSqlInfoSchema,
  CommandGetXdbcTypeInfoSchema,
  CommandPreparedStatementQuerySchema,
  CommandStatementQuerySchema,
  TicketStatementQuerySchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { currentCall } from '../sessions/current-call.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { sqlInfoSchema } from '../statements/metadata/sql-info.js';
import { xdbcTypeInfoSchema } from '../statements/metadata/xdbc-type-info.js';
import { currentSchema, failsWithoutHarm, hasNoResultSet } from '../statements/statement.js';
import type { Statement } from '../statements/statement.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryOptions } from '../statements/statement-executor.js';
import type { StatementService } from '../statements/statement-service.js';
import { metadataQuery } from './metadata-requests.js';
import { findPrepared } from './prepared-statements.js';
import { encodeQueryTicket, notServed, parseCommand } from './requests.js';
import type { QueryTicket } from './requests.js';

/** The schema and the ticket of a request. The schema is null if it depends on parameters. */
interface Plan {
  readonly schema: Schema | null;
  readonly ticket: Uint8Array;
}

/**
 * GetFlightInfo: one endpoint on this server. A statement without a result set is executed immediately and
 * its ticket contains the answer, because many drivers do not call DoGet for it.
 */
export async function getFlightInfo(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
): Promise<FlightInfo> {
  const { schema, ticket } = await plan(statements, session, descriptor, 'execute');
  return create(FlightInfoSchema, {
    schema: schema ? encapsulatedSchema(schema) : new Uint8Array(),
    flightDescriptor: descriptor,
    endpoint: [{ ticket: { ticket } }],
    totalRecords: -1n,
    totalBytes: -1n,
  });
}

/** GetSchema: the schema as an encapsulated IPC message; empty if it depends on parameters. */
export async function getSchema(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
): Promise<Uint8Array> {
  const { schema } = await plan(statements, session, descriptor, 'only plan');
  return schema ? encapsulatedSchema(schema) : new Uint8Array();
}

async function plan(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
  purpose: 'execute' | 'only plan',
): Promise<Plan> {
  const command = parseCommand(descriptor.cmd, 'command');
  const direct = command.as(CommandStatementQuerySchema);
  if (direct) {
    const { query: sql, transactionId } = direct;
    const method = 'GetFlightInfoStatement';
    const statement = await statements.prepare(session, sql, method, transactionId);
    try {
      const { id, schema } = statement;
      const answered = purpose === 'execute' && hasNoResultSet(statement, schema);
      // DoGet prepares a query again, so the server keeps no state between the two calls.
      const ticket = answered
        ? { id, sql: '', ...(await answer(statements, statement)) }
        : { id, sql };
      return { schema, ticket: queryTicket(ticket) };
    } finally {
      statement.executable.close();
    }
  }
  const prepared = command.as(CommandPreparedStatementQuerySchema);
  if (prepared) {
    const found = findPrepared(session, prepared.preparedStatementHandle);
    const { statement, parameters, cursors } = found;
    const schema = await currentSchema(statement);
    const answered =
      purpose === 'execute' && parameters.length <= 1 && hasNoResultSet(statement, schema);
    return {
      schema,
      ticket: answered
        ? queryTicket({
            id: crypto.randomUUID(),
            sql: '',
            ...(await answer(statements, statement, parameters, { cursors })),
          })
        : descriptor.cmd,
    };
  }
  return { schema: schemaOf(command), ticket: descriptor.cmd };
}

function queryTicket(ticket: QueryTicket): Uint8Array {
  return packCommand(TicketStatementQuerySchema, { statementHandle: encodeQueryTicket(ticket) });
}

/**
 * Executes a statement and returns the contents of its ticket. A failed ROLLBACK, which had no transaction to
 * end, is reported at DoGet, because SQLAlchemy ignores the error only there.
 */
async function answer(
  statements: StatementService,
  statement: Statement,
  parameters: readonly ParameterRow[] = [],
  options: QueryOptions = {},
): Promise<Pick<QueryTicket, 'answer' | 'failure'>> {
  try {
    return { answer: await answerMessages(statements, statement, parameters, options) };
  } catch (error) {
    if (error instanceof Failure && failsWithoutHarm(statement)) {
      return { failure: error.message };
    }
    throw error;
  }
}

/** Executes a statement and returns the messages of its answer. Cancels it if the client disconnects. */
async function answerMessages(
  statements: StatementService,
  statement: Statement,
  parameters: readonly ParameterRow[],
  options: QueryOptions,
): Promise<string[]> {
  const messages: string[] = [];
  const query = statements.executor.query(statement, parameters, statement.id, options);
  const { lost, over } = currentCall() ?? {};
  const leave = () => {
    query.leave(true);
  };
  if (lost?.aborted === true) {
    leave();
  }
  lost?.addEventListener('abort', leave);
  over?.addEventListener('abort', () => {
    // Ends a wait in the queue, but no effect that has begun.
    query.leave(false);
  });
  for await (const message of query.messages) {
    const bytes = Buffer.isBuffer(message) ? message : message.toBuffer();
    messages.push(bytes.toString('base64'));
  }
  return messages;
}

/** The schema of a command that serves as its own ticket. */
function schemaOf(command: Command): Schema {
  if (command.as(CommandGetSqlInfoSchema)) {
    return sqlInfoSchema;
  }
  if (command.as(CommandGetXdbcTypeInfoSchema)) {
    return xdbcTypeInfoSchema;
  }
  const metadata = metadataQuery(command);
  if (!metadata) {
    throw notServed(command.name);
  }
  return metadata.schema;
}
