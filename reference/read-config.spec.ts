import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificates } from '../fixtures/surroundings/certificates.js';
import type { CertificateFiles } from '../fixtures/surroundings/certificates.js';
import { makeTokenSigner } from '../fixtures/surroundings/token-signer.js';
import { logLevels } from './config.js';
import { Failure } from './errors.js';
import { createCommand, refusedFlags, refusedHeading } from './options.js';
import { readConfig } from './read-config.js';
import { usualRelease } from './release.js';

let folder: string;
let pem: CertificateFiles;
let issuerCertificate: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'read-config-'));
  pem = await makeCertificates(folder, 'a client');
  issuerCertificate = (await makeTokenSigner(folder)).certificatePath;
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  // What the machine that runs the tests happens to set must not matter.
  for (const { envVar } of createCommand().options) {
    if (envVar !== undefined) {
      vi.stubEnv(envVar, undefined);
    }
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function read(...argv: string[]) {
  return readConfig(['--password', 'secret', ...argv]);
}

function failure(...argv: string[]): string {
  try {
    readConfig(argv);
  } catch (error) {
    if (error instanceof Failure) {
      expect(error.kind).toBe('invalid-argument');
      expect(error.message).not.toContain('\n');
      return error.message;
    }
    throw error;
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

describe('readConfig', () => {
  it('needs nothing but a password', () => {
    expect(read()).toEqual({
      release: usualRelease,
      clusterId: null,
      statements: {
        captureQueryProfile: 'off',
        maxConcurrentStatements: 0,
        maxQueuedStatements: -1,
        maxQueueWaitSeconds: -1,
        bypassQueue: true,
      },
      instanceTag: null,
      hostnameArg: null,
      hostname: '0.0.0.0',
      port: 31337,
      healthPort: 31338,
      healthCheckQuery: 'SELECT 1',
      databaseFilename: null,
      readonly: false,
      initSql: [],
      allowedDirectories: null,
      filesRead: [],
      queryTimeoutSeconds: 0,
      sessionIdleTimeoutSeconds: 86_400,
      maxMessageBytes: 268_435_456,
      username: 'gizmosql_user',
      password: 'secret',
      secretKey: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      allowCrossInstanceTokens: false,
      bootstrapTokens: null,
      tls: null,
      instrumentation: { enabled: false, databasePath: null, catalog: null, schema: 'main' },
      log: {
        level: 'info',
        format: 'text',
        file: null,
        queryLevel: 'info',
        authLevel: 'info',
        printQueries: false,
        access: false,
      },
    });
    expect(read().secretKey).not.toBe(read().secretKey);
  });

  it.each<[string[], object]>([
    [['--gizmosql-version', '1.17'], { release: { name: 'v1.17.0' } }],
    [['--gizmosql-version', 'v1.28.1-lts'], { release: { name: 'v1.28.1-LTS' } }],
    [
      ['--cluster-id', '0B4EC1D8-7a66-4e5b-9d53-5b8f5f6f1a2e'],
      { clusterId: '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e' },
    ],
    [['--max-concurrent-statements', '4'], { statements: { maxConcurrentStatements: 4 } }],
    [['--max-queued-statements', '9'], { statements: { maxQueuedStatements: 9 } }],
    [['--max-queued-statements=-1'], { statements: { maxQueuedStatements: -1 } }],
    [['--max-queue-wait', '30'], { statements: { maxQueueWaitSeconds: 30 } }],
    [['--admin-bypass-queue-default', 'false'], { statements: { bypassQueue: false } }],
    [['--admin-bypass-queue-default=1'], { statements: { bypassQueue: true } }],
    [['--capture-query-profile', 'Detailed'], { statements: { captureQueryProfile: 'detailed' } }],
    [['--instance-tag', ' {"env": "test"}'], { instanceTag: ' {"env": "test"}' }],
    [['--instance-tag=null'], { instanceTag: 'null' }],
    [['--hostname', 'localhost'], { hostname: 'localhost', hostnameArg: 'localhost' }],
    [['-H', '0.0.0.0'], { hostname: '0.0.0.0', hostnameArg: '0.0.0.0' }],
    [['--port', '0'], { port: 0 }],
    [['-R', '65535'], { port: 65535 }],
    [['--health-port', '0'], { healthPort: null }],
    [['--health-port=1'], { healthPort: 1 }],
    [['--health-check-query', 'FROM t'], { healthCheckQuery: 'FROM t' }],
    [['--database-filename', 'a b.db'], { databaseFilename: 'a b.db' }],
    [['-D', ':memory:'], { databaseFilename: null }],
    [['--readonly'], { readonly: true }],
    [['-O'], { readonly: true }],
    [['--readonly=true'], { readonly: true }],
    [['--readonly=0'], { readonly: false }],
    [['--backend', 'duckdb'], {}],
    [['-B', 'DuckDB'], {}],
    [['--query-timeout', '30'], { queryTimeoutSeconds: 30 }],
    [['--session-idle-timeout', '60'], { sessionIdleTimeoutSeconds: 60 }],
    [['--session-idle-timeout', '0'], { sessionIdleTimeoutSeconds: 0 }],
    [['--max-message-size', '65536'], { maxMessageBytes: 65_536 }],
    [['--max-message-size', '64KiB'], { maxMessageBytes: 65_536 }],
    [['--max-message-size', '2 mib'], { maxMessageBytes: 2_097_152 }],
    [['--max-message-size', '3GiB'], { maxMessageBytes: 3_221_225_472 }],
    [['--username', 'ada'], { username: 'ada' }],
    [['-U', 'Zoë'], { username: 'Zoë' }],
    [['--password', ' p:w '], { password: ' p:w ' }],
    [['-P', 'other'], { password: 'other' }],
    [['--secret-key', 'k'], { secretKey: 'k' }],
    [['-S', 'k'], { secretKey: 'k' }],
    [['--allow-cross-instance-tokens', 'true'], { allowCrossInstanceTokens: true }],
    [['--allow-cross-instance-tokens=false'], { allowCrossInstanceTokens: false }],
    [['--allow-cross-instance-tokens=1'], { allowCrossInstanceTokens: true }],
    [['--allow-cross-instance-tokens=0'], { allowCrossInstanceTokens: false }],
    [['--enable-instrumentation=1'], { instrumentation: { enabled: true } }],
    [['--enable-instrumentation=true'], { instrumentation: { enabled: true } }],
    [['--enable-instrumentation', 'false'], { instrumentation: { enabled: false } }],
    [['--instrumentation-db-path', 'i.db'], { instrumentation: { databasePath: 'i.db' } }],
    [
      ['--instrumentation-catalog', 'Lake'],
      { instrumentation: { catalog: 'Lake', schema: 'main' } },
    ],
    [['--instrumentation-schema=audit'], { instrumentation: { catalog: null, schema: 'audit' } }],
    [['--log-level', 'debug'], { log: { level: 'debug' } }],
    [['--log-level', 'ERROR'], { log: { level: 'error' } }],
    [['--log-level', 'fatal'], { log: { level: 'fatal' } }],
    [['--log-format', 'json'], { log: { format: 'json' } }],
    [['--log-file', '-'], { log: { file: '-' } }],
    [['--log-file', 'x.log'], { log: { file: 'x.log' } }],
    [['--query-log-level', 'warn'], { log: { queryLevel: 'warn', authLevel: 'info' } }],
    [['--auth-log-level', 'warn'], { log: { authLevel: 'warn', queryLevel: 'info' } }],
    [['--access-log', 'on'], { log: { access: true } }],
    [['--access-log', 'off'], { log: { access: false } }],
    [['--print-queries'], { log: { printQueries: true } }],
    [['-Q'], { log: { printQueries: true } }],
    [['--license-key-file', 'no such file'], {}],
    [['-L', 'no such file'], {}],
    [['-I', 'select 1'], { initSql: [{ source: '--init-sql-commands', sql: 'select 1' }] }],
  ])('understands %j', (argv, expected) => {
    expect(read(...argv)).toMatchObject(expected);
  });

  it.each<[string, string, string[], object, object]>([
    ['GIZMOSQL_HOSTNAME', 'a', ['-H', 'b'], { hostname: 'a' }, { hostname: 'b' }],
    [
      'GIZMOSQL_HEALTH_CHECK_QUERY',
      'FROM a',
      ['--health-check-query', 'FROM b'],
      { healthCheckQuery: 'FROM a' },
      { healthCheckQuery: 'FROM b' },
    ],
    ['GIZMOSQL_READONLY', '1', ['--readonly=false'], { readonly: true }, { readonly: false }],
    ['GIZMOSQL_READONLY', 'false', ['--readonly'], { readonly: false }, { readonly: true }],
    ['GIZMOSQL_READONLY', '', ['-O'], { readonly: false }, { readonly: true }],
    [
      'GIZMOSQL_CLUSTER_ID',
      '11111111-2222-4333-8444-555555555555',
      ['--cluster-id=22222222-2222-4333-8444-555555555555'],
      { clusterId: '11111111-2222-4333-8444-555555555555' },
      { clusterId: '22222222-2222-4333-8444-555555555555' },
    ],
    [
      'GIZMOSQL_INSTANCE_TAG',
      '{"a": 1}',
      ['--instance-tag={"b": 1}'],
      { instanceTag: '{"a": 1}' },
      { instanceTag: '{"b": 1}' },
    ],
    [
      'GIZMOSQL_REFERENCE_VERSION',
      '1.21',
      ['--gizmosql-version=1.27'],
      { release: { name: 'v1.21.0' } },
      { release: { name: 'v1.27.0' } },
    ],
    ['GIZMOSQL_PORT', '1', ['-R', '2'], { port: 1 }, { port: 2 }],
    ['GIZMOSQL_USERNAME', 'a', ['-U', 'b'], { username: 'a' }, { username: 'b' }],
    ['SECRET_KEY', 'a', ['-S', 'b'], { secretKey: 'a' }, { secretKey: 'b' }],
    [
      'GIZMOSQL_ENABLE_INSTRUMENTATION',
      'true',
      ['--enable-instrumentation=false'],
      { instrumentation: { enabled: true } },
      { instrumentation: { enabled: false } },
    ],
    [
      'GIZMOSQL_INSTRUMENTATION_DB_PATH',
      'a',
      ['--instrumentation-db-path=b'],
      { instrumentation: { databasePath: 'a' } },
      { instrumentation: { databasePath: 'b' } },
    ],
    [
      'GIZMOSQL_INSTRUMENTATION_CATALOG',
      'a',
      ['--instrumentation-catalog=b'],
      { instrumentation: { catalog: 'a' } },
      { instrumentation: { catalog: 'b' } },
    ],
    [
      'GIZMOSQL_INSTRUMENTATION_SCHEMA',
      'a',
      ['--instrumentation-schema=b'],
      { instrumentation: { schema: 'a' } },
      { instrumentation: { schema: 'b' } },
    ],
    [
      'INIT_SQL_COMMANDS',
      'select 1',
      ['-I', 'select 2'],
      { initSql: [{ source: 'INIT_SQL_COMMANDS', sql: 'select 1' }] },
      { initSql: [{ source: '--init-sql-commands', sql: 'select 2' }] },
    ],
    [
      'GIZMOSQL_ALLOW_CROSS_INSTANCE_TOKENS',
      'true',
      ['--allow-cross-instance-tokens=false'],
      { allowCrossInstanceTokens: true },
      { allowCrossInstanceTokens: false },
    ],
    [
      'GIZMOSQL_QUERY_TIMEOUT',
      '1',
      ['--query-timeout=2'],
      { queryTimeoutSeconds: 1 },
      { queryTimeoutSeconds: 2 },
    ],
    [
      'GIZMOSQL_LOG_LEVEL',
      'DEBUG',
      ['--log-level=warn'],
      { log: { level: 'debug' } },
      { log: { level: 'warn' } },
    ],
    [
      'GIZMOSQL_LOG_FORMAT',
      'json',
      ['--log-format=text'],
      { log: { format: 'json' } },
      { log: { format: 'text' } },
    ],
    ['GIZMOSQL_LOG_FILE', 'a', ['--log-file=b'], { log: { file: 'a' } }, { log: { file: 'b' } }],
    [
      'GIZMOSQL_QUERY_LOG_LEVEL',
      'debug',
      ['--query-log-level=warn'],
      { log: { queryLevel: 'debug' } },
      { log: { queryLevel: 'warn' } },
    ],
    [
      'GIZMOSQL_AUTH_LOG_LEVEL',
      'debug',
      ['--auth-log-level=warn'],
      { log: { authLevel: 'debug' } },
      { log: { authLevel: 'warn' } },
    ],
    [
      'GIZMOSQL_ACCESS_LOG',
      'on',
      ['--access-log=off'],
      { log: { access: true } },
      { log: { access: false } },
    ],
  ])('takes %s=%s, unless %j is given', (variable, value, argv, fromVariable, fromFlag) => {
    vi.stubEnv(variable, value);
    expect(read()).toMatchObject(fromVariable);
    expect(read(...argv)).toMatchObject(fromFlag);
  });

  it('takes the password from its variable, unless the flag is given', () => {
    vi.stubEnv('GIZMOSQL_PASSWORD', 'from the environment');
    expect(readConfig([]).password).toBe('from the environment');
    expect(readConfig(['-P', 'from the flag']).password).toBe('from the flag');
  });

  it('counts an empty variable as not set', () => {
    for (const { envVar } of createCommand().options) {
      if (envVar !== undefined) {
        vi.stubEnv(envVar, '');
      }
    }
    expect(read()).toMatchObject({ port: 31337, username: 'gizmosql_user', tls: null });
    expect(failure()).toContain('No password');
  });

  it('runs the file of init SQL after the commands', async () => {
    const file = path.join(folder, 'init.sql');
    await writeFile(file, 'select 2;\n');
    expect(read('-F', file, '-I', 'select 1').initSql).toEqual([
      { source: '--init-sql-commands', sql: 'select 1' },
      { source: file, sql: 'select 2;\n' },
    ]);
    vi.stubEnv('INIT_SQL_COMMANDS_FILE', file);
    expect(read().initSql).toEqual([{ source: file, sql: 'select 2;\n' }]);
  });

  it.each([
    [[], 'No password: set GIZMOSQL_PASSWORD or give --password PASSWORD'],
    [['--password='], '--password is empty'],
    [
      ['-P', 'x', '--gizmosql-version', '1.37.0'],
      "--gizmosql-version is '1.37.0'; it must be a release of GizmoSQL from 1.17 to 1.36, such as 1.28.0 or v1.36.0-LTS",
    ],
    [
      ['-P', 'x', '--cluster-id', 'east'],
      "--cluster-id is 'east'; it must be a UUID, such as 0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e",
    ],
    [
      ['-P', 'x', '--max-queued-statements', '-2'],
      "--max-queued-statements is '-2'; it must be statements, 0 for no limit, -1 for eight for each that executes, a whole number from -1 to 1000000",
    ],
    [
      ['-P', 'x', '--max-concurrent-statements', '-1'],
      "is '-1'; it must be statements, 0 for no limit, a whole number from 0 to 1000000",
    ],
    [['-P', 'x', '--max-queue-wait', 'long'], "--max-queue-wait is 'long'; it must be seconds"],
    [['-P', 'x', '--admin-bypass-queue-default', 'no'], "is 'no'; it must be true or false or"],
    [
      ['-P', 'x', '--capture-query-profile', 'on'],
      "--capture-query-profile is 'on'; it must be off or standard or detailed",
    ],
    [['-P', 'x', '--cluster-id', '0b4ec1d87a664e5b9d535b8f5f6f1a2e'], '--cluster-id is'],
    [['-P', 'x', '--cluster-id', '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2g'], '--cluster-id is'],
    [['-P', 'x', '--cluster-id='], '--cluster-id is empty'],
    [
      ['-P', 'x', '--instance-tag', '{env: test}'],
      `--instance-tag is '{env: test}'; it must be valid JSON, such as '{"env": "test"}'`,
    ],
    [['-P', 'x', '--instance-tag', 'test'], "--instance-tag is 'test'"],
    [['-P', 'x', '--instance-tag='], '--instance-tag is empty'],
    [['-P', 'x', '--gizmosql-version', 'latest'], "--gizmosql-version is 'latest'"],
    [['-P', 'x', '--gizmosql-version='], '--gizmosql-version is empty'],
    [['-P', 'x', '--port', '65536'], "--port is '65536'; it must be a port, a whole number"],
    [['-P', 'x', '--port', '-1'], "--port is '-1'"],
    [['-P', 'x', '--port', '1e3'], "--port is '1e3'"],
    [['-P', 'x', '--health-port', 'x'], "--health-port is 'x'"],
    [['-P', 'x', '--port', '31338'], 'cannot share port 31338: give --health-port another'],
    [
      ['-P', 'x', '--max-message-size', '65535'],
      "--max-message-size is '65535'; it must be a number of bytes, or of KiB, MiB or GiB (256MiB), from 64KiB to less than 4GiB",
    ],
    [['-P', 'x', '--max-message-size', '4GiB'], "--max-message-size is '4GiB'"],
    [['-P', 'x', '--max-message-size', '1MB'], "--max-message-size is '1MB'"],
    [['-P', 'x', '--query-timeout', '1.5'], "--query-timeout is '1.5'"],
    [['-P', 'x', '--query-timeout', '9999999999'], '--query-timeout is'],
    [
      ['-P', 'x', '--enable-instrumentation', 'yes'],
      "is 'yes'; it must be true or false or 1 or 0",
    ],
    [['-P', 'x', '--allow-cross-instance-tokens', '2'], "is '2'; it must be true or false"],
    [['-P', 'x', '--log-level', 'loud'], 'it must be debug or info or warn or error or fatal'],
    [['-P', 'x', '--health-check-query='], '--health-check-query is empty'],
    [['-P', 'x', '--log-format', 'xml'], 'it must be text or json'],
    [['-P', 'x', '--access-log', 'true'], 'it must be on or off'],
    [['-P', 'x', '--log-file', ''], '--log-file is empty'],
    [['-P', 'x', '--backend', 'sqlite'], '--backend sqlite is not served'],
    [['-P', 'x', '-B', 'postgres'], "--backend is 'postgres'; it must be duckdb or sqlite"],
    [['-P', 'x', '--instrumentation-catalog', ''], '--instrumentation-catalog is empty'],
    [['-P', 'x', '--instrumentation-schema='], '--instrumentation-schema is empty'],
    [['-P', 'x', '-U', 'token'], "--username cannot be 'token'"],
    [['-P', 'x', '-U', 'a:b'], '--username cannot hold a colon'],
    [['-P', 'x', '-F', '/no/such/file'], "--init-sql-commands-file names '/no/such/file'"],
    [['-P', 'x', '--token-default-role', 'root'], 'it must be admin or user or readonly'],
    [['-P', 'x', '--tls', 'only'], '--tls takes two files'],
    [['-P', 'x', '--tls', 'one', 'two', 'three'], '(3 given)'],
    [['-P', 'x', '--tls', '/no/cert', '/no/key'], "--tls names '/no/cert', which cannot be read"],
    [['-P', 'x', '-M', 'ca.pem'], '--mtls-ca-cert-filename needs --tls'],
  ])('refuses %j in one line', (argv, said) => {
    expect(failure(...argv)).toContain(said);
  });

  it.each([
    ['GIZMOSQL_PORT', 'x', "GIZMOSQL_PORT is 'x'"],
    ['GIZMOSQL_READONLY', 'yes', "GIZMOSQL_READONLY is 'yes'; it must be true or false or 1 or 0"],
    ['GIZMOSQL_CLUSTER_ID', 'x', "GIZMOSQL_CLUSTER_ID is 'x'"],
    ['GIZMOSQL_INSTANCE_TAG', 'x', "GIZMOSQL_INSTANCE_TAG is 'x'"],
    ['GIZMOSQL_REFERENCE_VERSION', '1.16', "GIZMOSQL_REFERENCE_VERSION is '1.16'"],
    ['GIZMOSQL_ENABLE_INSTRUMENTATION', '2', 'GIZMOSQL_ENABLE_INSTRUMENTATION is'],
    ['GIZMOSQL_USERNAME', 'token', "GIZMOSQL_USERNAME cannot be 'token'"],
    ['GIZMOSQL_TOKEN_DEFAULT_ROLE', 'user', 'GIZMOSQL_TOKEN_DEFAULT_ROLE needs'],
    ['INIT_SQL_COMMANDS_FILE', '/no/such', "INIT_SQL_COMMANDS_FILE names '/no/such'"],
  ])('names the variable when %s=%s is wrong', (variable, value, said) => {
    vi.stubEnv(variable, value);
    expect(failure('-P', 'x')).toContain(said);
  });

  it.each([
    ['1.17', 'gizmosql_username'],
    ['1.18.2', 'gizmosql_username'],
    ['1.18.3', 'gizmosql_user'],
    ['1.36', 'gizmosql_user'],
  ])('%s calls its admin %s unless it is given a name', (release, username) => {
    expect(read('--gizmosql-version', release).username).toBe(username);
    expect(read('--gizmosql-version', release, '-U', 'ada').username).toBe('ada');
    const command = createCommand(read('--gizmosql-version', release).release);
    expect(command.helpInformation()).toContain(`(default: ${username})`);
  });

  it('accepts a log level in any letter case and nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...logLevels).chain((level) => fc.mixedCase(fc.constant(level))),
        (level) => {
          expect(read('--log-level', level).log.level).toBe(level.toLowerCase());
          expect(() => read('--log-level', `${level}s`)).toThrow(Failure);
        },
      ),
    );
  });

  it('reports an unknown flag, a missing value and a stray word as commander errors', () => {
    for (const [argv, said] of [
      [['--prot', '1'], '--port'],
      [['--port'], 'argument missing'],
      [['stray'], 'stray'],
    ] as const) {
      expect(() => read(...argv)).toThrow(CommanderError);
      expect(() => read(...argv)).toThrow(said);
    }
  });
});

