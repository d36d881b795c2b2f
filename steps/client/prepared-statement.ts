import { Schema } from 'apache-arrow';
import { decodeSchema } from '../../protocol/arrow-ipc.js';
import { packCommand } from '../../protocol/command.js';
import {
  ActionClosePreparedStatementRequestSchema,
  ActionCreatePreparedStatementRequestSchema,
  ActionCreatePreparedStatementResultSchema,
  CommandPreparedStatementQuerySchema,
  CommandPreparedStatementUpdateSchema,
  DoPutPreparedStatementResultSchema,
} from '../../protocol/gen/flight_sql_pb.js';
import { MalformedAnswer, readAnswer } from './malformed-answer.js';
import { encodeRows } from './parameters.js';
import type { TypedRows } from './parameters.js';
import { readMessage, readPacked } from './read-message.js';
import { fetchTable, updatedRows } from './results.js';
import type { ResultTable } from './result-table.js';
import { RunningQuery } from './running-query.js';
import type { Transport } from './transport.js';

const noRows: TypedRows = { columns: [], rows: [] };

/** A prepared statement, which can be executed any number of times. */
export class PreparedStatement {
  private parameters: TypedRows = noRows;

  private constructor(
    private readonly transport: Transport,
    private handle: Uint8Array,
    /** One field for each parameter that the server knows. */
    readonly parameterSchema: Schema,
    readonly resultSchema: Schema,
  ) {}

  /** Prepares `query`; rejects with a FlightError when the server refuses. */
  static async create(
    transport: Transport,
    query: string,
    transactionId?: Uint8Array,
  ): Promise<PreparedStatement> {
    const request = { query, ...(transactionId === undefined ? {} : { transactionId }) };
    const [result] = await transport.doAction(
      'CreatePreparedStatement',
      packCommand(ActionCreatePreparedStatementRequestSchema, request),
    );
    const answer = readPacked(ActionCreatePreparedStatementResultSchema, result?.body);
    if (answer === undefined) {
      throw new MalformedAnswer('the answer to CreatePreparedStatement is of another type');
    }
    return new PreparedStatement(
      transport,
      answer.preparedStatementHandle,
      schemaOrNone(answer.parameterSchema),
      schemaOrNone(answer.datasetSchema),
    );
  }

  /** Sets the parameters of later executions: one row, or several rows for an update. */
  bind(parameters: TypedRows): void {
    this.parameters = parameters;
  }

  /** Executes it and fetches its result. */
  async query(): Promise<ResultTable> {
    return fetchTable(this.transport, await this.transport.getFlightInfo(await this.execution()));
  }

  /** Executes it. The result is read batch by batch or cancelled. */
  async start(): Promise<RunningQuery> {
    return RunningQuery.start(this.transport, await this.execution());
  }

  /** Executes it once for each row of parameters; resolves to the number of rows changed. */
  async update(): Promise<bigint> {
    const preparedStatementHandle = this.handle;
    const command = packCommand(CommandPreparedStatementUpdateSchema, { preparedStatementHandle });
    const { schema, batch } = encodeRows(this.parameters);
    const batches = this.parameters.rows.length > 0 ? [batch] : [];
    return updatedRows(await this.transport.doPut(command, schema, batches));
  }

  async close(): Promise<void> {
    const preparedStatementHandle = this.handle;
    await this.transport.doAction(
      'ClosePreparedStatement',
      packCommand(ActionClosePreparedStatementRequestSchema, { preparedStatementHandle }),
    );
  }

  /** Sends the parameters; resolves to the command that executes the statement. */
  private async execution(): Promise<Uint8Array> {
    if (this.parameters.rows.length > 0) {
      await this.sendParameters();
    }
    const preparedStatementHandle = this.handle;
    return packCommand(CommandPreparedStatementQuerySchema, { preparedStatementHandle });
  }

  private async sendParameters(): Promise<void> {
    const preparedStatementHandle = this.handle;
    const command = packCommand(CommandPreparedStatementQuerySchema, { preparedStatementHandle });
    const { schema, batch } = encodeRows(this.parameters);
    const [answer] = await this.transport.doPut(command, schema, [batch]);
    if (answer !== undefined && answer.appMetadata.byteLength > 0) {
      // A stateless server returns the parameters inside a new handle.
      const result = readMessage(DoPutPreparedStatementResultSchema, answer.appMetadata);
      this.handle = result.preparedStatementHandle ?? this.handle;
    }
  }
}

function schemaOrNone(bytes: Uint8Array): Schema {
  return bytes.byteLength === 0 ? new Schema([]) : readAnswer(() => decodeSchema(bytes));
}
