import type { Connection } from './engine/connection.js';
import { Session } from './sessions/session.js';

/** A session for specs, of a user `alice`, on a connection or on what stands for one. */
export function sessionOn(connection: Partial<Connection>): Session {
  return new Session(
    'session',
    { username: 'alice', role: 'user', authMethod: 'Basic' },
    { peer: 'p', peerIdentity: null, userAgent: 'a', connectionProtocol: 'plaintext' },
    withTransaction(connection),
  );
}

/** A fake that says nothing of transactions has none open. */
function withTransaction(connection: Partial<Connection>): Connection {
  connection.inTransaction ??= () => Promise.resolve(false);
  return connection as Connection;
}
