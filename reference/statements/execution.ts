import type { Clock } from '../clock.js';
import { engineMessage, isInterrupted } from '../engine/engine-error.js';
import { parametersJson } from '../engine/from-arrow/parameter-json.js';
import { actsAsItIsRead } from '../engine/statement-kinds.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { Failure } from '../errors.js';
import { mustBeRecordable, noRoom, recordedParameters } from '../instrumentation/recordable.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { ExecutionEnd } from '../instrumentation/records.js';
import type { LogFields } from '../log.js';
import type { LogLevel } from '../config.js';
import type { Turn } from '../sessions/connection-lane.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { CancelCause, Cancellable, Session } from '../sessions/session.js';
import { cancelFailure, interruptAgainMs } from './cancellation.js';
import { onDisk } from './on-record.js';
import type { Statement } from './statement.js';

/** The dependencies of executions. */
export interface ExecutionContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Logs a line about a statement or execution, if the session's query log level includes `level`. */
  readonly logQuery: (
    session: Session,
    level: LogLevel,
    message: string,
    fields: LogFields,
  ) => void;
  /** Whether lines about statements contain their SQL. */
  readonly printQueries: boolean;
  /** The current settings of a session. */
  readonly settingsOf: (session: Session) => QuerySettings;
}

const ends: Readonly<Record<CancelCause, ExecutionEnd>> = {
  cancelled: 'cancelled',
  killed: 'cancelled',
  timeout: 'timeout',
  left: 'cancelled',
};

/**
 * Grace period after the client has gone, in milliseconds, before the engine is interrupted. The last rows
 * may already be sent, and the execution only needs to finish.
 */
const patienceMs = 500;

/**
 * One execution of a statement with one row of parameters. It waits for the connection, runs, and writes its
 * execution record.
 */
