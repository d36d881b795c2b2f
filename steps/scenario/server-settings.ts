import type { ServerSettings } from '../targets/target.js';

/** The settings by their names in scenarios. */
const settings: Record<string, (value: string) => ServerSettings> = {
  'host name': (value) => ({ hostname: value === 'not given' ? null : value }),
  database: (value) => ({ databaseFilename: value === 'in memory' ? null : value }),
  security: (value) => (value === 'none' ? {} : { tls: oneOf(value, 'none', 'tls', 'mtls') }),
  access: (value) => ({ readonly: oneOf(value, 'read-only', 'read-write') === 'read-only' }),
  'query timeout in seconds': (value) => ({ queryTimeoutSeconds: Number(value) }),
  folder: (value) => ({ folder: value }),
  'working directory': (value) => ({ workingDirectory: value }),
  instrumentation: (value) => ({
    instrumentation: { on: true, off: false, 'not mentioned': 'default' as const }[
      oneOf(value, 'on', 'off', 'not mentioned')
    ],
  }),
  flag: (value) => (value === 'not given' ? {} : { arguments: [value] }),
  'instrumentation path': (value) => ({
    environment: { GIZMOSQL_INSTRUMENTATION_DB_PATH: value },
  }),
  'init SQL': (value) => ({ initSql: value }),
  catalog: (value) => ({ arguments: [`--instrumentation-catalog=${value}`] }),
  schema: (value) => ({ arguments: [`--instrumentation-schema=${value}`] }),
  'catalog variable': (value) => ({ environment: { GIZMOSQL_INSTRUMENTATION_CATALOG: value } }),
  'schema variable': (value) => ({ environment: { GIZMOSQL_INSTRUMENTATION_SCHEMA: value } }),
  'instance tag': (value) => flag('instance-tag', value),
  'instance tag variable': (value) => variable('GIZMOSQL_INSTANCE_TAG', value),
  'cluster id': (value) => flag('cluster-id', value),
  'cluster id variable': (value) => variable('GIZMOSQL_CLUSTER_ID', value),
  'read-only variable': (value) => variable('GIZMOSQL_READONLY', value),
  'query profile': (value) => flag('capture-query-profile', value),
  'query profile variable': (value) => variable('GIZMOSQL_CAPTURE_QUERY_PROFILE', value),
  'concurrent statements': (value) => flag('max-concurrent-statements', value),
  'queued statements': (value) => flag('max-queued-statements', value),
  'queue wait in seconds': (value) => flag('max-queue-wait', value),
  'admins pass the queue': (value) => flag('admin-bypass-queue-default', value),
  'log format': (value) => ({ logFormat: oneOf(value, 'text', 'json') }),
};

/** The flag with this value, or none if it is `not given`. */
function flag(name: string, value: string): ServerSettings {
  return value === 'not given' ? {} : { arguments: [`--${name}=${value}`] };
}

function variable(name: string, value: string): ServerSettings {
  return { environment: { [name]: value } };
}

/** Parses a scenario's table of settings. Throws an Error for an unknown one. */
export function serverSettings(table: Readonly<Record<string, string>>): ServerSettings {
  return Object.entries(table).reduce<ServerSettings>((all, [name, value]) => {
    const setting = settings[name];
    if (setting === undefined) {
      throw new Error(
        `there is no setting '${name}'; there are: ${Object.keys(settings).join(', ')}`,
      );
    }
    const added = setting(value);
    // Several settings may add flags or variables.
    const words = [...(all.arguments ?? []), ...(added.arguments ?? [])];
    const variables = { ...all.environment, ...added.environment };
    return {
      ...all,
      ...added,
      ...(words.length === 0 ? {} : { arguments: words }),
      ...(Object.keys(variables).length === 0 ? {} : { environment: variables }),
    };
  }, {});
}

/** The settings for a message, with the passwords in their SQL hidden. */
export function shownSettings(settings: ServerSettings): string {
  return JSON.stringify(settings).replaceAll(/\b(PASSWORD|SECRET|KEY_ID) '[^']*'/gi, "$1 '…'");
}

function oneOf<T extends string>(value: string, ...choices: readonly T[]): T {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) {
    throw new Error(`'${value}' is none of ${choices.join(', ')}`);
  }
  return choice;
}
