import type { Identity } from '../access/identity.js';
import type { Connection } from '../engine/connection.js';
import type { SessionEnd } from '../instrumentation/records.js';
import { ConnectionLane } from './connection-lane.js';
import type { QuerySettings } from './query-settings.js';

/** The client that opened a session, as the server sees it. */
export interface Client {
  /** For example `ipv4:127.0.0.1:54590`. */
  readonly peer: string;
  /** The identity in the client certificate; null without one. */
  readonly peerIdentity: string | null;
  readonly userAgent: string;
  readonly connectionProtocol: 'plaintext' | 'tls' | 'mtls';
}

/** The reason to end an execution early; `left`: the client cancelled the call or disconnected. */
export type CancelCause = 'cancelled' | 'timeout' | 'killed' | 'left';

/** Work of a session that can be cancelled. */
export interface Cancellable {
  /** The handle by which the client can cancel it. */
  readonly handle?: string | undefined;
  cancel(cause: CancelCause): void;
}

/** Something that a session keeps open for its client, such as a prepared statement. */
export interface SessionResource {
  /** The client lets go of it, which may be long before it can be closed. */
  letGo?(): void;
  close(): void;
}

/** A client's session: its identity, its DuckDB connection, and its open resources. */
export class Session {
  /** Serializes the use of the connection. */
  readonly lane = new ConnectionLane();
  /** Running work. A set of objects, because a client may run the same statement several times at once. */
  readonly running = new Set<Cancellable>();
  /** The client's own settings, which override the server's. */
  settings: Partial<QuerySettings> = {};
  /** The client's prepared statements, by handle. */
  readonly prepared = new Map<string, SessionResource>();
  /** The session's connection to the records, if open. */
  reading: SessionResource | null = null;
  /** The transaction that the client began by BeginTransaction, if open. */
  transactionId: string | null = null;
  /** The number of active calls. Cancelled calls are not counted. */
  calls = 0;
  /** The time of the last begin or end of a call, in milliseconds of the monotonic clock. */
  usedAt = performance.now();
  /** Whether a call used the session's token, so that the client can reconnect. */
  tokenUsed = false;
  /** The error of its last connection; null while connected or after a proper close. */
  lost: string | null = null;
  /** How the session ended; null while active. */
  ended: SessionEnd | null = null;

  constructor(
    /** A UUID. */
    readonly id: string,
    readonly identity: Identity,
    readonly client: Client,
    readonly connection: Connection,
  ) {}

  cancelAll(cause: CancelCause): void {
    for (const execution of this.running) {
      execution.cancel(cause);
    }
  }

  /** Cancels the work with this handle. Returns whether there was any. */
  cancelByHandle(handle: string): boolean {
    const known = [...this.running].filter((execution) => execution.handle === handle);
    for (const execution of known) {
      execution.cancel('cancelled');
    }
    return known.length > 0;
  }

  /** Its client lets go of all resources. */
  letGo(): void {
    for (const resource of this.prepared.values()) {
      resource.letGo?.();
    }
  }

  /** Closes all resources, once the connection is no longer in use. */
  async dispose(): Promise<void> {
    const turn = await this.lane.acquire({ patient: true });
    for (const resource of this.prepared.values()) {
      resource.close();
    }
    this.prepared.clear();
    this.reading?.close();
    this.connection.close();
    turn.release();
  }
}
