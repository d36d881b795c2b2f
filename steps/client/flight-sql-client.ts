import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { packCommand } from '../../protocol/command.js';
import {
  CancelFlightInfoRequestSchema,
  CancelFlightInfoResultSchema,
  CancelStatus,
  CloseSessionRequestSchema,
  CloseSessionResultSchema,
  CloseSessionResult_Status,
  FlightInfoSchema,
} from '../../protocol/gen/flight_pb.js';
import type { FlightInfo } from '../../protocol/gen/flight_pb.js';
import {
  ActionBeginTransactionRequestSchema,
  ActionBeginTransactionResultSchema,
  ActionCancelQueryRequestSchema,
  ActionCancelQueryResultSchema,
  ActionCancelQueryResult_CancelResult,
  ActionEndTransactionRequestSchema,
  ActionEndTransactionRequest_EndTransaction,
  CommandStatementIngestSchema,
  CommandStatementQuerySchema,
  CommandStatementUpdateSchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { logIn } from './login.js';
import type { Login } from './login.js';
import { metadataCommands } from './metadata-commands.js';
import { encodeRows } from './parameters.js';
import type { TypedRows } from './parameters.js';
import { PreparedStatement } from './prepared-statement.js';
import { readMessage, readPacked } from './read-message.js';
import { fetchTable, updatedRows } from './results.js';
import type { ResultTable } from './result-table.js';
import { RunningQuery } from './running-query.js';
import { getOptions, setOptions } from './session-options.js';
import type { SessionOption } from './session-options.js';
import { Transport } from './transport.js';
import type { Endpoint, TransportOptions } from './channel.js';

/** The transaction of the statement; without one, the statement is its own transaction. */
interface InTransaction {
  readonly transaction?: Uint8Array;
}

/**
 * A Flight SQL client with one channel, one login and one session. Every operation has a deadline and rejects
 * with a FlightError when the call fails.
 */
export class FlightSqlClient {
  private constructor(
    private readonly transport: Transport,
    private readonly connectAgain: () => Transport,
  ) {}

  /** Connects and logs in. */
  static async connect(
    endpoint: Endpoint,
    login: Login,
    options: TransportOptions = {},
  ): Promise<FlightSqlClient> {
    const connectAgain = (): Transport => new Transport(endpoint, options);
    const transport = connectAgain();
    try {
      await logIn(transport, login);
    } catch (error) {
      transport.close();
      throw error;
    }
    return new FlightSqlClient(transport, connectAgain);
  }

  /** A second client on another connection with the same token; it does not log in again. */
  comeBack(): FlightSqlClient {
    const transport = this.connectAgain();
    transport.authorization = this.transport.authorization;
    return new FlightSqlClient(transport, this.connectAgain);
  }

  /** Executes a query directly and fetches the whole result. */
  async query(sql: string, options: InTransaction = {}): Promise<ResultTable> {
    const info = await this.transport.getFlightInfo(queryCommand(sql, options));
    return fetchTable(this.transport, info);
  }

  /** Starts a query whose result is read batch by batch or cancelled. */
  startQuery(sql: string, options: InTransaction = {}): Promise<RunningQuery> {
    return RunningQuery.start(this.transport, queryCommand(sql, options));
  }

  /** Executes a statement without a result; resolves to the number of rows changed. */
  async update(sql: string, options: InTransaction = {}): Promise<bigint> {
    const command = packCommand(CommandStatementUpdateSchema, {
      query: sql,
      ...transactionId(options),
    });
    const { schema } = encodeRows({ columns: [], rows: [] });
    return updatedRows(await this.transport.doPut(command, schema, []));
  }

  prepare(sql: string, options: InTransaction = {}): Promise<PreparedStatement> {
    return PreparedStatement.create(this.transport, sql, options.transaction);
  }

  /** Loads rows into a table; resolves to the number of rows loaded. */
  async ingest(
    target: MessageInitShape<typeof CommandStatementIngestSchema>,
    rows: TypedRows,
  ): Promise<bigint> {
    const { schema, batch } = encodeRows(rows);
    const command = packCommand(CommandStatementIngestSchema, target);
    return updatedRows(await this.transport.doPut(command, schema, [batch]));
  }

  /** Calls a metadata command of Flight SQL: `metadata('tables', {...})`. */
  async metadata<K extends keyof typeof metadataCommands>(
    question: K,
    ...options: Parameters<(typeof metadataCommands)[K]>
  ): Promise<ResultTable> {
    const ask = metadataCommands[question] as (...given: typeof options) => Uint8Array;
    return fetchTable(this.transport, await this.transport.getFlightInfo(ask(...options)));
  }

  async beginTransaction(): Promise<Uint8Array> {
    const body = packCommand(ActionBeginTransactionRequestSchema, {});
    const [result] = await this.transport.doAction('BeginTransaction', body);
    const answer = readPacked(ActionBeginTransactionResultSchema, result?.body);
    return answer?.transactionId ?? new Uint8Array();
  }

  async endTransaction(transaction: Uint8Array, end: 'commit' | 'rollback'): Promise<void> {
    const { COMMIT, ROLLBACK } = ActionEndTransactionRequest_EndTransaction;
    const action = end === 'commit' ? COMMIT : ROLLBACK;
    const body = packCommand(ActionEndTransactionRequestSchema, {
      transactionId: transaction,
      action,
    });
    await this.transport.doAction('EndTransaction', body);
  }

  /** Sets session options; resolves to the errors of the refused ones, by name. */
  setSessionOptions(
    options: Readonly<Record<string, SessionOption>>,
  ): Promise<Record<string, string>> {
    return setOptions(this.transport, options);
  }

  getSessionOptions(): Promise<Record<string, SessionOption | undefined>> {
    return getOptions(this.transport);
  }

  /** Cancels by Flight SQL's action CancelQuery; resolves to the name of its result, such as `CANCELLED`. */
  async cancelQuery(info: FlightInfo): Promise<string> {
    const body = packCommand(ActionCancelQueryRequestSchema, {
      info: toBinary(FlightInfoSchema, info),
    });
    const [result] = await this.transport.doAction('CancelQuery', body);
    const answer = readPacked(ActionCancelQueryResultSchema, result?.body);
    const unspecified = ActionCancelQueryResult_CancelResult.UNSPECIFIED;
    return ActionCancelQueryResult_CancelResult[answer?.result ?? unspecified];
  }

  /**
   * Cancels by Flight's newer action CancelFlightInfo; resolves to the name of the status, such as
   * `CANCELLED`.
   */
  async cancelFlightInfo(info: FlightInfo): Promise<string> {
    const request = create(CancelFlightInfoRequestSchema, { info });
    const body = toBinary(CancelFlightInfoRequestSchema, request);
    const [result] = await this.transport.doAction('CancelFlightInfo', body);
    const answer = readMessage(CancelFlightInfoResultSchema, result?.body);
    return CancelStatus[answer.status];
  }

  listActions(): Promise<{ type: string; description: string }[]> {
    return this.transport.listActions();
  }

  /** Ends the session by CloseSession; resolves to the name of the status, such as `CLOSED`. */
  async closeSession(): Promise<string> {
    const body = toBinary(CloseSessionRequestSchema, create(CloseSessionRequestSchema));
    const [result] = await this.transport.doAction('CloseSession', body);
    const answer = readMessage(CloseSessionResultSchema, result?.body);
    return CloseSessionResult_Status[answer.status];
  }

  /** Closes the connection without ending the session. */
  close(): void {
    this.transport.close();
  }
}

function queryCommand(query: string, options: InTransaction): Uint8Array {
  return packCommand(CommandStatementQuerySchema, { query, ...transactionId(options) });
}

function transactionId({ transaction }: InTransaction): { transactionId?: Uint8Array } {
  return transaction === undefined ? {} : { transactionId: transaction };
}
