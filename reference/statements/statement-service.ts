import type { Schema } from 'apache-arrow';
import { schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import type { Guard } from '../access/guard.js';
import { engineMessage } from '../engine/engine-error.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import type { Turn } from '../sessions/connection-lane.js';
import type { Session } from '../sessions/session.js';
import { CheckedQuery } from './checked-query.js';
import { Execution } from './execution.js';
import type { ExecutionContext } from './execution.js';
import { killExecutable, parseKillSession } from './kill-session.js';
import type { Kill } from './kill-session.js';
import type { PseudoFunctions, PseudoFunctionValues } from './pseudo-functions.js';
import type { Executable, Statement } from './statement.js';
import { yieldConnection } from './yield-connection.js';

/** The parts of the server that a statement passes through. */
export interface StatementServiceOptions extends ExecutionContext {
  readonly guard: Guard;
  readonly pseudoFunctions: PseudoFunctions;
  readonly kill: Kill;
  /** What the pseudo-functions stand for in a session. */
  readonly valuesFor: (session: Session) => PseudoFunctionValues;
}

/** The server's own statements: not the client's SQL, so not for the guard. */
export interface InternalStatement {
  /** Makes of the prepared SQL what answers the request. */
  readonly wrap?: (prepared: PreparedQuery) => Executable;
}

type Prepared = Pick<Statement, 'executable' | 'schema'>;

/** A query on its way: its messages, and a way to end it early. */
export interface RunningQuery {
  /** The schema first, then the rows. Ends the query when it is not read to its end. */
  readonly messages: AsyncGenerator<EncodedFlightData>;
  cancel(): void;
}

/**
 * The one way a statement travels: it is named, its pseudo-functions replaced,
 * the guard asked, the engine made to prepare it, and executed. The recorder is
 * told of each stage; a stage that fails ends the journey with an error worded
 * once, for the client and for the record.
 */
export class StatementService {
  constructor(private readonly options: StatementServiceOptions) {}

  /** Receives a client's SQL. Throws a Failure, which is recorded, when it cannot or may not run. */
  async prepare(session: Session, sql: string, flightMethod: string): Promise<Statement> {
    return this.record(session, sql, flightMethod, false, () => {
      const command = this.command(session, sql);
      return command ?? session.lane.runForCall(() => this.engineStatement(session, sql));
    });
  }

  /** The same for somebody who has the session's connection to himself already. */
  async prepareLocked(session: Session, sql: string, flightMethod: string): Promise<Statement> {
    return this.record(session, sql, flightMethod, false, () => this.engineStatement(session, sql));
  }

  /** Prepares SQL of the server's own, for a metadata request. */
  async prepareInternal(
    session: Session,
    sql: string,
    flightMethod: string,
    { wrap }: InternalStatement = {},
  ): Promise<Statement> {
    return this.record(session, sql, flightMethod, true, () =>
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
    const executions = this.executions(statement, parameters);
    const cancel = () => {
      for (const execution of executions) {
        execution.cancel('cancelled');
      }
    };
    return { messages: this.messages(statement, executions, handle, schema), cancel };
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
    const execution = new Execution(this.options, statement);
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
    session.running.set(execution.id, execution);
    try {
      await execution.begin(turn);
      const result = await work();
      execution.succeed();
      return result;
    } catch (error) {
      throw execution.fail(error);
    } finally {
      execution.dispose();
      session.running.delete(execution.id);
    }
  }

  private async *messages(
    { session, executable }: Statement,
    executions: readonly Execution[],
    handle: string,
    schema?: Schema,
  ): AsyncGenerator<EncodedFlightData> {
    let opened = false;
    for (const execution of executions) {
      session.running.set(handle, execution);
      try {
        const turn = await execution.begin();
        const result = await executable.stream(execution.parameters);
        if (!opened) {
          opened = true;
          yield* schema ? [schemaFlightData(schema)] : result.preamble();
        }
        for await (const batch of yieldConnection(result.batches(), turn)) {
          execution.rows += batch.rows;
          yield batch.message;
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
        session.running.delete(handle);
      }
    }
  }

  private executions(statement: Statement, parameters: readonly ParameterRow[]): Execution[] {
    const rows = parameters.length === 0 ? [undefined] : parameters;
    return rows.map((row) => new Execution(this.options, statement, row));
  }

  /** A command of the server's own, or undefined when the engine is to have the text. */
  private command(session: Session, sql: string): Promise<Prepared> | undefined {
    const { kill } = this.options;
    const target = parseKillSession(sql);
    if (target === null) {
      return undefined;
    }
    return kill.check(session, target).then(async () => {
      const executable = killExecutable(kill, session, target);
      return { executable, schema: await executable.schema() };
    });
  }

  private async engineStatement(session: Session, sql: string): Promise<Prepared> {
    const { guard, pseudoFunctions, valuesFor } = this.options;
    const { identity, connection } = session;
    const text = pseudoFunctions(sql, valuesFor(session));
    const query = await connection.prepare(text).catch(async (error: unknown) => {
      const failure = new Failure(
        'invalid-argument',
        `Can't prepare statement: '${sql}' - Error: ${engineMessage(error)}`,
        { cause: error },
      );
      throw await guard.tell(failure, { identity, sql: text, connection });
    });
    const { type } = query;
    const executable = await CheckedQuery.of(query, {
      prepare: () => connection.prepare(text),
      ask: () => guard.check({ identity, sql: text, type, connection }),
      changes: () => connection.names.count,
    });
    return { executable, schema: await executable.schema() };
  }

  private async record(
    session: Session,
    sql: string,
    flightMethod: string,
    isInternal: boolean,
    make: () => Promise<Prepared>,
  ): Promise<Statement> {
    const id = crypto.randomUUID();
    const createdTime = this.options.clock.now();
    let prepareError: string | null = null;
    try {
      return { id, session, sql, flightMethod, ...(await make()) };
    } catch (error) {
      prepareError = engineMessage(error);
      throw error instanceof Failure
        ? error
        : new Failure('invalid-argument', prepareError, { cause: error });
    } finally {
      this.options.recorder.statementPrepared({
        statementId: id,
        sessionId: session.id,
        sqlText: sql,
        flightMethod,
        isInternal,
        prepareError,
        createdTime,
      });
      this.options.logQuery('statement prepared', {
        statement_id: id,
        session_id: session.id,
        user: session.identity.username,
        role: session.identity.role,
        peer: session.client.peer,
        flight_method: flightMethod,
        ...(this.options.printQueries ? { sql } : {}),
        ...(prepareError === null ? {} : { error: prepareError }),
      });
    }
  }
}
