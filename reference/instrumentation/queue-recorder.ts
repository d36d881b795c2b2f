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
  ExecutionOutcome,
  ExecutionRecord,
  InstanceRecord,
  ReceivedStatementRecord,
  SessionEnd,
  SessionRecord,
  StatementRecord,
} from './records.js';
import { first } from './revisions/first.js';
import { writeRows } from './row-writer.js';
import type { WriteRows } from './row-writer.js';

const {
  instances,
  sessions,
  sql_statements: sqlStatements,
  sql_executions: sqlExecutions,
} = first.tables;

/** How much memory the records that wait may take, roughly: about half a million with short texts. */
const mostWaitingBytes = 256 * 1024 * 1024;
/** How much more is taken of sessions and of what ends, in shares of that: neither can be refused. */
const reserve = 0.25;
/** How much longer than writing took the recorder gathers before it writes again. */
const gatherFactor = 8;

/**
 * The recorder that writes: it queues what it is told and writes it in batches,
 * one transaction each, on a connection of its own. A batch that cannot be
 * written is kept and tried again, and the log says so; what comes meanwhile
 * waits, up to `mostWaitingBytes` of it. Nobody waits for the recorder, except who asks for `written()`.
 */
export class QueueRecorder implements Recorder {
  private pending = new PendingRows();
  private readonly pace: Pace;
  private readonly heldStatements: HeldRows;
  private readonly heldExecutions: HeldRows;
  /** The rows, as they were received, of statements that are no longer held and whose preparation has not ended. */
  private readonly unprepared = new Map<string, Row>();
  /** What to call when everything told so far is written. */
  private waiting: (() => void)[] = [];
  /** Rows of the batch that is being written. */
  private inHand = 0;
  private lost = 0;
  /** Records that there was no room for since the last batch. */
  private dropped = 0;
  private writing: Promise<void> | null = null;
  private readonly closing = new AbortController();
  private readonly writer: BatchWriter;
  private readonly mostWaitingBytes: number;

  constructor(
    connection: Connection,
    private readonly log: Log,
    options: {
      readonly pace?: Pace;
      readonly writeRows?: WriteRows;
      readonly mostWaitingBytes?: number;
    } = {},
  ) {
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
    this.insert(instances, instance.instanceId, valuesOf(instances, 'started', instance));
    this.schedule();
  }

  instanceStopped(instanceId: string, stopTime: bigint, reason: string): void {
    this.update(instances, instanceId, valuesOf(instances, 'stopped', { stopTime, reason }));
    this.schedule();
  }

  sessionOpened(session: SessionRecord): void {
    this.insert(sessions, session.sessionId, valuesOf(sessions, 'opened', session));
    this.schedule();
  }

  sessionEnded(sessionId: string, stopTime: bigint, status: SessionEnd, reason: string): void {
    this.update(sessions, sessionId, valuesOf(sessions, 'ended', { stopTime, status, reason }));
    this.schedule();
  }

  hasRoomFor(characters: number): boolean {
    return this.hasRoom(bytesOfRow + 2 * characters);
  }

  statementReceived(statement: ReceivedStatementRecord): void {
    const row = valuesOf(sqlStatements, 'received', statement);
    this.hold(this.heldStatements, statement.statementId, row);
  }

  statementPrepared(statement: StatementRecord): void {
    const { statementId } = statement;
    const prepared = valuesOf(sqlStatements, 'prepared', statement);
    const held = this.heldStatements.release(statementId);
    const written = this.unprepared.get(statementId);
    this.unprepared.delete(statementId);
    if (held || written === undefined) {
      const received = valuesOf(sqlStatements, 'received', statement);
      this.insert(sqlStatements, statementId, { ...received, ...prepared });
    } else {
      // The text is written again only where it differs: an ingest knows its statement when its data has come.
      this.update(sqlStatements, statementId, changed(written, prepared));
    }
    this.schedule();
  }

  executionStarted(execution: ExecutionRecord): void {
    const row = valuesOf(sqlExecutions, 'started', execution);
    this.hold(this.heldExecutions, execution.executionId, row);
  }

  executionFinished(executionId: string, outcome: ExecutionOutcome): void {
    const held = this.heldExecutions.release(executionId);
    if (held) {
      this.pending.insert(sqlExecutions, executionId, held);
    }
    this.update(sqlExecutions, executionId, valuesOf(sqlExecutions, 'finished', outcome));
    this.schedule();
  }

  /** Rows told of that are not on disk yet. */
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

  /** Whether as much fits in beside what waits, or beside a `share` of what may; counts what does not. */
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
      // Something may have come after the last look and before this.
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
      // A server that stops has nothing to gather for.
      await setTimeout(gatherMs, undefined, { signal }).catch(() => undefined);
      const waiting = this.waiting;
      this.waiting = [];
      this.releaseHeld(signal.aborted || waiting.length > 0);
      const batch = this.pending;
      this.pending = new PendingRows();
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

  /** Lets the rows that were held long enough, or all of them, be written. */
  private releaseHeld(all: boolean): void {
    for (const [id, row] of this.heldStatements.releaseRipe(all)) {
      this.unprepared.set(id, row);
      this.pending.insert(sqlStatements, id, row);
    }
    for (const [id, row] of this.heldExecutions.releaseRipe(all)) {
      this.pending.insert(sqlExecutions, id, row);
    }
  }
}

/** The values that differ from those of a row, and those that it has none for. */
function changed(row: Row, values: Row): Row {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => row[name] !== value));
}
