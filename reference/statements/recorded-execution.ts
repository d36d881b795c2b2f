import type { Clock } from '../clock.js';
import type { LogLevel } from '../config.js';
import { parametersJson } from '../engine/from-arrow/parameter-json.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { mustBeRecordable, noRoom, recordedParameters } from '../instrumentation/recordable.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { ExecutionEnd } from '../instrumentation/records.js';
import type { LogFields } from '../log.js';
import { sessionFields } from './query-log.js';
import type { QueryLog } from './query-log.js';
import type { Statement } from './statement.js';

/** Where executions are recorded and logged. */
export interface RecordingContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly logQuery: QueryLog;
}

/**
 * What the recorder and the log are told of one execution: its start, and its end once. An execution that
 * never started leaves no record.
 */
export class RecordedExecution {
  /** A UUID, used in the log and in sql_executions. */
  readonly id = crypto.randomUUID();
  private startTime: bigint | null = null;
  /** The parameters of an execution that waits in the queue; null if it does not. */
  private queued: { readonly bindParameters: string | null } | null = null;
  /** The number of rows handed to the client so far. */
  private rows = 0;
  private finished = false;

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

  handedOver(rows: number): void {
    this.rows += rows;
  }

  /** Does nothing unless it has started, or was queued, and has not finished. */
  finish(status: ExecutionEnd, errorMessage: string | null): void {
    const { startTime: started, queued } = this;
    if (this.finished || (started === null && queued === null)) {
      return;
    }
    this.finished = true;
    // One that was never more than queued starts and ends when its wait does.
    const startTime = started ?? this.tellStart(queued?.bindParameters ?? null);
    const endTime = started === null ? startTime : this.context.clock.now();
    const durationMs = (endTime - startTime) / 1000n;
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
