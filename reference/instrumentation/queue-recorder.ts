import { setTimeout } from 'node:timers/promises';
import type { Connection } from '../engine/connection.js';
import type { Log } from '../log.js';
import { BatchWriter } from './batch-writer.js';
import { HeldRows } from './held-rows.js';
import { valuesOf } from './instrumentation-table.js';
import type { InstrumentationTable, Row } from './instrumentation-table.js';
import { filePace } from './pace.js';
import type { Pace } from './pace.js';
import { PendingRows, bytesOf, bytesOfRow } from './pending-rows.js';
import type { Recorder } from './recorder.js';
import type {
  EngineOutcome,
  ExecutionOutcome,
  ExecutionRecord,
  InstanceRecord,
  QueuedExecutionRecord,
  ReceivedStatementRecord,
  SessionEnd,
  SessionRecord,
  StatementRecord,
} from './records.js';
import { tablesOf } from './revision.js';
import type { Revision, RevisionTables } from './revision.js';
import { writeRows } from './row-writer.js';
import type { WriteRows } from './row-writer.js';

/** The memory that queued records may take, estimated: about half a million records with short texts. */
const mostWaitingBytes = 256 * 1024 * 1024;
/** The fraction of this memory that is added for sessions and ends of executions, which cannot be refused. */
const reserve = 0.25;
/** The next batch collects rows for this many times the duration of the last write. */
const gatherFactor = 8;

/**
 * Queues records and writes them in batches, one transaction each, on a connection of its own. A batch that
 * cannot be written is tried again, and the log says so; meanwhile later records queue, up to
 * `mostWaitingBytes`. Only `written()` and `close()` wait.
 */
export class QueueRecorder implements Recorder {
  private readonly tables: RevisionTables;
  private pending: PendingRows;
  private readonly pace: Pace;
  private readonly heldStatements: HeldRows;
  private readonly heldExecutions: HeldRows;
  /** The rows of statements that were written before their preparation ended, as they were written. */
  private readonly unprepared = new Map<string, Row>();
  /** The executions that have not started, with their rows if these were written. */
  private readonly queued = new Map<string, Row | null>();
  /** Callbacks for when every record so far is written. */
  private waiting: (() => void)[] = [];
  /** The number of rows in the batch that is being written. */
  private inHand = 0;
  private lost = 0;
  /** The number of records dropped for want of memory since the last batch. */
  private dropped = 0;
  private writing: Promise<void> | null = null;
  private readonly closing = new AbortController();
  private readonly writer: BatchWriter;
  private readonly mostWaitingBytes: number;

  constructor(
    connection: Connection,
    private readonly log: Log,
    private readonly options: {
      /** Its tables get the rows. */
      readonly revision: Revision;
      readonly pace?: Pace;
      readonly writeRows?: WriteRows;
      readonly mostWaitingBytes?: number;
    },
  ) {
    this.tables = options.revision.tables;
    this.pending = this.newBatch();
    this.pace = options.pace ?? filePace;
    this.heldStatements = new HeldRows(this.pace.holdMs);
    this.heldExecutions = new HeldRows(this.pace.holdMs);
    this.mostWaitingBytes = options.mostWaitingBytes ?? mostWaitingBytes;
    this.writer = new BatchWriter(connection, log, {
      writeRows: options.writeRows ?? writeRows,
      mostRetryMs: this.pace.mostRetryMs,
      closing: this.closing.signal,
    });
  }

  instanceStarted(instance: InstanceRecord): void {
    const { instances } = this.tables;
    this.insert(instances, instance.instanceId, valuesOf(instances, 'started', instance));
    this.schedule();
  }

  instanceStopped(instanceId: string, stopTime: bigint, reason: string): void {
    const { instances } = this.tables;
    this.update(instances, instanceId, valuesOf(instances, 'stopped', { stopTime, reason }));
    this.schedule();
  }

  sessionOpened(session: SessionRecord): void {
    const { sessions } = this.tables;
    this.insert(sessions, session.sessionId, valuesOf(sessions, 'opened', session));
    this.schedule();
  }

  sessionTagged(sessionId: string, tag: string | null): void {
    const { sessions } = this.tables;
    this.update(sessions, sessionId, valuesOf(sessions, 'tagged', { tag }));
    this.schedule();
  }

  sessionEnded(sessionId: string, stopTime: bigint, status: SessionEnd, reason: string): void {
    const { sessions } = this.tables;
    this.update(sessions, sessionId, valuesOf(sessions, 'ended', { stopTime, status, reason }));
    this.schedule();
  }

  hasRoomFor(characters: number): boolean {
    return this.hasRoom(bytesOfRow + 2 * characters);
  }

  statementReceived(statement: ReceivedStatementRecord): void {
    const row = valuesOf(this.tables.sql_statements, 'received', statement);
    this.hold(this.heldStatements, statement.statementId, row);
  }

  statementPrepared(statement: StatementRecord): void {
    const { sql_statements: statements } = this.tables;
    const { statementId } = statement;
    const prepared = valuesOf(statements, 'prepared', statement);
    const held = this.heldStatements.release(statementId);
    const written = this.unprepared.get(statementId);
    this.unprepared.delete(statementId);
    if (held || written === undefined) {
      const received = valuesOf(statements, 'received', statement);
      this.insert(statements, statementId, { ...received, ...prepared });
    } else {
      // Usually the text has not changed. Only that of a bulk ingest is complete when its data has arrived.
      this.update(statements, statementId, changed(written, prepared));
    }
    this.schedule();
  }

