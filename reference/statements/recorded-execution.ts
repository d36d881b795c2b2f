import type { Clock } from '../clock.js';
import type { LogLevel } from '../config.js';
import { parametersJson } from '../engine/from-arrow/parameter-json.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { mustBeRecordable, noRoom, recordedParameters } from '../instrumentation/recordable.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { ExecutionEnd } from '../instrumentation/records.js';
import type { LogFields } from '../log.js';
import type { HeldCursor } from './open-cursors.js';
import { sessionFields } from './query-log.js';
import type { QueryLog } from './query-log.js';
import type { Statement } from './statement.js';
import { timeline } from './timeline.js';
import type { Timeline } from './timeline.js';

/** Where executions are recorded and logged. */
export interface RecordingContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly logQuery: QueryLog;
  /** Whether the records tell the engine's time from that of delivery, as from 1.34 on. */
  readonly hasTimeline: boolean;
}

/**
 * What the recorder and the log are told of one execution: its start, and its end once. An execution that
 * never started leaves no record.
 */
export class RecordedExecution implements HeldCursor {
  /** A UUID, used in the log and in sql_executions. */
  readonly id = crypto.randomUUID();
  private startTime: bigint | null = null;
  /** The parameters of an execution that waits in the queue; null if it does not. */
  private queued: { readonly bindParameters: string | null } | null = null;
  /** The number of rows handed to the client so far. */
  private rows = 0;
  private finished = false;
  private engineEnd: bigint | null = null;
  private firstBatch: bigint | null = null;
  private lastBatch: bigint | null = null;
  /** When delivery ended; null before it has finished. */
  private fetchEnd: bigint | null = null;
  private cursor: 'none' | 'held' | 'closed' = 'none';

  constructor(
    private readonly context: RecordingContext,
    private readonly statement: Statement,
  ) {}

  get hasStarted(): boolean {
    return this.startTime !== null;
  }

  get hasFinished(): boolean {
    return this.finished;
  }

  /** It waits in the queue. Throws like `start`. */
  queue(row: ParameterRow | undefined): void {
    const { recorder, clock } = this.context;
    const { bindParameters } = this.parametersOf(row);
    this.queued = { bindParameters };
    const ids = { executionId: this.id, statementId: this.statement.id };
    recorder.executionQueued({ ...ids, bindParameters, enqueueTime: clock.now() });
    this.log('info', 'execution queued', {});
  }

  /**
   * Throws Failure('exhausted') if there is no room for the record, and then has not started. Throws
   * Failure('invalid-argument') if the parameters are too long to record, and then has.
   */
  start(row: ParameterRow | undefined): void {
    const { parameters, bindParameters } = this.parametersOf(row);
    this.tellStart(bindParameters);
    this.log('info', 'execution started', {});
    mustBeRecordable('As JSON the parameters have', parameters ?? '');
  }

  /** The parameters as JSON, and as recorded. Throws Failure('exhausted') if there is no room for them. */
  private parametersOf(row: ParameterRow | undefined): {
    parameters: string | null;
    bindParameters: string | null;
  } {
    const parameters = row ? parametersJson(row) : null;
    const bindParameters = parameters === null ? null : recordedParameters(parameters);
    if (!this.context.recorder.hasRoomFor(bindParameters?.length ?? 0)) {
      throw noRoom();
    }
    return { parameters, bindParameters };
  }

  private tellStart(bindParameters: string | null): bigint {
    const { recorder, clock } = this.context;
    const startTime = clock.now();
    this.startTime = startTime;
    const ids = { executionId: this.id, statementId: this.statement.id };
    recorder.executionStarted({ ...ids, bindParameters, startTime });
    return startTime;
  }

  /** The engine has finished; the client may still read. */
  engineFinished(): void {
    const { startTime, engineEnd, finished } = this;
    if (startTime !== null && engineEnd === null && !finished) {
      this.engineEnd = this.context.clock.now();
      if (this.context.hasTimeline) {
        const { endTime, durationMs } = this.timeline(startTime);
        this.context.recorder.executionComputed(this.id, { endTime, durationMs });
      }
    }
  }

  /** A batch is handed to the client now. */
  handingOver(): void {
    this.firstBatch ??= this.context.clock.now();
  }

  /** The client has taken the batch. */
  handedOver(rows: number): void {
    this.rows += rows;
    this.lastBatch = this.context.clock.now();
  }

  /**
   * The client lets go of the result. An execution without this is one whose client does so when it ends.
   */
  closeCursor(): void {
    if (this.context.hasTimeline && this.cursor === 'held') {
      this.cursor = 'closed';
      if (this.fetchEnd !== null) {
        this.context.recorder.cursorClosed(this.id, later(this.context.clock.now(), this.fetchEnd));
      }
    }
  }

  /** Its client holds the result until `closeCursor`. */
  holdCursor(): void {
    this.cursor = 'held';
  }

  /**
   * Does nothing unless it has started, or was queued, and has not finished. The profile is DuckDB's JSON; it
   * is recorded if the execution has succeeded.
   */
  finish(status: ExecutionEnd, errorMessage: string | null, profile: string | null = null): void {
    const { startTime: started, queued } = this;
    if (this.finished || (started === null && queued === null)) {
      return;
    }
    this.finished = true;
    // One that was never more than queued starts and ends when its wait does.
    const startTime = started ?? this.tellStart(queued?.bindParameters ?? null);
    const now = started === null ? startTime : this.context.clock.now();
    this.engineEnd ??= now;
    const times = this.timeline(startTime);
    this.fetchEnd = times.fetchEndTime;
    const upToRows = { endTime: now, durationMs: (now - startTime) / 1000n };
    const { endTime, durationMs } = this.context.hasTimeline ? times : upToRows;
    this.context.recorder.executionFinished(this.id, {
      ...times,
      ...{ endTime, durationMs, status, errorMessage },
      rowsFetched: this.rows,
      cursorCloseTime: this.cursor === 'held' ? null : later(now, times.fetchEndTime),
      queryProfile: status === 'success' ? profile : null,
    });
    this.log(status === 'error' ? 'error' : 'info', 'execution finished', {
      status,
      rows: this.rows,
      duration_ms: Number(durationMs),
      ...(this.context.hasTimeline ? { total_duration_ms: Number(times.totalDurationMs) } : {}),
      ...(errorMessage === null ? {} : { error: errorMessage }),
    });
  }

  private timeline(startTime: bigint): Timeline {
    const { firstBatch, lastBatch } = this;
    return timeline({ startTime, engineEnd: this.engineEnd ?? startTime, firstBatch, lastBatch });
  }

  private log(level: LogLevel, message: string, fields: LogFields): void {
    const { id, session, isInternal } = this.statement;
    this.context.logQuery(session, isInternal && level === 'info' ? 'debug' : level, message, {
      execution_id: this.id,
      statement_id: id,
      ...sessionFields(session),
      ...fields,
    });
  }
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