describe('an older release', () => {
  const id = '0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e';

  it.each([
    ['--instance-tag', '{}', '1.20.9', '1.21'],
    ['--cluster-id', id, '1.27.9', '1.28'],
    ['--max-concurrent-statements', '1', '1.26.3', '1.27'],
    ['--max-queued-statements', '1', '1.26.3', '1.27'],
    ['--max-queue-wait', '1', '1.26.3', '1.27'],
    ['--admin-bypass-queue-default', 'true', '1.26.3', '1.27'],
    ['--capture-query-profile', 'off', '1.26.3', '1.27'],
  ])('does not know %s %s: %s, but %s does', (flag, value, before, since) => {
    const told = (release: string) => ['--gizmosql-version', release, flag, value];
    expect(() => read(...told(before))).toThrow(CommanderError);
    expect(() => read(...told(before))).toThrow(`unknown option '${flag}'`);
    expect(() => read(...told(since))).not.toThrow();
    const help = (release: string) =>
      createCommand(read('--gizmosql-version', release).release).helpInformation();
    expect(help(before)).not.toContain(flag);
    expect(help(since)).toContain(flag);
  });

  it('does not read the variables of flags that it does not know', () => {
    vi.stubEnv('GIZMOSQL_INSTANCE_TAG', 'no JSON');
    vi.stubEnv('GIZMOSQL_CLUSTER_ID', 'no UUID');
    vi.stubEnv('GIZMOSQL_READONLY', 'true');
    const config = read('--gizmosql-version', '1.20');
    expect(config).toMatchObject({ instanceTag: null, clusterId: null, readonly: false });
    expect(read('--gizmosql-version', '1.20', '--readonly').readonly).toBe(true);
    vi.stubEnv('GIZMOSQL_READONLY', undefined);
    expect(failure('-P', 'x', '--gizmosql-version', '1.21')).toContain('GIZMOSQL_INSTANCE_TAG');
  });

  it('is found behind other flags, and not in their values', () => {
    const { release } = read('-I', '--gizmosql-version=1.17', '--gizmosql-version=1.28');
    expect(release.name).toBe('v1.28.0');
    expect(read('-I', '--gizmosql-version=1.17').release).toEqual(usualRelease);
  });
});

