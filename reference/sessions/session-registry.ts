import type { Login } from '../access/authenticator.js';
import { tokenLifetimeSeconds } from '../access/session-tokens.js';
import type { Clock } from '../clock.js';
import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import type { Recorder } from '../instrumentation/recorder.js';
import type { SessionEnd } from '../instrumentation/records.js';
import type { Log } from '../log.js';
import { Session } from './session.js';
import type { Client } from './session.js';

/** What the sessions of a server need. */
export interface SessionRegistryOptions {
  readonly instanceId: string;
  readonly connect: () => Promise<Connection>;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Seconds a session may go without a call, with or without a connection; 0: no limit. */
  readonly idleTimeoutSeconds: number;
}

/** How many times in the time that they may be idle such sessions are looked for, and how often at the most and least, in milliseconds. */
const idleChecks = 20;
const soonestCheckMs = 250;
const latestCheckMs = 30_000;

/** What a client is told that still uses the token of an ended session. */
const endedMessages: Readonly<Record<SessionEnd, string>> = {
  killed: 'Your session has been killed. Please re-connect.',
  closed: 'Your session is closed. Please re-connect.',
  timeout: 'Your session has timed out. Please re-connect.',
  error: 'Your session has ended with an error. Please re-connect.',
};

/** All sessions of a server: a session begins at the first call that uses its token. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Promise<Session>>();
  // A token outlives its session: it must not bring an ended one back. The oldest are first.
  private readonly ended = new Map<string, { readonly how: SessionEnd; readonly at: number }>();

  private stopping = false;
  private readonly idleCheck: NodeJS.Timeout | undefined;

  constructor(private readonly options: SessionRegistryOptions) {
    if (options.idleTimeoutSeconds > 0) {
      const share = (options.idleTimeoutSeconds * 1000) / idleChecks;
      this.idleCheck = setInterval(
        () => {
          void this.endIdle();
        },
        Math.min(Math.max(share, soonestCheckMs), latestCheckMs),
      );
      this.idleCheck.unref();
    }
  }

  /** The session of a login, opened if it is new. Throws a Failure when it has ended. */
  async open(login: Login, client: Client): Promise<Session> {
    const ended = this.endOf(login.sessionId);
    if (ended) {
      throw new Failure('invalid-argument', endedMessages[ended]);
    }
    let session = this.sessions.get(login.sessionId);
    if (!session) {
      if (this.stopping) {
        throw new Failure('cancelled', 'The server is stopping');
      }
      session = this.begin(login, client);
      this.sessions.set(login.sessionId, session);
      session.catch(() => this.sessions.delete(login.sessionId));
    }
    const opened = await session;
    opened.usedAt = performance.now();
    return opened;
  }

  /** An active session by its id. */
  async find(id: string): Promise<Session | undefined> {
    return this.sessions.get(id);
  }

  /** How the session of that id ended; undefined when it did not. */
  endOf(id: string): SessionEnd | undefined {
    return this.ended.get(id)?.how;
  }

  /**
   * Notes that a session has no connection left; `broken` says what was wrong with
   * the last, null that nothing was. Whoever has its token may come back. Where
   * nobody does, it ends.
   */
  async lost(session: Session, broken: string | null): Promise<void> {
    session.lost = broken;
    if (!session.tokenUsed) {
      const [status, reason] =
        broken === null
          ? (['closed', 'client disconnected'] as const)
          : (['error', `connection lost: ${broken}`] as const);
      await this.end(session, status, reason);
    } else if (!session.ended) {
      this.options.log.info('session without connection', {
        session_id: session.id,
        ...(broken === null ? {} : { error: broken }),
      });
    }
  }

  /**
   * Ends a session: whatever runs in it is cancelled, its client is refused
   * from now on, and its record completed. Ending it again does nothing.
   */
  async end(session: Session, status: SessionEnd, reason: string): Promise<void> {
    if (session.ended) {
      return;
    }
    const { clock, recorder, log } = this.options;
    session.ended = status;
    this.sessions.delete(session.id);
    this.ended.set(session.id, { how: status, at: performance.now() });
    this.forgetLongEnded();
    session.cancelAll(status === 'killed' ? 'killed' : 'cancelled');
    recorder.sessionEnded(session.id, clock.now(), status, reason);
    log.info('session ended', { session_id: session.id, status, reason });
    await session.dispose();
  }

  /** Ends every session; from now on none begins. */
  async endAll(status: SessionEnd, reason: string): Promise<void> {
    this.stopping = true;
    clearInterval(this.idleCheck);
    await Promise.all((await this.active()).map((session) => this.end(session, status, reason)));
  }

  /** Those whose tokens have all expired need not be known any more. */
  private forgetLongEnded(): void {
    const since = performance.now() - tokenLifetimeSeconds * 1000;
    for (const [id, { at }] of this.ended) {
      if (at >= since) {
        return;
      }
      this.ended.delete(id);
    }
  }

  private async active(): Promise<Session[]> {
    const opened = await Promise.allSettled([...this.sessions.values()]);
    return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  /** A session with a call under way is not idle, however long its client has been silent. */
  private async endIdle(): Promise<void> {
    const { idleTimeoutSeconds } = this.options;
    const since = performance.now() - idleTimeoutSeconds * 1000;
    const idle = `idle for more than ${idleTimeoutSeconds} seconds`;
    for (const session of await this.active()) {
      if (session.calls === 0 && session.usedAt < since) {
        // Not waited for: what is still ending in one must not hold up the others.
        const ended =
          session.lost === null
            ? this.end(session, 'timeout', idle)
            : this.end(session, 'error', `connection lost: ${session.lost}; ${idle}`);
        ended.catch(() => undefined);
      }
    }
  }

  private async begin(login: Login, client: Client): Promise<Session> {
    const { instanceId, connect, recorder, clock, log } = this.options;
    const startTime = clock.now();
    const session = new Session(login.sessionId, login.identity, client, await connect());
    const { username, role, authMethod } = login.identity;
    recorder.sessionOpened({
      sessionId: session.id,
      instanceId,
      username,
      role,
      authMethod,
      ...client,
      startTime,
    });
    log.info('session opened', {
      session_id: session.id,
      user: username,
      role,
      auth_method: authMethod,
      peer: client.peer,
    });
    return session;
  }
}
