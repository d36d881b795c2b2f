import { composeAuthenticator } from './compose-access.js';
import type { Config } from './config.js';
import { accessLog } from './flight/access-log.js';
import { Caller } from './flight/caller.js';
import { Connections } from './flight/connections.js';
import { createFlightService } from './flight/flight-service.js';
import { Listener } from './flight/listener.js';
import { messageLimits } from './flight/message-limits.js';
import { isAtLeast } from './log.js';
import type { Log, LogFields } from './log.js';
import type { ServerContext } from './server-context.js';
import { unchanged } from './server-parts.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import type { SqlInfo } from './statements/sql-info-facts.js';
import type { StatementService } from './statements/statement-service.js';

/** Starts to serve the RPCs. Clients can connect once it resolves. */
export async function openListener(
  context: ServerContext,
  {
    sessions,
    statements,
    sqlInfo,
  }: {
    readonly sessions: SessionRegistry;
    readonly statements: StatementService;
    readonly sqlInfo: SqlInfo;
  },
): Promise<Listener> {
  const { config, parts, log, closing } = context;
  const connections = new Connections(sessions);
  const authenticator = composeAuthenticator(context);
  const caller = new Caller({
    authenticator,
    sessions,
    connections,
    protocol: protocolOf(config),
    logAuth: logAuth(config, log),
  });
  const service = createFlightService({ caller, sessions, statements, log, sqlInfo });
  const listener = await Listener.open({
    hostname: config.hostname,
    port: config.port,
    tls: config.tls,
    service: (parts.service ?? unchanged)(service),
    interceptors: [
      messageLimits({
        mostBytes: config.maxMessageBytes,
        isLoggedIn: (authorization) => authenticator.knows(authorization),
      }),
      ...(config.log.access ? [accessLog(log)] : []),
    ],
    onConnection: (http2) => {
      connections.opened(http2);
    },
  });
  closing.push(() => listener.close());
  return listener;
}

function protocolOf({ tls }: Config): 'plaintext' | 'tls' | 'mtls' {
  if (tls === null) {
    return 'plaintext';
  }
  return tls.mtls ? 'mtls' : 'tls';
}

/** Logs lines about logins at their configured level. */
function logAuth(
  { log: { authLevel, level } }: Config,
  log: Log,
): (message: string, fields: LogFields) => void {
  return (message, fields) => {
    if (isAtLeast(authLevel, level)) {
      log.at(authLevel, message, fields);
    }
  };
}