  executionQueued(execution: QueuedExecutionRecord): void {
    const row = valuesOf(this.tables.sql_executions, 'queued', execution);
    this.hold(this.heldExecutions, execution.executionId, row);
    this.queued.set(execution.executionId, null);
  }

  executionStarted(execution: ExecutionRecord): void {
    const { sql_executions: executions } = this.tables;
    const { executionId } = execution;
    const row = valuesOf(executions, 'started', execution);
    const written = this.queued.get(executionId);
    this.queued.delete(executionId);
    if (written) {
      this.update(executions, executionId, changed(written, row));
      this.schedule();
    } else {
      const held = this.heldExecutions.release(executionId);
      this.hold(this.heldExecutions, executionId, { ...held, ...row });
    }
  }

  executionComputed(executionId: string, outcome: EngineOutcome): void {
    const { sql_executions: executions } = this.tables;
    const values = valuesOf(executions, 'computed', outcome);
    if (!this.heldExecutions.change(executionId, values)) {
      this.update(executions, executionId, values);
      this.schedule();
    }
  }

  cursorClosed(executionId: string, closeTime: bigint): void {
    const { sql_executions: executions } = this.tables;
    this.update(executions, executionId, valuesOf(executions, 'cursorClosed', { closeTime }));
    this.schedule();
  }

  executionFinished(executionId: string, outcome: ExecutionOutcome): void {
    const { sql_executions: executions } = this.tables;
    const held = this.heldExecutions.release(executionId);
    if (held) {
      this.pending.insert(executions, executionId, held);
    }
    this.update(executions, executionId, valuesOf(executions, 'finished', outcome));
    this.schedule();
  }

  /** The number of rows that are not on disk yet. */
  get backlog(): number {
    return this.waitingRows + this.inHand;
  }

  written(): Promise<void> {
    if (this.backlog === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  async close(): Promise<number> {
    this.closing.abort();
    this.schedule();
    while (this.writing) {
      await this.writing;
    }
    return this.lost;
  }

  private get waitingRows(): number {
    return this.pending.size + this.heldStatements.size + this.heldExecutions.size;
  }

  private insert(table: InstrumentationTable, key: string, row: Row): void {
    if (this.hasRoom(bytesOf(row), 1 + reserve)) {
      this.pending.insert(table, key, row);
    }
  }

  private update(table: InstrumentationTable, key: string, changes: Row): void {
    if (this.pending.has(table, key) || this.hasRoom(bytesOf(changes), 1 + reserve)) {
      this.pending.update(table, key, changes);
    }
  }

  private hold(held: HeldRows, key: string, row: Row): void {
    if (this.hasRoom(bytesOf(row))) {
      held.hold(key, row);
      this.schedule();
    }
  }

  /** Whether `bytes` more fit into `share` times the limit. If not, counts a dropped record. */
  private hasRoom(bytes: number, share = 1): boolean {
    const waiting = this.pending.bytes + this.heldStatements.bytes + this.heldExecutions.bytes;
    if (waiting + bytes <= share * this.mostWaitingBytes) {
      return true;
    }
    if (this.dropped++ === 0) {
      this.log.error('too many instrumentation records wait to be written: more are lost');
    }
    return false;
  }

  private schedule(): void {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
      // A record may have arrived after the loop ended.
      if (this.waitingRows > 0 || this.waiting.length > 0) {
        this.schedule();
      }
    });
  }

  private async writeAll(): Promise<void> {
    const { leastGatherMs, mostGatherMs } = this.pace;
    const { signal } = this.closing;
    let gatherMs = leastGatherMs;
    do {
      // A stopping server does not wait for more rows.
      await setTimeout(gatherMs, undefined, { signal }).catch(() => undefined);
      const waiting = this.waiting;
      this.waiting = [];
      this.releaseHeld(signal.aborted || waiting.length > 0);
      const batch = this.pending;
      this.pending = this.newBatch();
      this.inHand = batch.size;
      const started = performance.now();
      if (batch.size > 0) {
        this.lost += (await this.writer.write(batch)) ? 0 : batch.size;
      }
      if (this.dropped > 0) {
        this.lost += this.dropped;
        this.log.error('instrumentation records are lost', { records: this.dropped });
        this.dropped = 0;
      }
      this.inHand = 0;
      for (const resolve of waiting) {
        resolve();
      }
      const factored = gatherFactor * (performance.now() - started);
      gatherMs = Math.max(leastGatherMs, Math.min(mostGatherMs, factored));
    } while (this.waitingRows > 0);
  }

  private newBatch(): PendingRows {
    return new PendingRows(tablesOf(this.options.revision));
  }

  /** Moves rows that were held long enough, or all of them, to the next batch. */
  private releaseHeld(all: boolean): void {
    for (const [id, row] of this.heldStatements.releaseRipe(all)) {
      this.unprepared.set(id, row);
      this.pending.insert(this.tables.sql_statements, id, row);
    }
    for (const [id, row] of this.heldExecutions.releaseRipe(all)) {
      if (this.queued.has(id)) {
        this.queued.set(id, row);
      }
      this.pending.insert(this.tables.sql_executions, id, row);
    }
  }
}

/** The entries of `values` that `row` lacks or that differ there. */
function changed(row: Row, values: Row): Row {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => row[name] !== value));
}
