import type { Connection } from './engine/connection.js';
import { Session } from './sessions/session.js';

/** A session of the user `alice` for specs, on a real or fake connection. */
export function sessionOn(connection: Partial<Connection>): Session {
  return new Session(
    'session',
    { username: 'alice', role: 'user', authMethod: 'Basic' },
    { peer: 'p', peerIdentity: null, userAgent: 'a', connectionProtocol: 'plaintext' },
    withTransaction(connection),
  );
}

/** A fake connection without `inTransaction` has no open transaction. */
function withTransaction(connection: Partial<Connection>): Connection {
  connection.inTransaction ??= () => Promise.resolve(false);
  return connection as Connection;
}