describe('--help', () => {
  /** A value for every flag that the server serves, a new one must be added. */
  const values = (): Record<string, string[]> => ({
    '--gizmosql-version': ['1.36'],
    '--username': ['ada'],
    '--password': ['x'],
    '--secret-key': ['k'],
    '--allow-cross-instance-tokens': ['true'],
    '--token-allowed-issuer': ['me'],
    '--token-allowed-audience': ['you'],
    '--token-signature-verify-cert-path': [issuerCertificate],
    '--token-jwks-uri': ['https://issuer.test/keys'],
    '--token-default-role': ['user'],
    '--token-authorized-emails': ['*@example.test'],
    '--hostname': ['localhost'],
    '--port': ['0'],
    '--health-port': ['0'],
    '--health-check-query': ['SELECT 2'],
    '--tls': [pem.serverCertificate, pem.serverKey],
    '--mtls-ca-cert-filename': [pem.caCertificate],
    '--database-filename': ['my.db'],
    '--readonly': [],
    '--backend': ['duckdb'],
    '--init-sql-commands': ['select 1'],
    '--init-sql-commands-file': [issuerCertificate],
    '--allowed-directories': [folder],
    '--query-timeout': ['1'],
    '--session-idle-timeout': ['1'],
    '--max-message-size': ['1MiB'],
    '--enable-instrumentation': ['true'],
    '--instrumentation-db-path': ['i.db'],
    '--instrumentation-catalog': ['lake'],
    '--instrumentation-schema': ['audit'],
    '--cluster-id': ['0b4ec1d8-7a66-4e5b-9d53-5b8f5f6f1a2e'],
    '--instance-tag': ['{"env": "test"}'],
    '--max-concurrent-statements': ['4'],
    '--max-queued-statements': ['32'],
    '--max-queue-wait': ['30'],
    '--admin-bypass-queue-default': ['false'],
    '--capture-query-profile': ['standard'],
    '--log-level': ['fatal'],
    '--log-format': ['json'],
    '--log-file': ['-'],
    '--query-log-level': ['debug'],
    '--auth-log-level': ['debug'],
    '--access-log': ['on'],
    '--print-queries': [],
    '--license-key-file': ['no such file'],
  });

  /** The flags that --help lists under a heading. */
  function listed(help: string, heading: string): string[] {
    const [, below = ''] = help.split(`\n${heading}\n`);
    const [section = ''] = below.split('\n\n');
    return section.split('\n').flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []);
  }

  it('lists as refused what is refused, by name, and nothing else', () => {
    const command = createCommand();
    const refused = listed(command.helpInformation(), refusedHeading);
    expect(refused).toHaveLength(7);
    for (const flag of refused) {
      for (const value of ['1', 'false', 'x']) {
        expect(failure('-P', 'x', flag, value)).toMatch(new RegExp(`^${flag} is not served: `));
      }
    }
    const served = command.options.flatMap(({ long }) => (long == null ? [] : [long]));
    expect(served.filter((flag) => !refused.includes(flag)).toSorted()).toEqual(
      ['--version', ...Object.keys(values())].toSorted(),
    );
    const together = Object.entries(values()).flatMap(([flag, value]) => [flag, ...value]);
    expect(readConfig(together)).toMatchObject({ username: 'ada', log: { level: 'fatal' } });
  });

  it('names the variable of what is refused', () => {
    for (const { flag, variable } of refusedFlags) {
      vi.stubEnv(variable, 'x');
      expect(failure('-P', 'x')).toMatch(new RegExp(`^${variable} is not served: `));
      vi.stubEnv(variable, undefined);
      expect(flag).toMatch(/^--oauth-/);
    }
  });

  it('calls no served flag refused in what stands below the flags', () => {
    let text = '';
    const command = createCommand().configureOutput({ writeOut: (part) => (text += part) });
    command.outputHelp();
    const closing = text.slice(text.indexOf('A flag beats its variable'));
    expect(closing).not.toMatch(/refused/i);
    expect(text).toContain('sqlite is refused');
  });
});

