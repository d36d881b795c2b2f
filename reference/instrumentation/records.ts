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
}

/** What the end of an instance adds to its row. */
export interface InstanceOutcome {
  readonly stopTime: bigint;
  readonly reason: string;
}

/** What each event in the life of an instance tells. */
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

/** What the end of a session adds to its row. */
export interface SessionOutcome {
  readonly stopTime: bigint;
  readonly status: SessionEnd;
  readonly reason: string;
}

/** What each event in the life of a session tells. */
export interface SessionStory {
  readonly opened: SessionRecord;
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
}

/** The same row when its preparation has ended. */
export interface StatementRecord extends ReceivedStatementRecord {
  /** Null: preparation succeeded. */
  readonly prepareError: string | null;
}

/** What each event in the life of a statement tells. */
export interface StatementStory {
  readonly received: ReceivedStatementRecord;
  readonly prepared: StatementRecord;
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

/** What the end of an execution adds to its row. */
export interface ExecutionOutcome {
  readonly endTime: bigint;
  /** Whole milliseconds from start to end. */
  readonly durationMs: bigint;
  readonly rowsFetched: number;
  readonly status: ExecutionEnd;
  readonly errorMessage: string | null;
}

/** What each event in the life of an execution tells. */
export interface ExecutionStory {
  readonly started: ExecutionRecord;
  readonly finished: ExecutionOutcome;
}
