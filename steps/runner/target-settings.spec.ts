import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokenSigner } from '../../fixtures/surroundings/token-signer.js';
import { UsageError } from './errors.js';
import type { RunFlags } from './run-flags.js';
import { settingsSecrets, targetSettings } from './target-settings.js';

let folder: string;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'target-settings-'));
  const signer = await makeTokenSigner(folder);
  tokens['user'] = await signer.sign({ subject: 'anna', role: 'user', expiresInSeconds: 60 });
  tokens['expired'] = await signer.sign({ subject: 'anna', role: 'user', expiresInSeconds: -60 });
  tokens['nobody'] = await signer.sign({ role: 'user' });
  for (const [name, token] of Object.entries(tokens)) {
    writeFileSync(join(folder, name), `${token}\n`);
  }
  writeFileSync(join(folder, 'empty'), '\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const settings = (flags: Partial<RunFlags>, environment: Record<string, string> = {}) =>
  targetSettings(
    {
      report: 'r',
      spec: 'auto',
      parallel: 1,
      timeout: 1,
      visibility: 1,
      propertyRuns: 1,
      ...flags,
    },
    environment,
  );
const password = { GIZMOSQL_CONFORMANCE_PASSWORD: 'secret' };
const endpoint = 'grpc://h:1';

describe('the target that the flags ask for', () => {
  it('is the reference unless they say otherwise', () => {
    expect(settings({})).toEqual({ kind: 'reference' });
  });

  it('is the reference as the release of --spec; other servers are what they are', () => {
    expect(settings({ spec: '1.21' })).toEqual({ kind: 'reference', release: '1.21' });
    expect(settings({ spec: '1.21', command: 'server' })).not.toHaveProperty('release');
  });

  it('is a program with its arguments and variables', () => {
    const flags = { command: '"my server" --x', argument: ['--y z'], env: ['A=b=c', 'MINE'] };
    const target = settings(flags, { MINE: 'own' });
    expect(target).toEqual({
      kind: 'command',
      command: 'my server',
      arguments: ['--x', '--y z'],
      environment: { A: 'b=c', MINE: 'own' },
    });
    expect(settingsSecrets(target)).toEqual(['b=c', 'own']);
  });

  it('is an image, perhaps with a program in it', () => {
    expect(settings({ image: 'i', command: 'p -q' })).toEqual({
      kind: 'image',
      image: 'i',
      entrypoint: ['p', '-q'],
      arguments: [],
      environment: {},
    });
  });

  it('takes the name of the admin and a licence for a server that is started', () => {
    const flags = { command: 'p', username: 'gizmosql_user', license: 'license.jwt' };
    expect(settings({ ...flags, license: join(folder, 'user') })).toMatchObject({
      kind: 'command',
      username: 'gizmosql_user',
      license: join(folder, 'user'),
    });
    expect(settings({ username: 'boss' })).toEqual({ kind: 'reference', username: 'boss' });
  });

  it('tries the names that releases give the admin where none is given', () => {
    expect(settings({ endpoint }, password)).toMatchObject({
      adminNames: ['gizmosql_username', 'gizmosql_user'],
    });
    expect(settings({ endpoint, username: 'boss' }, password)).not.toHaveProperty('adminNames');
  });

  it('is an endpoint with logins, of which nothing is shown', () => {
    const flags = { endpoint: 'grpc+tls://h:31337', userTokenFile: join(folder, 'user') };
    const target = settings({ ...flags, skipVerify: true }, password);
    const user = { username: 'token', password: tokens['user'] ?? '', user: 'anna' };
    expect(target).toEqual({
      kind: 'endpoint',
      host: 'h',
      port: 31337,
      tls: { skipVerify: true },
      credentials: { admin: { username: 'gizmosql_username', password: 'secret' }, user },
      adminNames: ['gizmosql_username', 'gizmosql_user'],
    });
    expect(settingsSecrets(target)).toEqual(['secret', tokens['user']]);
  });

  it.each<[string, Partial<RunFlags>, Record<string, string>, RegExp]>([
    ['two servers', { endpoint, image: 'i' }, {}, /^--endpoint and --image: only one server/],
    [
      'a wrong scheme',
      { endpoint: 'http://h:1' },
      {},
      /^--endpoint http.*it must be grpc:\/\/host:port/,
    ],
    ['no port', { endpoint: 'grpc://h' }, {}, /it must be grpc/],
    ['a port too large', { endpoint: 'grpc://h:70000' }, {}, /it must be grpc/],
    [
      'no login',
      { endpoint },
      {},
      /no login for the role admin: set GIZMOSQL_CONFORMANCE_PASSWORD/,
    ],
    ['a name alone', { endpoint, username: 'u' }, {}, /^--username u: its password is missing/],
    [
      'no token',
      { endpoint, userTokenFile: 'empty' },
      password,
      /^--user-token-file empty: the file is empty/,
    ],
    ['an old token', { endpoint, userTokenFile: 'expired' }, password, /: the token expired on /],
    ['a token of nobody', { endpoint, userTokenFile: 'nobody' }, password, /names no user/],
    [
      'a token of another role',
      { endpoint, adminTokenFile: 'user' },
      {},
      /is of the role user, not admin/,
    ],
    [
      'no such file',
      { endpoint, passwordFile: 'none' },
      {},
      /^--password-file none: it cannot be read: /,
    ],
    [
      'half a signer',
      { endpoint, tokenKey: 'user' },
      {},
      /needs all of --token-key, --token-issuer/,
    ],
    [
      'no key',
      { endpoint, tokenKey: 'user', tokenIssuer: 'i', tokenAudience: 'a' },
      {},
      /^--token-key user: it is no RSA key in PEM/,
    ],
    [
      'half a certificate',
      { endpoint: 'grpc+tls://h:1', clientKey: 'k' },
      password,
      /belong together/,
    ],
    ['TLS without TLS', { endpoint, skipVerify: true }, password, /^--skip-verify is for TLS/],
    [
      'an unset variable',
      { command: 'c', env: ['NONE'] },
      {},
      /^--env NONE: this variable is not set/,
    ],
    ['no variable', { command: 'c', env: ['=x'] }, {}, /^--env : it must be NAME=VALUE or NAME/],
    ['arguments for nobody', { argument: ['x'] }, {}, /^--argument is for a server that --command/],
    ['a licence for nobody', { license: 'user' }, {}, /^--license user: it is for a server/],
    ['no licence', { command: 'c', license: 'none' }, {}, /^--license none: it cannot be read/],
    ['an open quotation', { command: 'a "b' }, {}, /a quotation mark is not closed/],
    ['an empty command', { command: ' ' }, {}, /^--command is empty/],
  ])('is refused for %s, in one line without the secret', (_, flags, environment, message) => {
    const here = process.cwd();
    const error = ((): unknown => {
      process.chdir(folder);
      try {
        return settings(flags, environment);
      } catch (thrown) {
        return thrown;
      } finally {
        process.chdir(here);
      }
    })();
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toMatch(/secret\b|\n|eyJ/);
    expect(resolve('.')).toBe(here);
  });
});