describe("readConfig's TLS files", () => {
  it('reads them', () => {
    const { serverCertificate, serverKey, caCertificate } = pem;
    const { tls } = read('--tls', serverCertificate, serverKey, '-M', caCertificate);
    expect(tls).toMatchObject({
      certPath: serverCertificate,
      keyPath: serverKey,
      mtls: { caCertPath: caCertificate },
    });
    expect(tls?.certificate.toString()).toContain('BEGIN CERTIFICATE');
    expect(tls?.key.toString()).toContain('BEGIN PRIVATE KEY');
    expect(tls?.mtls?.caCertificate.toString()).toContain('BEGIN CERTIFICATE');
    expect(read('-T', serverCertificate, serverKey, '--port', '1')).toMatchObject({
      port: 1,
      tls: { mtls: null },
    });
  });

  it('refuses a key of another certificate, and files that are something else', () => {
    const { serverCertificate, serverKey, clientKey } = pem;
    const foreign = failure('-P', 'x', '--tls', serverCertificate, clientKey);
    expect(foreign).toContain('are not a PEM certificate and its key');
    const swapped = failure('-P', 'x', '--tls', serverKey, serverCertificate);
    expect(swapped).toContain('are not a PEM certificate and its key');
    const noCa = failure('-P', 'x', '--tls', serverCertificate, serverKey, '-M', serverKey);
    expect(noCa).toContain('is not a PEM certificate');
  });
});

