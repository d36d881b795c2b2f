import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { decodeJwt } from 'jose';
import { parseArgsStringToArgv } from 'string-argv';
import { signerOf } from '../../fixtures/surroundings/token-signer.js';
import { messageOf } from '../errors/message-of.js';
import type {
  Credentials,
  EndpointSettings,
  Role,
  TargetSettings,
  TlsMaterial,
} from '../targets/target.js';
import { automatic } from './choose-revision.js';
import { UsageError } from './errors.js';
import type { RunFlags } from './run-flags.js';
import { variablePrefix } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The default admin names of releases: up to v1.18.2, and from v1.18.3. */
const defaultUsernames = ['gizmosql_username', 'gizmosql_user'];
const tokenUsername = 'token';
const tokenRoles: readonly Role[] = ['admin', 'user', 'readonly'];

/**
 * The target of the flags, with its files and secret variables read. Throws a UsageError that names the flag
 * or variable and the valid values.
 */
export function targetSettings(flags: RunFlags, environment: Environment): TargetSettings {
  const settings = serverSettings(flags, environment);
  return {
    ...settings,
    ...part('catalog', flags.instrumentationCatalog),
    ...(settings.kind === 'endpoint' ? {} : part('username', flags.username)),
    ...part('direct', flags.direct === true ? true : undefined),
    ...part('license', licenseFor(settings, flags)),
  };
}

/** The absolute path of the licence, because servers have working directories of their own. */
function licenseFor({ kind }: TargetSettings, { license }: RunFlags): string | undefined {
  if (license === undefined) {
    return undefined;
  }
  if (kind !== 'command' && kind !== 'image') {
    throw new UsageError(
      `--license ${license}: it is for a server that --command or --image starts`,
    );
  }
  readText('--license', license);
  return resolve(license);
}

function serverSettings(flags: RunFlags, environment: Environment): TargetSettings {
  const { endpoint, command, image } = flags;
  if (endpoint !== undefined && (command ?? image) !== undefined) {
    throw new UsageError(
      `--endpoint and --${command === undefined ? 'image' : 'command'}: only one server is judged at a time; give one of them`,
    );
  }
  if (endpoint !== undefined) {
    return endpointSettings(endpoint, flags, environment);
  }
  const extras = {
    arguments: flags.argument ?? [],
    environment: variables(flags.env ?? [], environment),
  };
  if (image !== undefined) {
    return { kind: 'image', image, entrypoint: words(command ?? '', '--command'), ...extras };
  }
  if (command !== undefined) {
    const [program = '', ...rest] = words(command, '--command');
    if (program === '') {
      throw new UsageError('--command is empty: it must be a program, perhaps with arguments');
    }
    return {
      kind: 'command',
      command: program,
      ...extras,
      arguments: [...rest, ...extras.arguments],
    };
  }
  const lost = (['argument', 'env'] as const).find((name) => flags[name] !== undefined);
  if (lost !== undefined) {
    throw new UsageError(`--${lost} is for a server that --command or --image starts`);
  }
  return {
    kind: 'reference',
    ...(flags.spec === automatic ? {} : { release: flags.spec }),
  };
}

/** The secrets in the settings of a target. */
export function settingsSecrets(settings: TargetSettings): string[] {
  if (settings.kind === 'reference') {
    return [];
  }
  if (settings.kind !== 'endpoint') {
    return Object.values(settings.environment);
  }
  const { credentials, tokens, tls } = settings;
  return [
    ...Object.values(credentials).map(({ password }) => password),
    tokens?.key,
    tls?.clientKey,
  ].filter((secret) => secret !== undefined);
}

