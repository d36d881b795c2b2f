import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from '../../fixtures/certificates.js';
import { makeTokenSigner } from '../../fixtures/token-signer.js';
import type { TokenSigner } from '../../fixtures/token-signer.js';
import { ServerProcess } from './server-process.js';
import type {
  Credentials,
  Need,
  Offer,
  OwnedServer,
  Role,
  ServerAddress,
  ServerPaths,
  ServerSettings,
  Target,
  TlsMaterial,
} from './target.js';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.js';

const program = fileURLToPath(new URL('../../bin/gizmosql-reference.js', import.meta.url));
const loopback = '127.0.0.1';
const password = 'conformance';
const clientName = 'conformance-client';
/** What the servers take tokens from, and for. */
const issuer = 'https://conformance.test/issuer';
const audience = 'https://conformance.test/audience';
const offers: readonly Need[] = ['start', 'kill', 'files', 'logs', 'roles'];

/** The reference server of this repository, started as anybody would start it: as a program. */
export class ReferenceTarget implements Target {
  readonly kind = 'reference';
  readonly description = 'the reference server of this repository';
  private signer: Promise<TokenSigner> | undefined;
  private signerFolder = '';

  offers(need: Need): Offer {
    return offers.includes(need)
      ? { offered: true }
      : { offered: false, reason: `the reference server does not offer '${need}' yet` };
  }

  async start(settings: ServerSettings = {}): Promise<OwnedServer> {
    // One signing key does for all servers of a run; making one takes a while.
    this.signer ??= this.makeSigner();
    const signer = await this.signer;
    const folder = settings.folder ?? makeTemporaryFolder();
    try {
      return await startServer(settings, folder, signer);
    } catch (error) {
      removeTemporaryFolder(folder);
      throw error;
    }
  }

  dispose(): void {
    removeTemporaryFolder(this.signerFolder);
    this.signer = undefined;
  }

  private makeSigner(): Promise<TokenSigner> {
    this.signerFolder = makeTemporaryFolder();
    return makeTokenSigner(this.signerFolder);
  }
}

async function startServer(
  settings: ServerSettings,
  folder: string,
  signer: TokenSigner,
): Promise<OwnedServer> {
  const { paths, tls } = await prepareFiles(settings, folder);
  const { process: server, port } = await ServerProcess.start({
    command: process.execPath,
    arguments: [program, ...serverArguments(settings, paths, signer)],
    environment: { ...surroundings(), GIZMOSQL_PASSWORD: password, ...settings.environment },
    workingDirectory: settings.workingDirectory ?? folder,
    readyPort,
  });
  const login = async (user: string, role: Role): Promise<Credentials> => ({
    username: 'token',
    password: await signer.sign({
      issuer,
      audience,
      subject: user,
      role,
      expiresInSeconds: 24 * 3600,
    }),
    user,
  });
  const address: ServerAddress = {
    host: loopback,
    port,
    ...(tls === undefined ? {} : { tls }),
    credentials: {
      admin: { username: 'gizmosql_username', password },
      user: await login('conformance_user', 'user'),
      readonly: await login('conformance_reader', 'readonly'),
    },
  };
  return {
    address,
    folder,
    settings,
    paths,
    login,
    log: () => server.log(),
    stop: () => server.stop(),
    kill: () => server.kill(),
    restart: async (changes = {}) => {
      await server.stop();
      return startServer({ ...settings, ...changes }, folder, signer);
    },
    dispose: async () => {
      await server.kill();
      removeTemporaryFolder(folder);
    },
  };
}

async function prepareFiles(
  settings: ServerSettings,
  folder: string,
): Promise<{ paths: ServerPaths; tls?: TlsMaterial }> {
  const filename = settings.databaseFilename === undefined ? 'main.db' : settings.databaseFilename;
  const database = filename === null ? {} : { database: resolve(folder, filename) };
  if (settings.tls === undefined || settings.tls === 'none') {
    return { paths: database };
  }
  const made = await makeCertificates(folder, clientName);
  const paths = { ...database, certificate: made.serverCertificate, key: made.serverKey };
  const caCertificate = readFileSync(made.caCertificate, 'utf8');
  if (settings.tls === 'tls') {
    return { paths, tls: { caCertificate } };
  }
  return {
    paths: { ...paths, clientAuthority: made.caCertificate },
    tls: {
      caCertificate,
      clientCertificate: readFileSync(made.clientCertificate, 'utf8'),
      clientKey: readFileSync(made.clientKey, 'utf8'),
      clientName,
    },
  };
}

function serverArguments(
  settings: ServerSettings,
  paths: ServerPaths,
  signer: TokenSigner,
): string[] {
  const flag = (name: string, ...values: (string | number | boolean | null | undefined)[]) => {
    const given = values.filter((value) => value !== undefined && value !== null);
    return given.length === values.length ? [`--${name}`, ...given.map(String)] : [];
  };
  const { instrumentation = true, hostname = loopback } = settings;
  return [
    ...flag('port', 0),
    ...flag('health-port', 0),
    ...flag('log-format', settings.logFormat ?? 'json'),
    ...flag('token-signature-verify-cert-path', signer.certificatePath),
    ...flag('token-allowed-issuer', issuer),
    ...flag('token-allowed-audience', audience),
    ...flag('hostname', hostname),
    ...flag('database-filename', paths.database),
    ...flag('tls', paths.certificate, paths.key),
    ...flag('mtls-ca-cert-filename', paths.clientAuthority),
    ...flag('query-timeout', settings.queryTimeoutSeconds),
    ...flag('init-sql-commands', settings.initSql),
    ...(instrumentation === 'default' ? [] : flag('enable-instrumentation', instrumentation)),
    ...(settings.readonly === true ? flag('readonly') : []),
    ...(settings.arguments ?? []),
  ];
}

/** What a program needs of its surroundings, and none of the variables that configure a server. */
function surroundings(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function readyPort(line: string): number | undefined {
  if (!line.includes('GizmoSQL server - started')) {
    return undefined;
  }
  const port = /"port":(\d+)|\bport=(\d+)/.exec(line);
  return port === null ? undefined : Number(port[1] ?? port[2]);
}
