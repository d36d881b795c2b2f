/** A row of `instances` when the server starts. All times are microseconds since the Unix epoch, UTC. */
export interface InstanceRecord {
  readonly instanceId: string;
  readonly gizmosqlVersion: string;
  readonly gizmosqlEdition: string;
  readonly duckdbVersion: string;
  readonly arrowVersion: string;
  readonly hostname: string;
  readonly hostnameArg: string | null;
  readonly serverIp: string;
  readonly port: number;
  readonly databasePath: string;
  readonly tlsEnabled: boolean;
  readonly tlsCertPath: string | null;
  readonly tlsKeyPath: string | null;
  readonly mtlsRequired: boolean;
  readonly mtlsCaCertPath: string | null;
  readonly readonly: boolean;
  readonly osPlatform: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly cpuArch: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryTotalBytes: number;
  readonly startTime: bigint;
  /** A JSON text; null if the server was given none. */
  readonly instanceTag: string | null;
  /** A UUID; null if the server was given none. */
  readonly clusterId: string | null;
}

/** The values that the end of an instance sets in its row. */
export interface InstanceOutcome {
  readonly stopTime: bigint;
  readonly reason: string;
}

/** The events of an instance and their data. */
export interface InstanceStory {
  readonly started: InstanceRecord;
  readonly stopped: InstanceOutcome;
}

/** A row of `sessions` when the session opens. */
export interface SessionRecord {
  readonly sessionId: string;
  readonly instanceId: string;
  readonly username: string;
  readonly role: string;
  readonly authMethod: string;
  readonly peer: string;
  readonly peerIdentity: string | null;
  readonly userAgent: string;
  readonly connectionProtocol: 'plaintext' | 'tls' | 'mtls';
  readonly startTime: bigint;
}

/** How a session can end. */
export type SessionEnd = 'closed' | 'killed' | 'timeout' | 'error';

/** The values that the end of a session sets in its row. */
export interface SessionOutcome {
  readonly stopTime: bigint;
  readonly status: SessionEnd;
  readonly reason: string;
}

/** A tag that the session has set; null: it has cleared it. JSON. */
export interface SessionTag {
  readonly tag: string | null;
}

/** The events of a session and their data. */
export interface SessionStory {
  readonly opened: SessionRecord;
  readonly tagged: SessionTag;
  readonly ended: SessionOutcome;
}

/** A row of `sql_statements` when the statement was received and not yet prepared. */
export interface ReceivedStatementRecord {
  readonly statementId: string;
  readonly sessionId: string;
  /** As the client sent it. */
  readonly sqlText: string;
  readonly flightMethod: string;
  readonly isInternal: boolean;
  readonly createdTime: bigint;
  /** The tag that the session had set, JSON; null: none. */
  readonly queryTag: string | null;
}

/** The same row when its preparation has ended. */
export interface StatementRecord extends ReceivedStatementRecord {
  /** Null: preparation succeeded. */
  readonly prepareError: string | null;
}

/** The events of a statement and their data. */
export interface StatementStory {
  readonly received: ReceivedStatementRecord;
  readonly prepared: StatementRecord;
}

/** A row of `sql_executions` when the statement begins to wait in the queue. */
export interface QueuedExecutionRecord {
  readonly executionId: string;
  readonly statementId: string;
  /** A JSON array; null without parameters. */
  readonly bindParameters: string | null;
  readonly enqueueTime: bigint;
}

/** A row of `sql_executions` when the execution starts. */
export interface ExecutionRecord {
  readonly executionId: string;
  readonly statementId: string;
  /** A JSON array; null without parameters. */
  readonly bindParameters: string | null;
  readonly startTime: bigint;
}

/** How an execution can end. */
export type ExecutionEnd = 'success' | 'error' | 'timeout' | 'cancelled';

/** The values that the end of the engine's work sets in the row of an execution. */
export interface EngineOutcome {
  /** When the engine had finished; before 1.34, when the last row was sent. */
  readonly endTime: bigint;
  /** Whole milliseconds from the start to that. */
  readonly durationMs: bigint;
}

/** The values that the end of an execution sets in its row. */
export interface ExecutionOutcome extends EngineOutcome {
  /** When the first batch of the result was sent; null if none was. */
  readonly fetchStartTime: bigint | null;
  /** When the last one was, or when the engine had finished if that was later. */
  readonly fetchEndTime: bigint;
  /** Whole milliseconds from the start to that. */
  readonly totalDurationMs: bigint;
  /** When the client let go of the result; null if it holds it still. */
  readonly cursorCloseTime: bigint | null;
  /** DuckDB's profile of the query as JSON; null if none was captured. */
  readonly queryProfile: string | null;
  readonly rowsFetched: number;
  readonly status: ExecutionEnd;
  readonly errorMessage: string | null;
}

/** The events of an execution and their data. */
export interface ExecutionStory {
  readonly queued: QueuedExecutionRecord;
  readonly started: ExecutionRecord;
  /** The engine has finished, and the client has not yet read all rows. */
  readonly computed: EngineOutcome;
  readonly cursorClosed: { readonly closeTime: bigint };
  readonly finished: ExecutionOutcome;
}
