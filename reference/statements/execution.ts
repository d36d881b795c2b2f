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

/** What executions need of the server. */
export interface ExecutionContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Logs a line about a statement or an execution of the session, if lines so severe are wanted. */
  readonly logQuery: (
    session: Session,
    level: LogLevel,
    message: string,
    fields: LogFields,
  ) => void;
  /** Whether the lines about statements show their SQL. */
  readonly printQueries: boolean;
  /** What holds for the statements of a session now. */
  readonly settingsOf: (session: Session) => QuerySettings;
}

const ends: Readonly<Record<CancelCause, ExecutionEnd>> = {
  cancelled: 'cancelled',
  killed: 'cancelled',
  timeout: 'timeout',
  left: 'cancelled',
};

/**
 * How long the engine may take to look up, in milliseconds, when the client has gone: it may have sent
 * the last rows already and need only say so.
 */
const patienceMs = 500;

/** One execution of a statement with one row of parameters, from its turn on the connection to its record. */
export class Execution implements Cancellable {
  readonly id = crypto.randomUUID();
  /** Rows handed to the client so far. */
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

  /** Waits for the connection, unless there is a turn already, and starts. Throws when it was cancelled meanwhile. */
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
   * Makes it end with an error as soon as the engine looks up; the first cause
   * counts. Its record is completed then, even if nobody reads the result on.
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
   * Takes note that its client has gone, by giving up the call or by losing its connection. Drivers
   * give a call up as soon as they need no rows, which says nothing against what the statement does:
   * one with an effect has it. What is a result only is let go of when the engine next looks up, and
   * a result that had been sent whole is a success. If the engine takes longer it is interrupted, but
   * not in a transaction once there are rows: an interrupt would end that. Whose
   * connection is lost is waiting for nothing: then what runs is interrupted.
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

  /** Gives the engine a moment to look up. */
  private awaitEngine(): void {
    if (this.isResultOnly && !(this.inTransaction && this.hasAnswered)) {
      this.leaving = setTimeout(() => {
        this.cancel('left');
      }, patienceMs);
    }
  }

  /** Takes note that the engine has an answer: its first rows, or all of it where the statement has an effect. */
  answered(): void {
    this.hasAnswered = true;
    if (this.inTransaction) {
      clearTimeout(this.leaving ?? undefined);
    }
  }

  /** Counts rows that the client was handed. */
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

  /** Whether somebody asked for its end. */
  get cancelled(): boolean {
    return this.cause !== null;
  }

  succeed(): void {
    this.finish('success', null);
  }

  /**
   * Records what went wrong and returns it as the client gets it: that somebody asked for its end, where
   * what the engine says, if anything, only follows from that.
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

  /** Ends it as cancelled unless it ended otherwise; gives the connection back. */
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
