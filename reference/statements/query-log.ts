import type { LogLevel } from '../config.js';
import { isAtLeast } from '../log.js';
import type { Log, LogFields } from '../log.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { Session } from '../sessions/session.js';

/** Logs a line about a statement or execution, if the session's query log level includes `level`. */
export type QueryLog = (
  session: Session,
  level: LogLevel,
  message: string,
  fields: LogFields,
) => void;

export function queryLog(
  log: Pick<Log, 'at'>,
  settingsOf: (session: Session) => QuerySettings,
): QueryLog {
  return (session, level, message, fields) => {
    if (isAtLeast(level, settingsOf(session).queryLogLevel)) {
      log.at(level, message, fields);
    }
  };
}

/** What each such line says of its session. */
export function sessionFields({ id, identity, client }: Session): LogFields {
  return {
    session_id: id,
    user: identity.username,
    role: identity.role,
    peer: client.peer,
  };
}
