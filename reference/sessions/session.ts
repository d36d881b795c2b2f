import type { Identity } from '../access/identity.js';
import type { Connection } from '../engine/connection.js';
import type { SessionEnd } from '../instrumentation/records.js';
import { ConnectionLane } from './connection-lane.js';
import type { QuerySettings } from './query-settings.js';

/** What the server sees of the client that opened a session. */
export interface Client {
  /** Like `ipv4:127.0.0.1:54590`. */
  readonly peer: string;
  /** The client certificate's identity; null without one. */
  readonly peerIdentity: string | null;
  readonly userAgent: string;
  readonly connectionProtocol: 'plaintext' | 'tls' | 'mtls';
}

/** Why somebody ends an execution before its time; `left`: its client has gone. */
export type CancelCause = 'cancelled' | 'timeout' | 'killed' | 'left';

/** Work of a session that can be told to end. */
export interface Cancellable {
  /** What the client knows it by. */
  readonly handle?: string | undefined;
  cancel(cause: CancelCause): void;
}

/** What a session keeps for its client under a handle: a prepared statement. */
export interface SessionResource {
  close(): void;
}

/** A client's session: its identity, its DuckDB connection, and what it has open there. */
export class Session {
  /** Queues those who want to use the connection. */
  readonly lane = new ConnectionLane();
  /** What runs now: a client may run the same thing more than once at a time. */
  readonly running = new Set<Cancellable>();
  /** What the client has set for itself in place of the server's settings. */
  settings: Partial<QuerySettings> = {};
  /** What the client has prepared, by handle. */
  readonly prepared = new Map<string, SessionResource>();
  /** What it has open among the records. */
  reading: SessionResource | null = null;
  /** The open transaction that the client began by an action. */
  transactionId: string | null = null;
  /** Its calls under way; one whose client is gone is none. */
  calls = 0;
  /** When a call last began or ended, in milliseconds of the monotonic clock. */
  usedAt = performance.now();
  /** Whether a call came with its token, so that its client can come back. */
  tokenUsed = false;
  /** What its last connection broke by; null while it has one or closed them in good order. */
  lost: string | null = null;
  /** How it ended; null while it is active. */
  ended: SessionEnd | null = null;

  constructor(
    /** A UUID. */
    readonly id: string,
    readonly identity: Identity,
    readonly client: Client,
    readonly connection: Connection,
  ) {}

  /** Ends everything that runs in the session. */
  cancelAll(cause: CancelCause): void {
    for (const execution of this.running) {
      execution.cancel(cause);
    }
  }

  /** Ends what the client knows by `handle`; says whether there was anything. */
  cancelByHandle(handle: string): boolean {
    const known = [...this.running].filter((execution) => execution.handle === handle);
    for (const execution of known) {
      execution.cancel('cancelled');
    }
    return known.length > 0;
  }

  /** Lets go of everything it holds, once nothing uses the connection any more. */
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
