import type {
  ExecutionOutcome,
  ExecutionRecord,
  InstanceRecord,
  ReceivedStatementRecord,
  SessionEnd,
  SessionRecord,
  StatementRecord,
} from './records.js';

/**
 * What the server tells of itself while it works. Every call returns at once:
 * nobody who uses a recorder waits for an audit row, nor asks whether there is
 * to be one.
 */
export interface Recorder {
  instanceStarted(instance: InstanceRecord): void;
  instanceStopped(instanceId: string, stopTime: bigint, reason: string): void;
  sessionOpened(session: SessionRecord): void;
  sessionEnded(sessionId: string, stopTime: bigint, status: SessionEnd, reason: string): void;
  /**
   * Whether there is room for the record of a statement or an execution with texts of so many
   * characters. Where there is none, it must not run.
   */
  hasRoomFor(characters: number): boolean;
  /** A statement has come; nothing was done with it yet. */
  statementReceived(statement: ReceivedStatementRecord): void;
  /** Its preparation has ended. A statement that was not told of before gets its row now. */
  statementPrepared(statement: StatementRecord): void;
  executionStarted(execution: ExecutionRecord): void;
  executionFinished(executionId: string, outcome: ExecutionOutcome): void;
  /** Resolves when everything told so far is on disk, or given up. */
  written(): Promise<void>;
  /** Resolves when everything told so far is on disk or given up: to the number of records that are lost. */
  close(): Promise<number>;
}

/** The recorder of a server without instrumentation. */
export const nullRecorder: Recorder = {
  instanceStarted: () => undefined,
  instanceStopped: () => undefined,
  sessionOpened: () => undefined,
  sessionEnded: () => undefined,
  hasRoomFor: () => true,
  statementReceived: () => undefined,
  statementPrepared: () => undefined,
  executionStarted: () => undefined,
  executionFinished: () => undefined,
  written: () => Promise.resolve(),
  close: () => Promise.resolve(0),
};
