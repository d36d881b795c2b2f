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
import type { Session } from '../sessions/session.js';
import { sqlInfoSchema } from '../statements/metadata/sql-info.js';
import { xdbcTypeInfoSchema } from '../statements/metadata/xdbc-type-info.js';
import { currentSchema } from '../statements/statement.js';
import type { StatementService } from '../statements/statement-service.js';
import { metadataQuery } from './metadata-requests.js';
import { findPrepared } from './prepared-statements.js';
import { encodeQueryTicket, notServed, parseCommand } from './requests.js';
import { checkTransaction } from '../statements/transactions.js';

/** What a request will answer: its schema, null while parameters decide it, and the ticket to fetch it by. */
interface Plan {
  readonly schema: Schema | null;
  readonly ticket: Uint8Array;
}

/** GetFlightInfo: one endpoint, to be fetched from this server. */
export async function getFlightInfo(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
): Promise<FlightInfo> {
  const { schema, ticket } = await plan(statements, session, descriptor);
  return create(FlightInfoSchema, {
    schema: schema ? encapsulatedSchema(schema) : new Uint8Array(),
    flightDescriptor: descriptor,
    endpoint: [{ ticket: { ticket } }],
    totalRecords: -1n,
    totalBytes: -1n,
  });
}

/** GetSchema: the schema alone, as an encapsulated IPC message; empty while parameters decide it. */
export async function getSchema(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
): Promise<Uint8Array> {
  const { schema } = await plan(statements, session, descriptor);
  return schema ? encapsulatedSchema(schema) : new Uint8Array();
}

async function plan(
  statements: StatementService,
  session: Session,
  descriptor: FlightDescriptor,
): Promise<Plan> {
  const command = parseCommand(descriptor.cmd, 'command');
  const direct = command.as(CommandStatementQuerySchema);
  if (direct) {
    checkTransaction(session, direct.transactionId);
    const { query: sql } = direct;
    // DoGet prepares it again: between the two nothing needs to be kept.
    const statement = await statements.prepare(session, sql, 'GetFlightInfoStatement');
    statement.executable.close();
    const statementHandle = encodeQueryTicket({ id: statement.id, sql });
    const ticket = packCommand(TicketStatementQuerySchema, { statementHandle });
    return { schema: statement.schema, ticket };
  }
  return { schema: await schemaOf(session, command), ticket: descriptor.cmd };
}

/** The schema of a command whose ticket is the command itself. */
async function schemaOf(session: Session, command: Command): Promise<Schema | null> {
  const prepared = command.as(CommandPreparedStatementQuerySchema);
  if (prepared) {
    return currentSchema(findPrepared(session, prepared.preparedStatementHandle).statement);
  }
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