describe("readConfig's bootstrap tokens", () => {
  const issuer = ['--token-allowed-issuer', 'me'];
  const audience = ['--token-allowed-audience', 'you'];
  const cert = () => ['--token-signature-verify-cert-path', issuerCertificate];

  it('reads them from flags and from variables', () => {
    const expected = { issuer: 'me', audience: 'you', authorizedEmails: ['*'] };
    const fromFlags = read(...issuer, ...audience, ...cert()).bootstrapTokens;
    expect(fromFlags).toMatchObject({ ...expected, defaultRole: null });
    expect(fromFlags?.key).toMatchObject({ asymmetricKeyType: 'rsa' });
    vi.stubEnv('TOKEN_ALLOWED_ISSUER', 'me');
    vi.stubEnv('TOKEN_ALLOWED_AUDIENCE', 'you');
    vi.stubEnv('TOKEN_SIGNATURE_VERIFY_CERT_PATH', issuerCertificate);
    vi.stubEnv('GIZMOSQL_TOKEN_DEFAULT_ROLE', 'readonly');
    const fromVariables = read().bootstrapTokens;
    expect(fromVariables).toMatchObject({ ...expected, defaultRole: 'readonly' });
  });

  it('refuses half of them and names the other half', () => {
    expect(failure('-P', 'x', ...issuer)).toBe(
      '--token-allowed-issuer needs --token-allowed-audience and --token-signature-verify-cert-path or --token-jwks-uri as well',
    );
    expect(failure('-P', 'x', ...cert(), ...issuer)).toBe(
      '--token-allowed-issuer needs --token-allowed-audience as well',
    );
    expect(failure('-P', 'x', '--token-default-role', 'user')).toContain('needs');
    expect(failure('-P', 'x', '--token-authorized-emails', '*')).toContain('needs');
    expect(failure('-P', 'x', ...issuer, ...audience)).toBe(
      '--token-allowed-issuer needs --token-signature-verify-cert-path or --token-jwks-uri as well',
    );
    expect(failure('-P', 'x', '--token-jwks-uri', 'https://issuer.test/keys')).toBe(
      '--token-jwks-uri needs --token-allowed-issuer and --token-allowed-audience as well',
    );
  });

  it('takes a key set in place of a certificate, which goes before it', async () => {
    const file = path.join(folder, 'a key set.json');
    await writeFile(file, '{"keys": []}');
    for (const uri of [
      'https://issuer.test/keys',
      'http://127.0.0.1:1/keys?of=1',
      pathToFileURL(file).href,
    ]) {
      const set = ['--token-jwks-uri', uri];
      expect(read(...issuer, ...audience, ...set).bootstrapTokens?.key).toBeTypeOf('function');
      const both = read(...issuer, ...audience, ...set, ...cert()).bootstrapTokens;
      expect(both?.key).toMatchObject({ asymmetricKeyType: 'rsa' });
    }
    vi.stubEnv('GIZMOSQL_TOKEN_JWKS_URI', 'https://issuer.test/keys');
    expect(read(...issuer, ...audience).bootstrapTokens?.key).toBeTypeOf('function');
  });

  it.each([
    ['keys.json', "is 'keys.json'; it must be an http, https or file URI"],
    [
      'ftp://issuer.test/keys',
      "is 'ftp://issuer.test/keys'; it must be an http, https or file URI",
    ],
    ['data:text/json,{}', "is 'data:text/json,{}'; it must be an http, https or file URI"],
    ['https://me:secret@issuer.test/keys', 'cannot hold a user name or a password'],
    ['file://elsewhere/keys', "is 'file://elsewhere/keys', which names no file of this machine"],
    ['file:///no/such/keys.json', "names '/no/such/keys.json', which cannot be read"],
  ])('refuses the key set %s', (uri, said) => {
    const message = failure('-P', 'x', ...issuer, ...audience, '--token-jwks-uri', uri);
    expect(message).toContain(`--token-jwks-uri ${said}`);
  });

  it('refuses a file that is no key set', async () => {
    for (const text of ['no JSON', 'null', '[]', '{"keys": 1}', '{"keys": ["a"]}']) {
      const file = path.join(folder, 'none.json');
      await writeFile(file, text);
      const uri = pathToFileURL(file).href;
      expect(failure('-P', 'x', ...issuer, ...audience, '--token-jwks-uri', uri)).toBe(
        `--token-jwks-uri names '${file}', which is of no use: it is no JSON Web Key Set`,
      );
    }
  });

  it('reads who is authorized', () => {
    const given = [...issuer, ...audience, ...cert(), '--token-authorized-emails'];
    const emails = (text: string) => read(...given, text).bootstrapTokens?.authorizedEmails;
    expect(emails('*@a.test, bob@b.test')).toEqual(['*@a.test', 'bob@b.test']);
    expect(failure('-P', 'x', ...given, 'a@b.test,')).toContain(
      '--token-authorized-emails must be',
    );
    vi.stubEnv('GIZMOSQL_TOKEN_AUTHORIZED_EMAILS', '*@c.test');
    expect(read(...issuer, ...audience, ...cert()).bootstrapTokens).toMatchObject({
      authorizedEmails: ['*@c.test'],
    });
  });

  it('refuses a file that verifies nothing', () => {
    const path = ['--token-signature-verify-cert-path', pem.serverCertificate];
    const said = failure('-P', 'x', ...issuer, ...audience, ...path);
    expect(said).toContain(pem.serverCertificate);
    expect(said).toContain('not an RSA key');
  });
});

describe('--allowed-directories', () => {
  it('is no limit unless it is given', () => {
    expect(read().allowedDirectories).toBeNull();
  });

  it('are whole paths, whatever they were given as, and URLs', () => {
    const url = pathToFileURL(folder).href;
    const argument = `${folder}, ${path.relative('.', folder)},${url},s3://bucket/x,HTTPS://host/y/`;
    expect(read('--allowed-directories', argument).allowedDirectories).toEqual([
      folder,
      folder,
      folder,
      's3://bucket/x',
      'HTTPS://host/y/',
    ]);
    vi.stubEnv('GIZMOSQL_ALLOWED_DIRECTORIES', folder);
    expect(read().allowedDirectories).toEqual([folder]);
  });

  it.each([
    ['/no/such/directory', "names '/no/such/directory', which is no directory"],
    ['package.json', "names 'package.json', which is no directory"],
    ['/tmp,,/tmp', "is '/tmp,,/tmp'; it must be directories, separated by commas"],
    ['', 'is empty; give it a value or leave it out'],
  ])('cannot be %j', (given, complaint) => {
    expect(failure('--password', 'secret', `--allowed-directories=${given}`)).toBe(
      `--allowed-directories ${complaint}`,
    );
  });
});
