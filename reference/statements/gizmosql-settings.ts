import { Bool, Field, Schema } from 'apache-arrow';
import { identifierName } from '../access/statement-text.js';
import { logLevels } from '../config.js';
import type { LogLevel } from '../config.js';
import { Failure } from '../errors.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { Session } from '../sessions/session.js';
import { commandWords, serverCommand, withoutQuotes } from './server-command.js';
import type { Executable } from './statement.js';

/** A parsed statement `SET [SESSION|GLOBAL] gizmosql.name = value`, or RESET. */
export interface SettingChange {
  readonly global: boolean;
  /** Without the prefix, in lower case. */
  readonly name: string;
  /** Without quotes; null for RESET, which restores the default. */
  readonly value: string | null;
}

/** A setting: its field and the parser of its values. */
interface Setting {
  readonly field: keyof QuerySettings;
  /** Throws a Failure that names the valid values. */
  readonly read: (value: string) => Partial<QuerySettings>;
}

/** The settings of this server, by name. */
const settings: Readonly<Record<string, Setting>> = {
  query_timeout: {
    field: 'queryTimeoutSeconds',
    read: (value) => ({ queryTimeoutSeconds: readTimeout(value) }),
  },
  query_log_level: {
    field: 'queryLogLevel',
    read: (value) => ({ queryLogLevel: readLogLevel(value) }),
  },
};

/** The longest timer of Node.js: 2^31 - 1 milliseconds. */
const mostTimeoutSeconds = 2_147_483;

/** The server's own settings: the global values and the values of each session. */
export class GizmosqlSettings {
  private global: QuerySettings;

  constructor(private readonly initial: QuerySettings) {
    this.global = initial;
  }

  /** The effective settings of a session. */
  of(session: Session): QuerySettings {
    return { ...this.global, ...session.settings };
  }

  /** Rejects with the Failure that says why the session cannot make the change. */
  check(session: Session, change: SettingChange): Promise<void> {
    // Turns a synchronous throw into a rejection.
    return Promise.resolve().then(() => {
      const { read } = this.find(session, change);
      if (change.value !== null) {
        read(change.value);
      }
    });
  }

  /** The change as an Executable. It returns the same result as the engine's SET. */
  executable(session: Session, change: SettingChange): Executable {
    return serverCommand(resultSchema, [[]], () => {
      const { field, read } = this.find(session, change);
      const own = { ...session.settings };
      if (change.global) {
        const values =
          change.value === null ? { [field]: this.initial[field] } : read(change.value);
        this.global = { ...this.global, ...values };
      } else if (change.value === null) {
        Reflect.deleteProperty(own, field);
        session.settings = own;
      } else {
        session.settings = { ...own, ...read(change.value) };
      }
      return Promise.resolve();
    });
  }

  private find(session: Session, { global, name }: SettingChange): Setting {
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (setting === undefined) {
      const known = Object.keys(settings).map((each) => `gizmosql.${each}`);
      throw new Failure(
        'invalid-argument',
        `There is no setting gizmosql.${name}; there are ${known.join(' and ')}`,
      );
    }
    if (global && session.identity.role !== 'admin') {
      throw new Failure('permission', `Only admin users can set gizmosql.${name} for all sessions`);
    }
    return setting;
  }
}

/**
 * Parses a change of one of the server's own settings; null for other SQL. Does not validate: `check` does.
 */
export function parseSetting(sql: string): SettingChange | null {
  if (!/gizmosql/i.test(sql)) {
    return null;
  }
  const words = commandWords(sql);
  while (words[0] === ';') {
    words.shift();
  }
  const verb = words.shift()?.toUpperCase();
  const scope = /^(GLOBAL|SESSION|LOCAL)$/i.test(words[0] ?? '') ? words.shift() : undefined;
  const [prefix = '', dot, name = '', is, ...value] = words;
  const several = words.includes(';');
  if (
    several ||
    !/^(SET|RESET)$/.test(verb ?? '') ||
    identifierName(prefix) !== 'gizmosql' ||
    dot !== '.'
  ) {
    return null;
  }
  const global = scope?.toUpperCase() === 'GLOBAL';
  if (verb === 'RESET') {
    return is === undefined ? { global, name: identifierName(name), value: null } : null;
  }
  return is === '=' || /^TO$/i.test(is ?? '')
    ? { global, name: identifierName(name), value: withoutQuotes(value.join('')) }
    : null;
}

function readTimeout(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) > mostTimeoutSeconds) {
    throw new Failure(
      'invalid-argument',
      `gizmosql.query_timeout is '${value}'; it must be seconds, a whole number from 0 (no limit) to ${mostTimeoutSeconds}`,
    );
  }
  return Number(value);
}

function readLogLevel(value: string): LogLevel {
  const text = value.toLowerCase() === 'warning' ? 'warn' : value.toLowerCase();
  const level = logLevels.find((each) => each === text);
  if (level === undefined) {
    throw new Failure(
      'invalid-argument',
      `gizmosql.query_log_level is '${value}'; it must be ${logLevels.join(', ')}`,
    );
  }
  return level;
}

const resultSchema = new Schema([new Field('Success', new Bool(), true)]);
