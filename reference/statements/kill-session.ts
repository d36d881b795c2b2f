import { Field, Schema, Utf8 } from 'apache-arrow';
import { Failure } from '../errors.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Session } from '../sessions/session.js';
import { commandWords, serverCommand, withoutQuotes } from './server-command.js';
import type { Executable } from './statement.js';

/** Ends the session `targetId` on behalf of `caller`, or throws the Failure that says why not. */
export interface Kill {
  /** Throws if the caller may not kill the session now. */
  check(caller: Session, targetId: string): Promise<void>;
  perform(caller: Session, targetId: string): Promise<void>;
}

/** KILL SESSION as specified: for admins only, not for the own session, and only for an active session. */
export class KillSession implements Kill {
  constructor(private readonly sessions: SessionRegistry) {}

  async check(caller: Session, targetId: string): Promise<void> {
    await this.target(caller, targetId);
  }

  async perform(caller: Session, targetId: string): Promise<void> {
    const target = await this.target(caller, targetId);
    const by = caller.identity.username;
    // Not awaited: the caller does not wait for the target's running queries to end.
    this.sessions.end(target, 'killed', `Killed by ${by}`).catch(() => undefined);
  }

  private async target(caller: Session, targetId: string): Promise<Session> {
    if (caller.identity.role !== 'admin') {
      throw new Failure('permission', 'Only admin users can execute KILL SESSION');
    }
    if (targetId.toLowerCase() === caller.id.toLowerCase()) {
      throw new Failure('invalid-argument', 'Cannot kill your own session');
    }
    const target = await this.sessions.find(targetId.toLowerCase());
    if (!target || target.ended) {
      throw new Failure('not-found', `Session not found: ${targetId}`);
    }
    return target;
  }
}

/** The id in a KILL SESSION statement, in single quotes, double quotes or bare; null for other SQL. */
export function parseKillSession(sql: string): string | null {
  if (!/kill/i.test(sql)) {
    return null;
  }
  const [kill, session, ...id] = commandWords(sql);
  if (kill?.toUpperCase() !== 'KILL' || session?.toUpperCase() !== 'SESSION') {
    return null;
  }
  return withoutQuotes(id.join(''));
}

const resultSchema = new Schema([new Field('result', new Utf8(), true)]);

/** KILL SESSION as an Executable. It returns one row with the outcome. */
export function killExecutable(kill: Kill, caller: Session, targetId: string): Executable {
  return serverCommand(resultSchema, [[`Session ${targetId} killed`]], () =>
    kill.perform(caller, targetId),
  );
}
