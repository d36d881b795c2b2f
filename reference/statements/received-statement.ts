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

/** What a client's request says of the statement that it asks for. */
export interface StatementRequest {
  readonly session: Session;
  readonly sql: string;
  readonly flightMethod: string;
  /** Whether the server made the SQL, to answer a metadata request. */
  readonly isInternal: boolean;
}

/** What a statement that has come needs of the server. */
export interface ReceptionContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Hears how the preparation ended. */
  readonly ended: (request: StatementRequest, id: string, error: string | null) => void;
}

/** A statement that has come and is on record; nothing was done with it yet. */
export class ReceivedStatement {
  /** A UUID: the statement's. */
  readonly id = crypto.randomUUID();
  private readonly createdTime: bigint;
  private ended = false;

  /** Throws Failure('exhausted') when there is no room for its record. */
  constructor(
    private readonly context: ReceptionContext,
    private readonly request: StatementRequest,
  ) {
    const { recorder, clock } = context;
    this.createdTime = clock.now();
    const record = this.record(request.sql);
    if (!recorder.hasRoomFor(record.sqlText.length)) {
      throw noRoom();
    }
    recorder.statementReceived(record);
  }

  /**
   * Does what makes a statement of it, `sql` if that is not the text that it came with. Throws a Failure, which is
   * recorded, also for what is too long to be recorded.
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

  /** Does something on the way to `prepare`; a failure is the statement's, unless that was prepared. */
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
    };
  }
}
