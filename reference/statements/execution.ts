import { engineMessage, isInterrupted } from '../engine/engine-error.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { profiled } from '../engine/profile-request.js';
import type { ProfileRequest } from '../engine/profile-request.js';
import { actsAsItIsRead } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { ExecutionEnd } from '../instrumentation/records.js';
import type { Turn } from '../sessions/connection-lane.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { CancelCause, Cancellable, Session } from '../sessions/session.js';
import { cancelFailure, endsAs, interruptAgainMs } from './cancellation.js';
import type { HeldCursor } from './open-cursors.js';
import { onDisk } from './on-record.js';
import { RecordedExecution } from './recorded-execution.js';
import type { RecordingContext } from './recorded-execution.js';
import type { Place, Slot, StatementQueue } from './statement-queue.js';
import type { Statement } from './statement.js';

/** The dependencies of executions. */
export interface ExecutionContext extends RecordingContext {
  /** The current settings of a session. */
  readonly settingsOf: (session: Session) => QuerySettings;
  readonly queue: StatementQueue;
  /** Whether results are read to their end before their clients read them, as far as memory allows. */
  readonly readsAhead: () => boolean;
}

/**
 * Grace period after the client has gone, in milliseconds, before the engine is interrupted. The last rows
 * may already be sent, and the execution only needs to finish.
 */
const patienceMs = 500;

/**
 * One execution of a statement with one row of parameters. It waits for the connection, runs, and ends once,
 * by itself, by its timeout, or because it is cancelled or its client has gone.
 */