export class Execution implements Cancellable {
  readonly id = crypto.randomUUID();
  /** The number of rows handed to the client so far. */
  private rows = 0;
  private inTransaction = false;
  private timeoutSeconds = 0;
  private left = false;
  private hasAnswered = false;
  private leaving: NodeJS.Timeout | null = null;
  private turn: Turn | null = null;
  private borrowed = false;
  private cause: CancelCause | null = null;
  private startTime: bigint | null = null;
  private finished = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly context: ExecutionContext,
    private readonly statement: Statement,
    readonly parameters?: ParameterRow,
    readonly handle?: string,
  ) {}

  /** Waits for the connection unless `turn` is given, and starts. Throws if it was cancelled meanwhile. */
  async begin(turn?: Turn): Promise<Turn> {
    const { session, id: statementId } = this.statement;
    this.borrowed = turn !== undefined;
    this.turn = turn ?? (await session.lane.acquire());
    if (this.cause || session.ended) {
      this.dispose();
      throw this.failure(this.cause ?? (session.ended === 'killed' ? 'killed' : 'cancelled'));
    }
    this.inTransaction = await session.connection.inTransaction();
    const { recorder, clock } = this.context;
    const parameters = this.parameters ? parametersJson(this.parameters) : null;
    const bindParameters = parameters === null ? null : recordedParameters(parameters);
    if (!recorder.hasRoomFor(bindParameters?.length ?? 0)) {
      throw noRoom();
    }
    this.timeoutSeconds = this.context.settingsOf(session).queryTimeoutSeconds;
    this.startTime = clock.now();
    recorder.executionStarted({
      executionId: this.id,
      statementId,
      bindParameters,
      startTime: this.startTime,
    });
    this.log('info', 'execution started', {});
    mustBeRecordable('As JSON the parameters have', parameters ?? '');
    if (this.timeoutSeconds > 0) {
      this.timer = setTimeout(() => {
        this.cancel('timeout');
      }, this.timeoutSeconds * 1000);
    }
    if (this.left) {
      this.awaitEngine();
    }
    if (this.statement.mayEndProcess) {
      await onDisk(recorder);
    }
    return this.turn;
  }

  /**
   * Ends the execution with an error as soon as the engine reacts. Only the first cause counts. The record is
   * then completed even if the result is not read further.
   */
  cancel(cause: CancelCause): void {
    if (!this.finished && this.cause === null) {
      this.cause = cause;
      this.interrupt();
      this.turn?.abandon();
      void this.statement.session.lane.run(
        () => {
          this.dispose();
          return Promise.resolve();
        },
        { patient: true },
      );
    }
  }

  /**
   * Handles a client that cancelled its call or lost its connection. Drivers cancel a call when they need no
   * more rows, so a statement with an effect continues. A query is closed at the engine's next step, and is a
   * success if all rows were sent. If the engine takes longer than the grace period, it is interrupted,
   * except in a transaction once there are rows, because an interrupt would abort the transaction. If the
   * connection is lost, a statement that has an effect or has not started is cancelled.
   */
  leave(connectionLost = false): void {
    if (this.finished || this.cause !== null || this.left) {
      return;
    }
    this.left = true;
    if (connectionLost && (this.startTime === null || !this.isResultOnly)) {
      this.cancel('left');
    } else if (this.startTime !== null) {
      this.awaitEngine();
    }
  }

  private get isResultOnly(): boolean {
    return actsAsItIsRead(this.statement.executable.type);
  }

  /** Starts the grace period. */
  private awaitEngine(): void {
    if (this.isResultOnly && !(this.inTransaction && this.hasAnswered)) {
      this.leaving = setTimeout(() => {
        this.cancel('left');
      }, patienceMs);
    }
  }

  /**
   * Notes that the engine has answered: the first rows of a query, or the complete effect of any other
   * statement.
   */
  answered(): void {
    this.hasAnswered = true;
    if (this.inTransaction) {
      clearTimeout(this.leaving ?? undefined);
    }
  }

  handedOver(rows: number): void {
    this.rows += rows;
  }

  private interrupt(): void {
    if (!this.finished && this.turn && !this.turn.released) {
      this.statement.session.connection.interrupt();
      this.statement.executable.interrupt?.();
      setTimeout(() => {
        this.interrupt();
      }, interruptAgainMs);
    }
  }

  /** Whether it was cancelled, by any cause. */
  get cancelled(): boolean {
    return this.cause !== null;
  }

  succeed(): void {
    this.finish('success', null);
  }

  /**
   * Records the error and returns it as the client gets it. After a cancellation, that is the cause and not
   * the engine's resulting error.
   */
  fail(error: unknown): Failure {
    if (this.cause && (error === undefined || isInterrupted(error))) {
      const failure = this.failure(this.cause);
      this.finish(ends[this.cause], failure.message);
      return failure;
    }
    const failure = asFailure(error);
    this.finish('error', failure.message);
    return failure;
  }

  /** Finishes as cancelled unless already finished, and releases the connection. */
  dispose(): void {
    if (this.hasAnswered && !this.isResultOnly && this.cause === null) {
      this.succeed();
    } else if (!this.finished && this.startTime !== null) {
      const cause = this.cause ?? (this.left ? 'left' : 'cancelled');
      this.finish(ends[cause], this.failure(cause).message);
    }
    if (!this.borrowed) {
      this.turn?.release();
    }
  }

  private finish(status: ExecutionEnd, errorMessage: string | null): void {
    if (this.finished || this.startTime === null) {
      return;
    }
    this.finished = true;
    clearTimeout(this.timer ?? undefined);
    clearTimeout(this.leaving ?? undefined);
    const endTime = this.context.clock.now();
    const durationMs = (endTime - this.startTime) / 1000n;
    this.context.recorder.executionFinished(this.id, {
      endTime,
      durationMs,
      rowsFetched: this.rows,
      status,
      errorMessage,
    });
    this.log(status === 'error' ? 'error' : 'info', 'execution finished', {
      status,
      rows: this.rows,
      duration_ms: Number(durationMs),
      ...(errorMessage === null ? {} : { error: errorMessage }),
    });
  }

  private failure(cause: CancelCause): Failure {
    return cancelFailure(cause, this.timeoutSeconds);
  }

  private log(level: LogLevel, message: string, fields: LogFields): void {
    const { id, session, isInternal } = this.statement;
    this.context.logQuery(session, isInternal && level === 'info' ? 'debug' : level, message, {
      execution_id: this.id,
      statement_id: id,
      session_id: session.id,
      user: session.identity.username,
      role: session.identity.role,
      peer: session.client.peer,
      ...fields,
    });
  }
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure
    ? error
    : new Failure('unknown', engineMessage(error), { cause: error });
}
