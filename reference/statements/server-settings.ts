import { logLevels, mostStatements, profileModes } from '../config.js';
import { isJson } from '../engine/is-json.js';
import type { Connection } from '../engine/connection.js';
import { Failure } from '../errors.js';
import { mustBeRecordable } from '../instrumentation/recordable.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { Session } from '../sessions/session.js';

/** For whom a setting can be set: one session, all of them, or either. */
export type SettingScope = 'session' | 'global' | 'session or global';

/** One of the server's own settings. */
export interface ServerSetting<Field extends keyof QuerySettings = keyof QuerySettings> {
  /** Without the prefix `gizmosql.`. */
  readonly name: string;
  readonly field: Field;
  readonly scope: SettingScope;
  /** The first release that has it. */
  readonly since: string;
  /** The flag and the variable of its default; null: none. */
  readonly flag: string | null;
  readonly variable: string | null;
  readonly description: string;
  /** The value that a text stands for. Throws a Failure that names the valid values. */
  readonly read: (text: string, session: Session) => Value<Field> | Promise<Value<Field>>;
}

type Value<Field extends keyof QuerySettings> = QuerySettings[Field];

/** A setting of any field. */
type AnySetting = {
  readonly [Field in keyof QuerySettings]: ServerSetting<Field>;
}[keyof QuerySettings];

/** The longest timer of Node.js: 2^31 - 1 milliseconds. */
const mostSeconds = 2_147_483;

/** The server's own settings. `gizmosql_settings()` lists them in this order. */
export const serverSettings: readonly AnySetting[] = [
  {
    name: 'query_log_level',
    field: 'queryLogLevel',
    scope: 'session or global',
    since: '1.17',
    flag: '--query-log-level',
    variable: 'GIZMOSQL_QUERY_LOG_LEVEL',
    description: 'the lowest level at which lines about statements are logged',
    read: (text) =>
      choice('query_log_level', logLevels, text.toLowerCase() === 'warning' ? 'warn' : text),
  },
  {
    name: 'query_timeout',
    field: 'queryTimeoutSeconds',
    scope: 'session or global',
    since: '1.17',
    flag: '--query-timeout',
    variable: 'GIZMOSQL_QUERY_TIMEOUT',
    description: 'maximum seconds of an execution; 0: no limit',
    read: (text) => wholeNumber('query_timeout', text, [0, mostSeconds], 'seconds, 0 for no limit'),
  },
  {
    name: 'session_tag',
    field: 'sessionTag',
    scope: 'session',
    since: '1.21',
    flag: null,
    variable: null,
    description: 'JSON that is recorded with the session; the empty text: none',
    read: (text, { connection }) => tag('session_tag', text, connection),
  },
  {
    name: 'query_tag',
    field: 'queryTag',
    scope: 'session',
    since: '1.21',
    flag: null,
    variable: null,
    description: 'JSON that is recorded with later statements of the session; the empty text: none',
    read: (text, { connection }) => tag('query_tag', text, connection),
  },
  {
    name: 'capture_query_profile',
    field: 'captureQueryProfile',
    scope: 'session or global',
    since: '1.27',
    flag: '--capture-query-profile',
    variable: 'GIZMOSQL_CAPTURE_QUERY_PROFILE',
    description: "what is recorded of DuckDB's profile of each query",
    read: (text) => choice('capture_query_profile', profileModes, text),
  },
  {
    name: 'bypass_queue',
    field: 'bypassQueue',
    scope: 'session',
    since: '1.27',
    flag: '--admin-bypass-queue-default',
    variable: 'GIZMOSQL_ADMIN_BYPASS_QUEUE_DEFAULT',
    description: 'whether the statements of the session are executed without waiting in the queue',
    read: bypass,
  },
  {
    name: 'max_concurrent_statements',
    field: 'maxConcurrentStatements',
    scope: 'global',
    since: '1.27',
    flag: '--max-concurrent-statements',
    variable: 'GIZMOSQL_MAX_CONCURRENT_STATEMENTS',
    description: 'maximum number of statements that execute at once; 0: no limit',
    read: (text) =>
      wholeNumber('max_concurrent_statements', text, [0, mostStatements], '0 for no limit'),
  },
  {
    name: 'max_queued_statements',
    field: 'maxQueuedStatements',
    scope: 'global',
    since: '1.27',
    flag: '--max-queued-statements',
    variable: 'GIZMOSQL_MAX_QUEUED_STATEMENTS',
    description:
      'maximum number of statements that wait; 0: no limit; -1: eight for each that executes',
    read: (text) =>
      wholeNumber(
        'max_queued_statements',
        text,
        [-1, mostStatements],
        '0 for no limit, -1 for eight for each that executes',
      ),
  },
  {
    name: 'max_queue_wait',
    field: 'maxQueueWaitSeconds',
    scope: 'session or global',
    since: '1.27',
    flag: '--max-queue-wait',
    variable: 'GIZMOSQL_MAX_QUEUE_WAIT',
    description: 'maximum seconds of a wait in the queue; 0: no limit; -1: 300',
    read: (text) =>
      wholeNumber(
        'max_queue_wait',
        text,
        [-1, mostSeconds],
        'seconds, 0 for no limit, -1 for 300 seconds',
      ),
  },
];

function wholeNumber(
  name: string,
  text: string,
  [least, most]: readonly [number, number],
  meaning: string,
): number {
  if (!/^-?\d+$/.test(text) || Number(text) < least || Number(text) > most) {
    throw wrongValue(name, text, `a whole number from ${least} to ${most} (${meaning})`);
  }
  return Number(text);
}

function choice<T extends string>(name: string, choices: readonly T[], text: string): T {
  const found = choices.find((each) => each === text.toLowerCase());
  if (found === undefined) {
    throw wrongValue(name, text, choices.join(', '));
  }
  return found;
}

function bypass(text: string, { identity }: Session): boolean {
  if (!/^(true|false|1|0)$/i.test(text)) {
    throw wrongValue('bypass_queue', text, 'true or false');
  }
  const bypasses = /^(true|1)$/i.test(text);
  if (bypasses && identity.role !== 'admin') {
    throw new Failure('permission', 'Only admin users can set gizmosql.bypass_queue to true');
  }
  return bypasses;
}

/** The tag as it was sent; null for the empty text. */
async function tag(name: string, text: string, connection: Connection): Promise<string | null> {
  if (text === '') {
    return null;
  }
  mustBeRecordable(`gizmosql.${name} has`, text);
  // The standard, and the engine that must store it.
  if (!isJson(text) || !(await connection.isJson(text))) {
    throw wrongValue(name, text, 'JSON, such as \'{"team": "data"}\', or the empty text for none');
  }
  return text;
}

/** The longest part of a wrong value that its error quotes. */
const mostQuoted = 200;

function wrongValue(name: string, text: string, valid: string): Failure {
  const quoted = text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text;
  return new Failure('invalid-argument', `gizmosql.${name} is '${quoted}'; it must be ${valid}`);
}