function endpointSettings(
  url: string,
  flags: RunFlags,
  environment: Environment,
): EndpointSettings {
  const { host, port, secure } = readUrl(url);
  const tokens = readTokens(flags);
  const credentials = readCredentials(flags, environment);
  if (credentials.admin === undefined && tokens === undefined) {
    throw new UsageError(
      `--endpoint ${url}: no login for the role admin: set ${variablePrefix}PASSWORD, or give --admin-token-file or --token-key`,
    );
  }
  return {
    kind: 'endpoint',
    host,
    port,
    ...(secure ? { tls: readTls(flags) } : refuseTls(flags)),
    credentials,
    ...(credentials.admin?.user === undefined && flags.username === undefined && credentials.admin
      ? { adminNames: defaultUsernames }
      : {}),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function readUrl(text: string): { host: string; port: number; secure: boolean } {
  const right = 'it must be grpc://host:port or grpc+tls://host:port';
  const match = /^(grpc|grpc\+tcp|grpc\+tls):\/\/([^/@?#]+):(\d+)\/?$/.exec(text);
  const [, scheme = '', host = '', port = ''] = match ?? [];
  if (match === null || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError(`--endpoint ${text.replace(/\/\/.*@/, '//...@')}: ${right}`);
  }
  return { host, port: Number(port), secure: scheme === 'grpc+tls' };
}

function readCredentials(
  flags: RunFlags,
  environment: Environment,
): Partial<Record<Role, Credentials>> {
  const credentials: Partial<Record<Role, Credentials>> = {};
  const password = secret(environment, 'PASSWORD', flags.passwordFile, '--password-file');
  if (password !== undefined) {
    credentials.admin = { username: flags.username ?? defaultUsernames[0] ?? '', password };
  } else if (flags.username !== undefined) {
    throw new UsageError(
      `--username ${flags.username}: its password is missing: set ${variablePrefix}PASSWORD or give --password-file`,
    );
  }
  for (const role of tokenRoles) {
    const flag = `--${role}-token-file`;
    const file = flags[`${role}TokenFile`];
    const token = secret(environment, `${role.toUpperCase()}_TOKEN`, file, flag);
    if (token !== undefined && credentials[role] === undefined) {
      credentials[role] = {
        username: tokenUsername,
        password: token,
        user: userOf(token, role, flag),
      };
    }
  }
  return credentials;
}

/** The user of a token. Throws a UsageError unless the token has this role and has not expired. */
function userOf(token: string, role: Role, flag: string): string {
  const where = `${flag} (or ${variablePrefix}${role.toUpperCase()}_TOKEN)`;
  let claims: Record<string, unknown>;
  try {
    claims = decodeJwt(token);
  } catch {
    throw new UsageError(`${where}: this is no JSON web token`);
  }
  const { email, sub, role: claimed = role, exp } = claims;
  if (claimed !== role) {
    throw new UsageError(`${where}: the token is of the role ${String(claimed)}, not ${role}`);
  }
  if (typeof exp === 'number' && exp * 1000 <= Date.now()) {
    throw new UsageError(`${where}: the token expired on ${new Date(exp * 1000).toISOString()}`);
  }
  const user = email ?? sub;
  if (typeof user !== 'string') {
    throw new UsageError(`${where}: the token names no user: it has neither email nor sub`);
  }
  return user;
}

function readTokens(flags: RunFlags): EndpointSettings['tokens'] {
  const { tokenKey, tokenIssuer: issuer, tokenAudience: audience } = flags;
  if (tokenKey === undefined && issuer === undefined && audience === undefined) {
    return undefined;
  }
  if (tokenKey === undefined || issuer === undefined || audience === undefined) {
    throw new UsageError(
      'to sign tokens the suite needs all of --token-key, --token-issuer and --token-audience',
    );
  }
  const key = readText('--token-key', tokenKey);
  try {
    signerOf(key);
  } catch (error) {
    throw new UsageError(`--token-key ${tokenKey}: it is no RSA key in PEM: ${messageOf(error)}`);
  }
  return { key, issuer, audience };
}

function readTls(flags: RunFlags): TlsMaterial {
  const { caCertificate, clientCertificate, clientKey, skipVerify } = flags;
  if ((clientCertificate === undefined) !== (clientKey === undefined)) {
    throw new UsageError('--client-certificate and --client-key belong together: give both');
  }
  const certificate = optionalText('--client-certificate', clientCertificate);
  return {
    ...part('caCertificate', optionalText('--ca-certificate', caCertificate)),
    ...part('clientCertificate', certificate),
    ...part('clientKey', optionalText('--client-key', clientKey)),
    ...(certificate === undefined ? {} : part('clientName', commonName(certificate))),
    ...part('skipVerify', skipVerify),
  };
}

function refuseTls(flags: RunFlags): Record<string, never> {
  const needless = (
    ['caCertificate', 'clientCertificate', 'clientKey', 'skipVerify'] as const
  ).find((name) => flags[name] !== undefined && flags[name] !== false);
  if (needless !== undefined) {
    const flag = needless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} is for TLS: give --endpoint as grpc+tls://host:port`);
  }
  return {};
}

function commonName(certificate: string): string | undefined {
  try {
    return /^CN=(.*)$/m.exec(new X509Certificate(certificate).subject)?.[1];
  } catch (error) {
    throw new UsageError(`--client-certificate: it is no certificate in PEM: ${messageOf(error)}`);
  }
}

/** A secret from its variable, or else from its file, without the line end that editors add. */
function secret(
  environment: Environment,
  variable: string,
  file: string | undefined,
  flag: string,
): string | undefined {
  const value = environment[`${variablePrefix}${variable}`];
  if (value !== undefined && value !== '') {
    return value;
  }
  const text = optionalText(flag, file)?.trim();
  if (text === '') {
    throw new UsageError(`${flag} ${file ?? ''}: the file is empty`);
  }
  return text;
}

function variables(given: readonly string[], environment: Environment): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const [, name = '', value = environment[name]] =
        /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(each) ?? [];
      if (name === '') {
        throw new UsageError(`--env ${each.split('=')[0] ?? ''}: it must be NAME=VALUE or NAME`);
      }
      if (value === undefined) {
        throw new UsageError(`--env ${name}: this variable is not set, so it cannot be passed on`);
      }
      return [name, value];
    }),
  );
}

function words(text: string, flag: string): string[] {
  const found = parseArgsStringToArgv(text);
  if ((text.replaceAll(/\\./g, '').match(/["']/g) ?? []).length % 2 === 1) {
    throw new UsageError(`${flag} ${text}: a quotation mark is not closed`);
  }
  return found;
}

function optionalText(flag: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readText(flag, file);
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag} ${file}: it cannot be read: ${messageOf(error)}`);
  }
}

function part<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}
