import type { Schema } from 'apache-arrow';
import { schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import { isAtLeast } from '../log.js';
import type { Log } from '../log.js';
import type { Turn } from '../sessions/connection-lane.js';
import type { Session } from '../sessions/session.js';
import { Execution } from './execution.js';
import type { ExecutionContext } from './execution.js';
import { Memory } from './memory.js';
import { Preparation } from './preparation.js';
import { Preparer } from './preparer.js';
import type { PreparerOptions } from './preparer.js';
import { ReceivedStatement } from './received-statement.js';
import type { ReceptionContext, StatementRequest } from './received-statement.js';
import type { Executable, Statement } from './statement.js';
import { checkTransaction } from './transactions.js';
import type { UnreadLimits } from './unread-batches.js';
import { yieldConnection } from './yield-connection.js';

/** The parts of the server that a statement passes through. */
export interface StatementServiceOptions
  extends PreparerOptions, Pick<ExecutionContext, 'recorder' | 'clock' | 'printQueries'> {
  readonly log: Pick<Log, 'at'>;
}

/** The server's own statements: not the client's SQL, so not for the guard. */
export interface InternalStatement {
  /** Makes of the prepared SQL what answers the request. */
  readonly wrap?: (prepared: PreparedQuery) => Executable;
}

/** Bytes of results that may wait in memory for their readers, all together; the rest waits in files. */
const mostUnreadInMemory = 512 << 20;
/** Bytes of one result that may wait in a file. */
const mostUnreadInFile = 4 * 2 ** 30;

/** A query on its way: its messages, and a way to end it early. */
export interface RunningQuery {
  /** The schema first, then the rows. Lets go of the result when it is not read to its end. */
  readonly messages: AsyncGenerator<EncodedFlightData>;
  /** Takes note that the client has gone, by giving the call up or by losing its connection. */
  leave(connectionLost: boolean): void;
}

/**
 * The one way a statement travels: it is named and recorded, its pseudo-functions replaced,
 * the guard asked, the engine made to prepare it, and executed. The recorder is
 * told of each stage; a stage that fails ends the journey with an error worded
 * once, for the client and for the record.
 */
export class StatementService {
  private readonly context: ExecutionContext;
  private readonly preparer: Preparer;
  private readonly unread: UnreadLimits = {
    memory: new Memory(mostUnreadInMemory),
    mostInFile: mostUnreadInFile,
  };

  constructor(private readonly options: StatementServiceOptions) {
    const { settings } = options;
    this.preparer = new Preparer(options);
    this.context = {
      ...options,
      settingsOf: (session) => settings.of(session),
      logQuery: (session, level, message, fields) => {
        if (isAtLeast(level, settings.of(session).queryLogLevel)) {
          options.log.at(level, message, fields);
        }
      },
    };
  }

  /**
   * Receives a client's SQL, and the transaction that it is for. Throws a Failure, which is recorded, when it
   * cannot or may not run.
   */
  async prepare(
    session: Session,
    sql: string,
    flightMethod: string,
    transactionId?: Uint8Array,
  ): Promise<Statement> {
    return this.receive({ session, sql, flightMethod, isInternal: false }).prepare(
      async (awaitRecord) => {
        checkTransaction(session, transactionId);
        const command = this.preparer.command(session, sql);
        const preparation = new Preparation(
          session,
          this.context.settingsOf(session).queryTimeoutSeconds,
        );
        return (
          command ??
          session.lane.runForCall(() =>
            preparation.run(() => this.preparer.engineStatement(session, sql, awaitRecord)),
          )
        );
      },
    );
  }

  /** Makes of what has come a statement of this text, for somebody who has the session's connection to himself already. */
  async prepareLocked(
    received: ReceivedStatement,
    session: Session,
    sql: string,
  ): Promise<Statement> {
    return received.prepare(
      (awaitRecord) => this.preparer.engineStatement(session, sql, awaitRecord),
      sql,
    );
  }

  /** Prepares SQL of the server's own, for a metadata request. */
  async prepareInternal(
    session: Session,
    sql: string,
    flightMethod: string,
    { wrap }: InternalStatement = {},
  ): Promise<Statement> {
    return this.receive({ session, sql, flightMethod, isInternal: true }).prepare(() =>
      session.lane.runForCall(async () => {
        const prepared = await session.connection.prepare(sql);
        const executable = wrap ? wrap(prepared) : prepared;
        return { executable, schema: await executable.schema() };
      }),
    );
  }

  /**
   * Runs a query, once for each row of parameters; the results follow one
   * another. `handle` is what the client may cancel it by. `schema` stands in
   * for the engine's where the protocol lays one down.
   */
  query(
    statement: Statement,
    parameters: readonly ParameterRow[],
    handle: string,
    schema?: Schema,
  ): RunningQuery {
    const executions = this.executions(statement, parameters, handle);
    const leave = (connectionLost: boolean) => {
      for (const execution of executions) {
        execution.leave(connectionLost);
      }
    };
    return { messages: this.messages(statement, executions, schema), leave };
  }

  /**
   * Runs a statement for its effect, once for each row of parameters; resolves to the rows changed.
   * `cancelled` is given what to call when its client wants it no more.
   */
  async update(
    statement: Statement,
    parameters: readonly ParameterRow[],
    cancelled: (cancel: () => void) => void,
  ): Promise<number> {
    let changed = 0;
    for (const execution of this.executions(statement, parameters)) {
      cancelled(() => {
        execution.cancel('cancelled');
      });
      changed += await this.run(statement, execution, () =>
        statement.executable.update(execution.parameters),
      );
    }
    return changed;
  }

  /** Executes a statement for somebody who has the session's connection already, through `turn`. */
  async updateLocked(
    statement: Statement,
    turn: Turn,
    cancelled: (cancel: () => void) => void,
  ): Promise<number> {
    const execution = new Execution(this.context, statement);
    cancelled(() => {
      execution.cancel('cancelled');
    });
    return this.run(statement, execution, () => statement.executable.update(), turn);
  }

  /** Runs `work` as an execution of the statement, recorded like any other. */
  private async run<T>(
    { session }: Statement,
    execution: Execution,
    work: () => Promise<T>,
    turn?: Turn,
  ): Promise<T> {
    session.running.add(execution);
    try {
      await execution.begin(turn);
      const result = await work();
      execution.succeed();
      return result;
    } catch (error) {
      throw execution.fail(error);
    } finally {
      execution.dispose();
      session.running.delete(execution);
    }
  }

  private async *messages(
    { session, executable }: Statement,
    executions: readonly Execution[],
    schema?: Schema,
  ): AsyncGenerator<EncodedFlightData> {
    let sent: Schema | null = null;
    for (const execution of executions) {
      session.running.add(execution);
      try {
        const turn = await execution.begin();
        const result = await executable.stream(execution.parameters);
        const batches = result.batches();
        try {
          execution.answered();
          if (sent === null) {
            sent = result.schema;
            yield* schema ? [schemaFlightData(schema)] : result.preamble();
          } else {
            mustBeAlike(sent, result.schema);
          }
          for await (const batch of yieldConnection(batches, turn, this.unread)) {
            yield batch.message;
            execution.handedOver(batch.rows);
          }
        } finally {
          // Also where nobody came to ask for rows: what it holds, a transaction perhaps, is let go of.
          await batches.return(undefined);
        }
        if (execution.cancelled) {
          // The engine may end an interrupted stream as if it were complete.
          throw execution.fail(undefined);
        }
        execution.succeed();
      } catch (error) {
        throw execution.fail(error);
      } finally {
        execution.dispose();
        session.running.delete(execution);
      }
    }
  }

  private executions(
    statement: Statement,
    parameters: readonly ParameterRow[],
    handle?: string,
  ): Execution[] {
    const rows = parameters.length === 0 ? [undefined] : parameters;
    return rows.map((row) => new Execution(this.context, statement, row, handle));
  }

  /**
   * Takes note of a request, before anything is done with it, and of a failure in the work for it. Throws
   * Failure('exhausted') when there is no room for its record.
   */
  receive(request: StatementRequest): ReceivedStatement {
    const { recorder, clock } = this.options;
    return new ReceivedStatement({ recorder, clock, ended: this.logPrepared }, request);
  }

  private readonly logPrepared: ReceptionContext['ended'] = (request, id, error): void => {
    const { session, sql, flightMethod, isInternal } = request;
    const level = error === null ? (isInternal ? 'debug' : 'info') : 'error';
    this.context.logQuery(session, level, 'statement prepared', {
      statement_id: id,
      session_id: session.id,
      user: session.identity.username,
      role: session.identity.role,
      peer: session.client.peer,
      flight_method: flightMethod,
      ...(this.options.printQueries ? { sql } : {}),
      ...(error === null ? {} : { error }),
    });
  };
}

/** The results of several rows of parameters follow one another in one stream, which has one schema. */
function mustBeAlike(first: Schema, next: Schema): void {
  const [one, other] = [first, next].map(({ fields }) => fields.map(String).join(', '));
  if (one !== other) {
    throw new Failure(
      'invalid-argument',
      `A row of parameters yields the columns ${other ?? ''} where the first yielded ${one ?? ''}: give the parameter a type, as in ?::BIGINT`,
    );
  }
}
