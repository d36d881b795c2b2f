import { setTimeout } from 'node:timers/promises';
import { timestampValue } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { Log } from '../log.js';
import { BatchWriter } from './batch-writer.js';
import { HeldRows } from './held-rows.js';
import { filePace } from './pace.js';
import type { Pace } from './pace.js';
import { PendingRows } from './pending-rows.js';
import type { Recorder } from './recorder.js';
import type {
  ExecutionOutcome,
  ExecutionRecord,
  InstanceRecord,
  SessionEnd,
  SessionRecord,
  StatementRecord,
} from './records.js';
import { writeRows } from './row-writer.js';
import type { WriteRows } from './row-writer.js';
import { instances, sessions, sqlExecutions, sqlStatements } from './tables.js';

/** How much memory the records that wait may take, roughly: about half a million with short texts. */
const mostWaitingBytes = 256 * 1024 * 1024;
/** How much longer than writing took the recorder gathers before it writes again. */
const gatherFactor = 8;

/**
 * The recorder that writes: it queues what it is told and writes it in batches,
 * one transaction each, on a connection of its own. A batch that cannot be
 * written is kept and tried again, and the log says so; what comes meanwhile
 * waits, up to `mostWaitingBytes` of it. Nobody ever waits for the recorder.
 */
export class QueueRecorder implements Recorder {
  private pending: PendingRows;
  private readonly pace: Pace;
  private readonly held: HeldRows;
  /** Rows of the batch that is being written. */
  private inHand = 0;
  private lost = 0;
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
    this.held = new HeldRows(this.pace.holdMs);
    this.mostWaitingBytes = options.mostWaitingBytes ?? mostWaitingBytes;
    this.pending = this.nextBatch();
    this.writer = new BatchWriter(connection, log, {
      writeRows: options.writeRows ?? writeRows,
      mostRetryMs: this.pace.mostRetryMs,
      closing: this.closing.signal,
    });
  }

  instanceStarted(instance: InstanceRecord): void {
    this.pending.insert(instances, instance.instanceId, {
      instance_id: instance.instanceId,
      gizmosql_version: instance.gizmosqlVersion,
      gizmosql_edition: instance.gizmosqlEdition,
      duckdb_version: instance.duckdbVersion,
      arrow_version: instance.arrowVersion,
      hostname: instance.hostname,
      hostname_arg: instance.hostnameArg,
      server_ip: instance.serverIp,
      port: instance.port,
      database_path: instance.databasePath,
      tls_enabled: instance.tlsEnabled,
      tls_cert_path: instance.tlsCertPath,
      tls_key_path: instance.tlsKeyPath,
      mtls_required: instance.mtlsRequired,
      mtls_ca_cert_path: instance.mtlsCaCertPath,
      readonly: instance.readonly,
      os_platform: instance.osPlatform,
      os_name: instance.osName,
      os_version: instance.osVersion,
      cpu_arch: instance.cpuArch,
      cpu_model: instance.cpuModel,
      cpu_count: instance.cpuCount,
      memory_total_bytes: BigInt(instance.memoryTotalBytes),
      start_time: timestampValue(instance.startTime),
      status: 'running',
    });
    this.schedule();
  }

  instanceStopped(instanceId: string, stopTime: bigint, reason: string): void {
    this.pending.update(instances, instanceId, {
      stop_time: timestampValue(stopTime),
      status: 'stopped',
      stop_reason: reason,
    });
    this.schedule();
  }

  sessionOpened(session: SessionRecord): void {
    this.pending.insert(sessions, session.sessionId, {
      session_id: session.sessionId,
      instance_id: session.instanceId,
      username: session.username,
      role: session.role,
      auth_method: session.authMethod,
      peer: session.peer,
      peer_identity: session.peerIdentity,
      user_agent: session.userAgent,
      connection_protocol: session.connectionProtocol,
      start_time: timestampValue(session.startTime),
      status: 'active',
    });
    this.schedule();
  }

  sessionEnded(sessionId: string, stopTime: bigint, status: SessionEnd, reason: string): void {
    this.pending.update(sessions, sessionId, {
      stop_time: timestampValue(stopTime),
      status,
      stop_reason: reason,
    });
    this.schedule();
  }

  statementPrepared(statement: StatementRecord): void {
    this.pending.insert(sqlStatements, statement.statementId, {
      statement_id: statement.statementId,
      session_id: statement.sessionId,
      sql_text: statement.sqlText,
      flight_method: statement.flightMethod,
      is_internal: statement.isInternal,
      prepare_success: statement.prepareError === null,
      prepare_error: statement.prepareError,
      created_time: timestampValue(statement.createdTime),
    });
    this.schedule();
  }

  executionStarted(execution: ExecutionRecord): void {
    this.held.hold(execution.executionId, {
      execution_id: execution.executionId,
      statement_id: execution.statementId,
      bind_parameters: execution.bindParameters,
      execution_start_time: timestampValue(execution.startTime),
      rows_fetched: 0n,
      status: 'executing',
    });
    this.schedule();
  }

  executionFinished(executionId: string, outcome: ExecutionOutcome): void {
    const held = this.held.release(executionId);
    if (held) {
      this.pending.insert(sqlExecutions, executionId, held);
    }
    this.pending.update(sqlExecutions, executionId, {
      execution_end_time: timestampValue(outcome.endTime),
      rows_fetched: BigInt(outcome.rowsFetched),
      status: outcome.status,
      error_message: outcome.errorMessage,
      duration_ms: outcome.durationMs,
    });
    this.schedule();
  }

  /** Rows told of that are not on disk yet. */
  get backlog(): number {
    return this.pending.size + this.held.size + this.inHand;
  }

  async close(): Promise<number> {
    this.closing.abort();
    this.schedule();
    while (this.writing) {
      await this.writing;
    }
    return this.lost;
  }

  private nextBatch(): PendingRows {
    return new PendingRows(this.mostWaitingBytes, () => {
      this.log.error('too many instrumentation records wait to be written: more are lost');
    });
  }

  private schedule(): void {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
      // Something may have come after the last look and before this.
      if (this.pending.size + this.held.size > 0) {
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
      for (const [executionId, row] of this.held.releaseRipe(signal.aborted)) {
        this.pending.insert(sqlExecutions, executionId, row);
      }
      const batch = this.pending;
      this.pending = this.nextBatch();
      this.inHand = batch.size;
      const started = performance.now();
      if (batch.size > 0) {
        this.lost += (await this.writer.write(batch)) ? 0 : batch.size;
      }
      if (batch.lost > 0) {
        this.lost += batch.lost;
        this.log.error('instrumentation records are lost', { records: batch.lost });
      }
      this.inHand = 0;
      const factored = gatherFactor * (performance.now() - started);
      gatherMs = Math.max(leastGatherMs, Math.min(mostGatherMs, factored));
    } while (this.pending.size + this.held.size > 0);
  }
}
