import type { Clock } from '../clock.js';
import { engineMessage } from '../engine/engine-error.js';
import { Failure } from '../errors.js';
import { mustBeRecordable, noRoom, recordedText } from '../instrumentation/recordable.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { ReceivedStatementRecord } from '../instrumentation/records.js';
import type { Session } from '../sessions/session.js';
import { mayEndProcess, onDisk } from './on-record.js';
import type { AwaitRecord, Prepared } from './preparer.js';
import { mustBeReadable } from './reading-cost.js';
import type { Statement } from './statement.js';

/** A client's request to prepare a statement. */
export interface StatementRequest {
  readonly session: Session;
  readonly sql: string;
  readonly flightMethod: string;
  /** Whether the server generated the SQL to answer a metadata request. */
  readonly isInternal: boolean;
}

/** The dependencies of a received statement. */
export interface ReceptionContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Called when the preparation has ended; `error` is null if it succeeded. */
  readonly ended: (request: StatementRequest, id: string, error: string | null) => void;
}

/** A statement that has been received and recorded, but not yet processed. */
export class ReceivedStatement {
  /** The statement's id, a UUID. */
  readonly id = crypto.randomUUID();
  private readonly createdTime: bigint;
  private readonly queryTag: string | null;
  private ended = false;

  /** Throws Failure('exhausted') if there is no room for its record. */
  constructor(
    private readonly context: ReceptionContext,
    private readonly request: StatementRequest,
  ) {
    const { recorder, clock } = context;
    this.createdTime = clock.now();
    this.queryTag = request.session.settings.queryTag ?? null;
    const record = this.record(request.sql);
    if (!recorder.hasRoomFor(record.sqlText.length + (record.queryTag?.length ?? 0))) {
      throw noRoom();
    }
    recorder.statementReceived(record);
  }

  /**
   * Makes a prepared statement by `make`; `sql` replaces the text of the request. Throws a Failure, which is
   * recorded. That includes a text that is too long to record.
   */
  async prepare(
    make: (awaitRecord: AwaitRecord) => Promise<Prepared>,
    sql: string = this.request.sql,
  ): Promise<Statement> {
    const statement = await this.recorded(async () => {
      mustBeRecordable('The statement has', sql);
      mustBeReadable(sql);
      const awaitRecord = () => onDisk(this.context.recorder);
      const mayEnd = mayEndProcess(sql);
      if (mayEnd) {
        await awaitRecord();
      }
      const prepared = await make(awaitRecord);
      return { id: this.id, ...this.request, sql, mayEndProcess: mayEnd, ...prepared };
    }, sql);
    this.end(sql, null);
    return statement;
  }

  /**
   * Runs work that precedes `prepare`. A failure is recorded as the statement's, unless it has already been
   * prepared.
   */
  async recorded<T>(work: () => Promise<T>, sql = this.request.sql): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const message = engineMessage(cause);
      this.end(sql, message);
      throw cause instanceof Failure ? cause : new Failure('invalid-argument', message, { cause });
    }
  }

  private end(sql: string, error: string | null): void {
    if (!this.ended) {
      this.ended = true;
      const { recorder, ended } = this.context;
      recorder.statementPrepared({ ...this.record(sql), prepareError: error });
      ended({ ...this.request, sql: recordedText(sql) }, this.id, error);
    }
  }

  private record(sql: string): ReceivedStatementRecord {
    const { session, flightMethod, isInternal } = this.request;
    return {
      statementId: this.id,
      sessionId: session.id,
      sqlText: recordedText(sql),
      flightMethod,
      isInternal,
      createdTime: this.createdTime,
      queryTag: this.queryTag,
    };
  }
}