export class Execution implements Cancellable, HeldCursor {
  private readonly record: RecordedExecution;
  private inTransaction = false;
  private timeoutSeconds = 0;
  private left = false;
  private hasAnswered = false;
  private leaving: NodeJS.Timeout | null = null;
  private turn: Turn | null = null;
  /** Its place in the queue while it waits there. */
  private place: Place | null = null;
  private slot: Slot | null = null;
  private profile: ProfileRequest | null = null;
  private borrowed = false;
  private cause: CancelCause | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly context: ExecutionContext,
    private readonly statement: Statement,
    readonly parameters?: ParameterRow,
    readonly handle?: string,
  ) {
    this.record = new RecordedExecution(context, statement);
  }

  get id(): string {
    return this.record.id;
  }

  /**
   * Waits for the connection unless `turn` is given, and for its turn in the queue, and starts. Throws if it
   * was cancelled meanwhile, or may not wait any longer.
   */
  async begin(turn?: Turn): Promise<Turn> {
    const { session, mayEndProcess } = this.statement;
    this.borrowed = turn !== undefined;
    this.turn = turn ?? (await session.lane.acquire());
    this.mustNotBeOver();
    if (this.needsSlot) {
      this.turn = await this.takeSlot(this.turn);
      this.mustNotBeOver();
    }
    this.inTransaction = await session.connection.inTransaction();
    const { queryTimeoutSeconds, captureQueryProfile: mode } = this.context.settingsOf(session);
    this.timeoutSeconds = queryTimeoutSeconds;
    this.profile = mode === 'off' || this.statement.isInternal ? null : { mode, json: null };
    this.record.start(this.parameters);
    if (this.timeoutSeconds > 0) {
      this.timer = setTimeout(() => {
        this.cancel('timeout');
      }, this.timeoutSeconds * 1000);
    }
    if (this.left) {
      this.awaitEngine();
    }
    if (mayEndProcess) {
      await onDisk(this.context.recorder);
    }
    return this.turn;
  }

  private mustNotBeOver(): void {
    const { session } = this.statement;
    if (this.cause || session.ended) {
      const cause = this.cause ?? (session.ended === 'killed' ? 'killed' : 'cancelled');
      const failure = this.failure(cause);
      this.finish(endsAs[cause], failure.message);
      this.dispose();
      throw failure;
    }
  }

  /** Statements of the server's own, commands of the server, and what may bypass the queue never wait. */
  private get needsSlot(): boolean {
    const { session, isInternal, executable } = this.statement;
    const exempt = isInternal || executable.isCommand === true;
    return !exempt && !this.context.settingsOf(session).bypassQueue;
  }

  /**
   * Waits in the queue. Does not keep the session from other work meanwhile, unless the turn is borrowed. So
   * a slot may come when the session is busy: then others get it first. Resolves to the turn to go on with.
   */
  private async takeSlot(turn: Turn): Promise<Turn> {
    const { queue, settingsOf } = this.context;
    const { lane } = this.statement.session;
    this.slot = queue.enter();
    if (this.slot !== null) {
      return turn;
    }
    try {
      const place = this.joinQueue(queue, settingsOf(this.statement.session).maxQueueWaitSeconds);
      if (this.borrowed) {
        this.slot = await place.slot();
        return turn;
      }
      turn.release();
      for (;;) {
        const slot = await place.slot();
        if (!lane.isBusy) {
          this.slot = slot;
          return await lane.acquire();
        }
        slot.release();
        (await lane.acquire({ over: place.over })).release();
      }
    } catch (error) {
      throw this.place?.why ?? error;
    } finally {
      this.place?.leave();
      this.place = null;
    }
  }

  /** Throws Failure('unavailable') if too many wait; the execution has then ended as soon as it has begun. */
  private joinQueue(queue: StatementQueue, maxSeconds: number): Place {
    try {
      this.place = queue.join(maxSeconds);
    } catch (error) {
      this.record.start(this.parameters);
      throw error;
    }
    this.record.queue(this.parameters);
    if (this.left) {
      this.cause = 'left';
      this.place.leave(this.failure('left'));
    }
    return this.place;
  }

  /**
   * Ends the execution with an error as soon as the engine reacts. Only the first cause counts. The record is
   * then completed even if the result is not read further.
   */
  cancel(cause: CancelCause): void {
    if (!this.record.hasFinished && this.cause === null) {
      this.cause = cause;
      this.place?.leave(this.failure(cause));
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
    // A connection may be lost after its call was cancelled.
    const isKnown = this.left && !connectionLost;
    if (this.record.hasFinished || this.cause !== null || isKnown) {
      return;
    }
    const isFirst = !this.left;
    this.left = true;
    if (this.place !== null) {
      this.cancel('left');
    } else if (connectionLost && (!this.record.hasStarted || !this.isResultOnly)) {
      this.cancel('left');
    } else if (this.record.hasStarted && isFirst) {
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

  /** Does the work of the engine, profiled if the session wants that. */
  perform<T>(work: () => Promise<T>): Promise<T> {
    return this.profile === null ? work() : profiled(this.profile, work);
  }

  handingOver(): void {
    this.record.handingOver();
  }

  handedOver(rows: number): void {
    this.record.handedOver(rows);
  }

  /** Notes that the engine has finished: others may execute now, while the client still reads. */
  engineFinished(): void {
    if (this.context.hasTimeline) {
      clearTimeout(this.timer ?? undefined);
    }
    this.record.engineFinished();
    this.slot?.release();
  }

  /** The client holds the result until `closeCursor`. */
  holdCursor(): void {
    this.record.holdCursor();
  }

  closeCursor(): void {
    this.record.closeCursor();
  }

  private interrupt(): void {
    if (!this.record.hasFinished && this.turn && !this.turn.released) {
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
    if (this.cause && (error === undefined || isInterrupted(error) || !this.record.hasStarted)) {
      const failure = this.failure(this.cause);
      this.finish(endsAs[this.cause], failure.message);
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
    } else if (!this.record.hasFinished && this.record.hasStarted) {
      const cause = this.cause ?? (this.left ? 'left' : 'cancelled');
      this.finish(endsAs[cause], this.failure(cause).message);
    }
    if (!this.borrowed) {
      this.turn?.release();
    }
    this.slot?.release();
  }

  private finish(status: ExecutionEnd, errorMessage: string | null): void {
    clearTimeout(this.timer ?? undefined);
    clearTimeout(this.leaving ?? undefined);
    this.record.finish(status, errorMessage, this.profile?.json ?? null);
  }

  private failure(cause: CancelCause): Failure {
    return cancelFailure(cause, this.timeoutSeconds);
  }
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure
    ? error
    : new Failure('unknown', engineMessage(error), { cause: error });
}
