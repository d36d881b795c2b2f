import type { Need } from '../../fixtures/catalogue/catalogue.js';
import { randomBytes } from 'node:crypto';
import getPort from 'get-port';
import pRetry from 'p-retry';
import { CatalogDatabases } from '../../fixtures/surroundings/catalog-databases.js';
import type { ExtensionName } from '../../fixtures/surroundings/extensions.js';
import { ObjectStores } from '../../fixtures/surroundings/object-store.js';
import { makeTokenSigner } from '../../fixtures/surroundings/token-signer.js';
import type { TokenSigner } from '../../fixtures/surroundings/token-signer.js';
import { findLoading } from './find-loading.js';
import { ServerNotStarted } from './launch.js';
import type { Launched, Launcher } from './launch.js';
import { prepareFiles } from './server-files.js';
import { loopback, serverFlags } from './server-flags.js';
import { fileProfile } from './stores/file-profile.js';
import { lakeProfile } from './stores/lake-profile.js';
import { recordsInFile } from './stores/store-profile.js';
import type { StoreProfile } from './stores/store-profile.js';
import type {
  Credentials,
  Loading,
  Offer,
  OwnedServer,
  Role,
  ServerAddress,
  ServerPaths,
  ServerSettings,
  Target,
  TargetSettings,
} from './target.js';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.js';

/** The issuer and audience of the bootstrap tokens. */
const issuer = 'https://conformance.test/issuer';
const audience = 'https://conformance.test/audience';
const usualAdmin = 'gizmosql_username';
/** The DuckDB extensions that each need requires. */
const needed = {
  lake: ['ducklake'],
  postgres: ['ducklake', 'postgres_scanner'],
  'object-store': ['ducklake', 'postgres_scanner', 'httpfs'],
} as const satisfies Partial<Record<Need, readonly ExtensionName[]>>;
const portTries = 3;

/** Servers that the suite starts and configures, so it can offer every need. */
export class OwnedTarget implements Target {
  readonly kind: string;
  private readonly store: StoreProfile;
  private signer: Promise<TokenSigner> | undefined;
  private signerFolder = '';
  private readonly loadings = new Map<string, Promise<Loading>>();
  /** Random, so that no one else on this machine can log in during a run. */
  private readonly password = randomBytes(12).toString('hex');

  constructor(
    readonly settings: TargetSettings,
    readonly description: string,
    private readonly launcher: Launcher,
  ) {
    this.kind = settings.kind;
    const { catalog } = settings;
    this.store = catalog === undefined ? fileProfile : lakeProfile(catalog);
  }

  /** Passed to every server, because releases have different defaults. */
  private get adminName(): string {
    return this.settings.username ?? usualAdmin;
  }

  async offers(need: Need): Promise<Offer> {
    const { whyNoFile: reason } = this.store;
    if (need === 'instrumentation-file' && reason !== null) {
      return { offered: false, reason };
    }
    if (need !== 'lake' && need !== 'postgres' && need !== 'object-store') {
      return { offered: true };
    }
    const lacking =
      (need === 'lake' ? null : CatalogDatabases.lacking()) ??
      (need === 'object-store' ? ObjectStores.lacking() : null);
    return lacking === null ? this.loading(needed[need]) : { offered: false, reason: lacking };
  }

  loading(extensions: readonly ExtensionName[]): Promise<Loading> {
    const key = extensions.join();
    const loading = this.loadings.get(key) ?? this.findLoading(extensions);
    this.loadings.set(key, loading);
    return loading;
  }

  /** Only the server under test can tell which extensions it loads. */
  protected findLoading(extensions: readonly ExtensionName[]): Promise<Loading> {
    return findLoading(extensions, async (initSql) => {
      const server = await this.start({ instrumentation: 'default', initSql });
      await server.dispose();
    });
  }

  /** Starts a server with instrumentation, or without it if its edition refuses to start with it. */
  async open(): Promise<OwnedServer> {
    try {
      return await this.start();
    } catch (error) {
      if (error instanceof ServerNotStarted && isAboutEdition(error.message)) {
        return this.start({ instrumentation: 'default' });
      }
      throw error;
    }
  }

