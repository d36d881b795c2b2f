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

/** The dependencies of the sessions. */
export interface SessionRegistryOptions {
  readonly instanceId: string;
  readonly connect: () => Promise<Connection>;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Seconds a session may have no call, with or without a connection; 0: no limit. */
  readonly idleTimeoutSeconds: number;
}

/**
 * The number of idle checks per idle timeout; the interval in milliseconds is kept between the two limits
 * below.
 */
const idleChecks = 20;
const soonestCheckMs = 250;
const latestCheckMs = 30_000;

/** The message for a client that still uses the token of an ended session. */
const endedMessages: Readonly<Record<SessionEnd, string>> = {
  killed: 'Your session has been killed. Please re-connect.',
  closed: 'Your session is closed. Please re-connect.',
  timeout: 'Your session has timed out. Please re-connect.',
  error: 'Your session has ended with an error. Please re-connect.',
};

/** All sessions of a server. A session begins with the first call that uses its token. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Promise<Session>>();
  // Ended sessions, the oldest first. A token is valid longer than its session and must not reopen it.
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

  /** Returns the session of a login and opens it if it is new. Throws a Failure if it has ended. */
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

  /** Returns an active session by its id. */
  async find(id: string): Promise<Session | undefined> {
    return this.sessions.get(id);
  }

  /** How the session with that id ended; undefined if it did not end. */
  endOf(id: string): SessionEnd | undefined {
    return this.ended.get(id)?.how;
  }

  /**
   * Registers the loss of a session's last connection. `broken` is the error of that connection, or null if
   * it was closed properly. The session stays if its token was used, because the client can reconnect;
   * otherwise it ends.
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
   * Ends a session: cancels its executions, refuses further calls and completes its record. Further calls do
   * nothing.
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
    session.letGo();
    recorder.sessionEnded(session.id, clock.now(), status, reason);
    log.info('session ended', { session_id: session.id, status, reason });
    await session.dispose();
  }

  /** Ends every session and refuses new ones. */
  async endAll(status: SessionEnd, reason: string): Promise<void> {
    this.stopping = true;
    clearInterval(this.idleCheck);
    await Promise.all((await this.active()).map((session) => this.end(session, status, reason)));
  }

  /** Removes ended sessions whose tokens have all expired. */
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

  /** Ends idle sessions. A session with an active call is not idle. */
  private async endIdle(): Promise<void> {
    const { idleTimeoutSeconds } = this.options;
    const since = performance.now() - idleTimeoutSeconds * 1000;
    const idle = `idle for more than ${idleTimeoutSeconds} seconds`;
    for (const session of await this.active()) {
      if (session.calls === 0 && session.usedAt < since) {
        // Not awaited, so that one slow session does not delay the others.
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
