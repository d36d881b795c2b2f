import { Bool, Field, Schema } from 'apache-arrow';
import { Failure } from '../errors.js';
import type { QuerySettings } from '../sessions/query-settings.js';
import type { Session } from '../sessions/session.js';
import { serverSettings } from './server-settings.js';
import type { ServerSetting } from './server-settings.js';

/** A change of one of the server's own settings. */
export interface SettingChange {
  readonly global: boolean;
  /** Without the prefix, in lower case. */
  readonly name: string;
  /** Null restores the default. */
  readonly value: string | null;
}

/** A setting and its values in a session, as texts; null: none. */
export interface ListedSetting extends Pick<
  ServerSetting,
  'name' | 'scope' | 'flag' | 'variable' | 'description'
> {
  /** The effective value. */
  readonly value: string | null;
  readonly sessionValue: string | null;
  readonly globalValue: string | null;
  readonly defaultValue: string | null;
}

export interface SettingsOptions {
  /** The values that the flags give; `bypassQueue` is that of admins. */
  readonly initial: QuerySettings;
  /** Whether the server is of this release or a later one. */
  readonly isFrom: (release: string) => boolean;
}

/** A function that is called after a change of a setting, by the session that made it. */
export type OnSettingChange = (
  session: Session,
  change: { readonly field: keyof QuerySettings; readonly global: boolean },
) => void;

/** The server's own settings: the global values and the values of each session. */
export class GizmosqlSettings {
  private global: QuerySettings;
  private readonly settings: readonly ServerSetting[];
  private readonly listeners: OnSettingChange[] = [];
  private counted = 0;

  constructor(private readonly options: SettingsOptions) {
    this.global = options.initial;
    this.settings = serverSettings.filter(({ since }) => options.isFrom(since));
  }

  /** The effective settings of a session. */
  of({ identity, settings }: Pick<Session, 'identity' | 'settings'>): QuerySettings {
    const bypassQueue = identity.role === 'admin' && this.global.bypassQueue;
    return { ...this.global, bypassQueue, ...settings };
  }

  /** The settings of all sessions. */
  get ofAll(): QuerySettings {
    return this.global;
  }

  onChange(changed: OnSettingChange): void {
    this.listeners.push(changed);
  }

  /** The number of changes so far, by any session. */
  get changes(): number {
    return this.counted;
  }

  /** Throws the Failure that says why the session cannot make the change. */
  async check(session: Session, change: SettingChange): Promise<void> {
    const setting = this.permitted(session, change);
    if (change.value !== null) {
      await setting.read(change.value, session);
    }
  }

  /** Makes the change. Throws a Failure, and then has changed nothing. */
  async apply(session: Session, change: SettingChange): Promise<void> {
    const setting = this.permitted(session, change);
    const { field } = setting;
    const value = change.value === null ? undefined : await setting.read(change.value, session);
    if (change.global) {
      this.global = { ...this.global, [field]: value ?? this.options.initial[field] };
    } else {
      const own: Partial<QuerySettings> = { ...session.settings, [field]: value };
      if (value === undefined) {
        Reflect.deleteProperty(own, field);
      }
      session.settings = own;
    }
    this.counted++;
    for (const changed of this.listeners) {
      changed(session, { field, global: change.global });
    }
  }

  /** The settings as `gizmosql_settings()` lists them for a session. */
  list(session: Session): ListedSetting[] {
    const effective = this.of(session);
    return this.settings.map(({ name, field, scope, flag, variable, description }) => ({
      ...{ name: `gizmosql.${name}`, scope, flag, variable, description },
      value: text(effective[field]),
      sessionValue: text(session.settings[field]),
      globalValue: scope === 'session' ? null : text(this.global[field]),
      defaultValue: text(this.options.initial[field]),
    }));
  }

  /** The setting of a change. Throws if it is unknown, or not the session's to set. */
  permitted(session: Session, { global, name }: Omit<SettingChange, 'value'>): ServerSetting {
    const setting = this.settings.find((each) => each.name === name);
    if (setting === undefined) {
      const known = this.settings.map((each) => `gizmosql.${each.name}`);
      throw new Failure(
        'invalid-argument',
        `There is no setting gizmosql.${name}; there are ${known.join(', ')}`,
      );
    }
    if (global && setting.scope === 'session') {
      throw new Failure(
        'invalid-argument',
        `gizmosql.${name} is a setting of one session: write SET gizmosql.${name} without GLOBAL`,
      );
    }
    if (!global && setting.scope === 'global') {
      throw new Failure(
        'invalid-argument',
        `gizmosql.${name} is a setting of all sessions: write SET GLOBAL gizmosql.${name}`,
      );
    }
    if (global && session.identity.role !== 'admin') {
      throw new Failure('permission', `Only admin users can set gizmosql.${name} for all sessions`);
    }
    return setting;
  }
}

function text(value: QuerySettings[keyof QuerySettings] | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}

/** The schema of the answer to a SET, which is the engine's. */
export const settingAnswer = new Schema([new Field('Success', new Bool(), true)]);