  async start(settings: ServerSettings = {}): Promise<OwnedServer> {
    // All servers of a target share one signing key, because making one takes long.
    this.signer ??= this.makeSigner();
    const signer = await this.signer;
    const folder = settings.folder ?? makeTemporaryFolder();
    try {
      return await this.startIn(folder, settings, signer);
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

  private async startIn(
    folder: string,
    settings: ServerSettings,
    signer: TokenSigner,
  ): Promise<OwnedServer> {
    const { paths, tls } = await prepareFiles(settings, folder);
    const { catalog } = this.store;
    const whole = await this.placed(settings, folder);
    const { server, port } = await this.launch(folder, whole, paths, signer);
    const login = (user: string, role: Role): Promise<Credentials> => signIn(signer, user, role);
    const address: ServerAddress = {
      host: loopback,
      port,
      ...(tls === undefined ? {} : { tls }),
      ...(catalog === undefined ? {} : { instrumentation: catalog }),
      credentials: {
        admin: { username: this.adminName, password: this.password },
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
        return this.startIn(folder, { ...settings, ...changes }, signer);
      },
      dispose: async () => {
        await server.kill();
        removeTemporaryFolder(folder);
      },
    };
  }

  /** The settings with the records in this target's store. */
  private async placed(settings: ServerSettings, folder: string): Promise<ServerSettings> {
    const { store } = this;
    if (!recordsInFile(settings)) {
      return settings;
    }
    if (store.extensions.length === 0) {
      return store.place(settings, { folder, load: '' });
    }
    const loading = await this.loading(store.extensions);
    if (!loading.offered) {
      throw new Error(`the servers cannot keep their records elsewhere: ${loading.reason}`);
    }
    return store.place(settings, { folder, load: loading.sql });
  }

  private async launch(
    folder: string,
    settings: ServerSettings,
    paths: ServerPaths,
    { certificatePath }: TokenSigner,
  ): Promise<{ server: Launched; port: number }> {
    const tokens = { issuer, audience, certificatePath };
    const { license } = this.settings;
    const start = async (): Promise<{ server: Launched; port: number }> => {
      const port = this.launcher.picksPort ? 0 : await getPort({ host: loopback });
      const { server, readyLine } = await this.launcher.launch({
        flags: serverFlags(settings, { port, paths, tokens, username: this.adminName }),
        environment: {
          GIZMOSQL_PASSWORD: this.password,
          ...(license === undefined ? {} : { GIZMOSQL_LICENSE_KEY_FILE: license }),
          ...settings.environment,
        },
        workingDirectory: settings.workingDirectory ?? folder,
      });
      return { server, port: this.launcher.picksPort ? portIn(readyLine) : port };
    };
    return pRetry(start, {
      retries: portTries - 1,
      minTimeout: 0,
      // Another program may take the port after it was found free.
      shouldRetry: ({ error }) => error instanceof ServerNotStarted && isAboutPort(error.message),
    });
  }
}

async function signIn(signer: TokenSigner, user: string, role: Role): Promise<Credentials> {
  const password = await signer.sign({
    issuer,
    audience,
    subject: user,
    role,
    expiresInSeconds: 24 * 3600,
  });
  return { username: 'token', password, user };
}

/** The port in a ready line, which is text or JSON. */
function portIn(readyLine: string): number {
  const port = /"port":(\d+)|\bport=(\d+)/.exec(readyLine);
  if (port === null) {
    throw new ServerNotStarted(`the server names no port in its ready line: ${readyLine}`);
  }
  return Number(port[1] ?? port[2]);
}

function isAboutEdition(message: string): boolean {
  return /licen[sc]e|enterprise|edition/i.test(message);
}

function isAboutPort(message: string): boolean {
  return /EADDRINUSE|address already in use|failed to bind|port .*(in use|taken)/i.test(message);
}
