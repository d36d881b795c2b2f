import {
  CommandGetSqlInfoSchema,
  CommandGetXdbcTypeInfoSchema,
  CommandPreparedStatementQuerySchema,
  TicketStatementQuerySchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { Failure } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { sqlInfoTable } from '../statements/metadata/sql-info.js';
import { xdbcTypeInfoTable } from '../statements/metadata/xdbc-type-info.js';
import type { RunningQuery } from '../statements/statement-executor.js';
import type { StatementService } from '../statements/statement-service.js';
import { answerStream, tableStream } from './frames.js';
import { answerMetadata, metadataQuery } from './metadata-requests.js';
import { findPrepared } from './prepared-statements.js';
import { queryOnce } from './query-once.js';
import { decodeQueryTicket, notServed, parseCommand, ticketKey } from './requests.js';
import type { SqlInfo } from '../statements/sql-info-facts.js';

/** DoGet: streams the result of a ticket. */
export async function doGet(
  statements: StatementService,
  sqlInfo: SqlInfo,
  session: Session,
  ticket: Uint8Array,
): Promise<RunningQuery> {
  const command = parseCommand(ticket, 'ticket');
  const key = ticketKey(ticket);
  const direct = command.as(TicketStatementQuerySchema);
  if (direct) {
    const { sql, answer, failure } = decodeQueryTicket(direct.statementHandle);
    if (failure !== undefined) {
      throw new Failure('unknown', failure);
    }
    if (answer) {
      return answerStream(answer.map((message) => Buffer.from(message, 'base64')));
    }
    const statement = await statements.prepare(session, sql, 'DoGetStatement');
    return queryOnce(statements, statement, key);
  }
  const prepared = command.as(CommandPreparedStatementQuerySchema);
  if (prepared) {
    const found = findPrepared(session, prepared.preparedStatementHandle);
    const { statement, parameters, cursors } = found;
    return statements.executor.query(statement, parameters, key, { cursors });
  }
  const info = command.as(CommandGetSqlInfoSchema);
  if (info) {
    return tableStream(sqlInfoTable(info.info, await sqlInfo(session)));
  }
  const types = command.as(CommandGetXdbcTypeInfoSchema);
  if (types) {
    return tableStream(xdbcTypeInfoTable(types.dataType));
  }
  const metadata = metadataQuery(command);
  if (!metadata) {
    throw notServed(command.name);
  }
  return answerMetadata(statements, session, metadata, key);
}
