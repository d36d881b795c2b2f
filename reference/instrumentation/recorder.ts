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

/**
 * Records what the server does. Every call but the last two returns at once: a caller need not wait for rows
 * to be written, and need not ask whether instrumentation is enabled.
 */
export interface Recorder {
  instanceStarted(instance: InstanceRecord): void;
  instanceStopped(instanceId: string, stopTime: bigint, reason: string): void;
  sessionOpened(session: SessionRecord): void;
  /** The session has set its tag, or cleared it by null. */
  sessionTagged(sessionId: string, tag: string | null): void;
  sessionEnded(sessionId: string, stopTime: bigint, status: SessionEnd, reason: string): void;
  /**
   * Whether the record of a statement or an execution with texts of `characters` in total can be queued. If
   * not, it must not run.
   */
  hasRoomFor(characters: number): boolean;
  /** The statement was received and not yet prepared. */
  statementReceived(statement: ReceivedStatementRecord): void;
  /** Its preparation has ended. If `statementReceived` was not called for it, it gets its row now. */
  statementPrepared(statement: StatementRecord): void;
  /** The statement waits in the queue. Its execution starts later, or ends without a start. */
  executionQueued(execution: QueuedExecutionRecord): void;
  executionStarted(execution: ExecutionRecord): void;
  /** The engine has finished, and the client has not yet read all rows. */
  executionComputed(executionId: string, outcome: EngineOutcome): void;
  executionFinished(executionId: string, outcome: ExecutionOutcome): void;
  /** The client has let go of the result of a finished execution. */
  cursorClosed(executionId: string, closeTime: bigint): void;
  /** Resolves when every record so far is on disk or given up. */
  written(): Promise<void>;
  /** The same for a stopping server; resolves to the number of lost records. */
  close(): Promise<number>;
}

/** The recorder of a server without instrumentation. */
export const nullRecorder: Recorder = {
  instanceStarted: () => undefined,
  instanceStopped: () => undefined,
  sessionOpened: () => undefined,
  sessionTagged: () => undefined,
  sessionEnded: () => undefined,
  hasRoomFor: () => true,
  statementReceived: () => undefined,
  statementPrepared: () => undefined,
  executionQueued: () => undefined,
  executionStarted: () => undefined,
  executionComputed: () => undefined,
  executionFinished: () => undefined,
  cursorClosed: () => undefined,
  written: () => Promise.resolve(),
  close: () => Promise.resolve(0),
};
