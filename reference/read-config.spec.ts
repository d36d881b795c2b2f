import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificates } from '../fixtures/certificates.js';
import type { CertificateFiles } from '../fixtures/certificates.js';
import { makeTokenSigner } from '../fixtures/token-signer.js';
import { logLevels } from './config.js';
import { Failure } from './errors.js';
import { createCommand } from './options.js';
import { readConfig } from './read-config.js';

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
      hostnameArg: null,
      hostname: '0.0.0.0',
      port: 31337,
      healthPort: 31338,
      databaseFilename: null,
      readonly: false,
      initSql: [],
      queryTimeoutSeconds: 0,
      sessionIdleTimeoutSeconds: 86_400,
      username: 'gizmosql_username',
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
    [['--hostname', 'localhost'], { hostname: 'localhost', hostnameArg: 'localhost' }],
    [['-H', '0.0.0.0'], { hostname: '0.0.0.0', hostnameArg: '0.0.0.0' }],
    [['--port', '0'], { port: 0 }],
    [['-R', '65535'], { port: 65535 }],
    [['--health-port', '0'], { healthPort: null }],
    [['--health-port=1'], { healthPort: 1 }],
    [['--database-filename', 'a b.db'], { databaseFilename: 'a b.db' }],
    [['-D', ':memory:'], { databaseFilename: null }],
    [['--readonly'], { readonly: true }],
    [['-O'], { readonly: true }],
    [['--backend', 'duckdb'], {}],
    [['-B', 'DuckDB'], {}],
    [['--query-timeout', '30'], { queryTimeoutSeconds: 30 }],
    [['--session-idle-timeout', '60'], { sessionIdleTimeoutSeconds: 60 }],
    [['--session-idle-timeout', '0'], { sessionIdleTimeoutSeconds: 0 }],
    [['--username', 'ada'], { username: 'ada' }],
    [['-U', 'Zoë'], { username: 'Zoë' }],
    [['--password', ' p:w '], { password: ' p:w ' }],
    [['-P', 'other'], { password: 'other' }],
    [['--secret-key', 'k'], { secretKey: 'k' }],
    [['-S', 'k'], { secretKey: 'k' }],
    [['--allow-cross-instance-tokens', 'true'], { allowCrossInstanceTokens: true }],
    [['--allow-cross-instance-tokens=false'], { allowCrossInstanceTokens: false }],
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
    expect(read()).toMatchObject({ port: 31337, username: 'gizmosql_username', tls: null });
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
    [['-P', 'x', '--port', '65536'], "--port is '65536'; it must be a port, a whole number"],
    [['-P', 'x', '--port', '-1'], "--port is '-1'"],
    [['-P', 'x', '--port', '1e3'], "--port is '1e3'"],
    [['-P', 'x', '--health-port', 'x'], "--health-port is 'x'"],
    [['-P', 'x', '--port', '31338'], 'cannot share port 31338: give --health-port another'],
    [['-P', 'x', '--query-timeout', '1.5'], "--query-timeout is '1.5'"],
    [['-P', 'x', '--query-timeout', '9999999999'], '--query-timeout is'],
    [['-P', 'x', '--enable-instrumentation', 'yes'], "is 'yes'; it must be true or false"],
    [['-P', 'x', '--allow-cross-instance-tokens', '1'], "is '1'; it must be true or false"],
    [['-P', 'x', '--log-level', 'loud'], 'it must be debug or info or warn or error'],
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
    ['GIZMOSQL_ENABLE_INSTRUMENTATION', '2', 'GIZMOSQL_ENABLE_INSTRUMENTATION is'],
    ['GIZMOSQL_USERNAME', 'token', "GIZMOSQL_USERNAME cannot be 'token'"],
    ['GIZMOSQL_TOKEN_DEFAULT_ROLE', 'user', 'GIZMOSQL_TOKEN_DEFAULT_ROLE needs'],
    ['INIT_SQL_COMMANDS_FILE', '/no/such', "INIT_SQL_COMMANDS_FILE names '/no/such'"],
  ])('names the variable when %s=%s is wrong', (variable, value, said) => {
    vi.stubEnv(variable, value);
    expect(failure('-P', 'x')).toContain(said);
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
    const expected = { issuer: 'me', audience: 'you', certPath: issuerCertificate };
    const fromFlags = read(...issuer, ...audience, ...cert()).bootstrapTokens;
    expect(fromFlags).toMatchObject({ ...expected, defaultRole: null });
    expect(fromFlags?.key.asymmetricKeyType).toBe('rsa');
    vi.stubEnv('TOKEN_ALLOWED_ISSUER', 'me');
    vi.stubEnv('TOKEN_ALLOWED_AUDIENCE', 'you');
    vi.stubEnv('TOKEN_SIGNATURE_VERIFY_CERT_PATH', issuerCertificate);
    vi.stubEnv('GIZMOSQL_TOKEN_DEFAULT_ROLE', 'readonly');
    const fromVariables = read().bootstrapTokens;
    expect(fromVariables).toMatchObject({ ...expected, defaultRole: 'readonly' });
  });

  it('refuses half of them and names the other half', () => {
    expect(failure('-P', 'x', ...issuer)).toBe(
      '--token-allowed-issuer needs --token-allowed-audience and --token-signature-verify-cert-path as well',
    );
    expect(failure('-P', 'x', ...cert(), ...issuer)).toBe(
      '--token-allowed-issuer needs --token-allowed-audience as well',
    );
    expect(failure('-P', 'x', '--token-default-role', 'user')).toContain('needs');
  });

  it('refuses a file that verifies nothing', () => {
    const path = ['--token-signature-verify-cert-path', pem.serverCertificate];
    const said = failure('-P', 'x', ...issuer, ...audience, ...path);
    expect(said).toContain(pem.serverCertificate);
    expect(said).toContain('not an RSA key');
  });
});
