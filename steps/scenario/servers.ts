import { join } from 'node:path';
import { FlightError } from '../client/flight-error.js';
import { withClient } from '../client/with-client.js';
import type { PlainValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Lacks } from './lacks.js';
import { keepsNoRecords } from './why-skip.js';
import { shownSettings } from './server-settings.js';
import { ServerNotStarted } from '../targets/launch.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../targets/temporary-folder.js';
import type { OwnedServer, ServerAddress, ServerSettings, Target } from '../targets/target.js';
import { worker } from './worker.js';

/** For a look whether a server still answers. */
const probeTimeoutMs = 5_000;

/** The servers of a scenario: the one it uses, and others. */
export class Servers {
  private owned: OwnedServer | undefined;
  private lent: OwnedServer | undefined;
  private lentSettings: ServerSettings | undefined;
  /** The other servers, by their names in the scenario. */
  private readonly several = new Map<string, OwnedServer>();
  private ownFolder: string | undefined;

  constructor(
    /** Starts the servers of this run. */
    readonly target: Target,
    private readonly shared: ServerAddress,
    /** What its servers do not offer. */
    readonly lacks: Lacks,
  ) {}

  /** The server that the scenario uses: its own, a lent one, or else the shared one. */
  get address(): ServerAddress {
    return (this.owned ?? this.lent)?.address ?? this.shared;
  }

  /** The scenario's own or lent server. Throws an Error if there is none. */
  get exclusive(): OwnedServer {
    const server = this.owned ?? this.lent;
    if (server === undefined) {
      throw new Error('the scenario has no server to itself');
    }
    return server;
  }

  /** Whether the scenario uses the server that all share. */
  get isShared(): boolean {
    return this.owned === undefined && this.lent === undefined;
  }

  /** Whether the scenario started the server that it uses. */
  get isOwn(): boolean {
    return this.owned !== undefined;
  }

  /** A temporary folder of this scenario, empty at first. */
  get folder(): string {
    this.ownFolder ??= makeTemporaryFolder();
    return this.ownFolder;
  }

  /** Starts a server for this scenario. */
  async start(settings: ServerSettings): Promise<void> {
    this.owned = await this.startOne(settings);
  }

  /**
   * Reserves a server with these settings until the scenario ends. Other scenarios use the same server before
   * and after, so it must not be restarted.
   */
  async borrow(settings: ServerSettings): Promise<void> {
    if (settings.instrumentation === false && keepsNoRecords(this.lacks)) {
      return; // The shared server is such a server.
    }
    const offered = this.offered(settings);
    this.lentSettings = settings;
    this.lent = await mustStart(offered, worker.lend(this.target, offered));
  }

  /**
   * Starts named servers with the same settings. The first one starts alone, because it may have to create
   * what they share.
   */
  async startSeveral([first, ...others]: readonly string[], settings: ServerSettings) {
    const start = async (name: string): Promise<void> => {
      this.several.set(name, await this.startOne(settings));
    };
    if (first !== undefined) {
      await start(first);
      await allSettled(others.map(start));
    }
  }

  /** Whether the scenario's server accepts a login of its admin. */
  async isAnswering(): Promise<boolean> {
    const { admin } = this.address.credentials;
    if (admin === undefined) {
      return true;
    }
    try {
      await withClient(this.address, admin, probeTimeoutMs, () => Promise.resolve());
      return true;
    } catch (error) {
      return !(error instanceof FlightError) || error.answered;
    }
  }

  /** Replaces a lent server that has ended. Resolves to whether there is a server again. */
  async replaceLent(): Promise<boolean> {
    if (this.lent === undefined || this.lentSettings === undefined) {
      return false;
    }
    await worker.distrust(this.lent.address);
    await this.borrow(this.lentSettings);
    return true;
  }

  /** The server of that name. Throws an Error for an unknown name. */
  named(name: string): OwnedServer {
    const server = this.several.get(name);
    if (server === undefined) {
      throw new Error(`the scenario has no server '${name}'`);
    }
    return server;
  }

  /**
   * Stops or kills the scenario's own server and restarts it on the same files. `ended` is called in between.
   */
  async restart(
    changes: Partial<ServerSettings>,
    end: 'stop' | 'kill',
    ended: () => Promise<void>,
  ): Promise<void> {
    const server = this.owned;
    if (server === undefined) {
      throw new Error('the scenario has no server of its own to restart');
    }
    await server[end]();
    await ended();
    this.owned = await mustStart({ ...server.settings, ...changes }, server.restart(changes));
  }

  /** The facts about the server, by their names in scenarios. */
  facts(): Record<string, PlainValue> {
    const { tls, port, schema } = this.address;
    const server = this.owned ?? this.lent;
    return {
      home: schema === undefined ? '' : `${schema}.`,
      'server.port': port,
      'server.tls': tls !== undefined,
      'server.mtls': tls?.clientCertificate !== undefined,
      'server.client': tls?.clientName ?? null,
      'server.folder': server?.folder ?? null,
      // The default path of the records.
      'server.records':
        server === undefined ? null : join(server.folder, 'gizmosql_instrumentation.db'),
      'server.database': server?.paths.database ?? null,
      'server.certificate': server?.paths.certificate ?? null,
      'server.key': server?.paths.key ?? null,
      'server.client-authority': server?.paths.clientAuthority ?? null,
    };
  }

  async disposeSeveral(): Promise<void> {
    await Promise.all([...this.several.values()].map((server) => server.dispose()));
  }

  /**
   * Stops the scenario's own server, or discards the shared or lent one if `harmed`, and removes the folder.
   */
  async dispose({ harmed }: { harmed: boolean }): Promise<void> {
    if (this.owned !== undefined) {
      await this.owned.dispose();
    } else if (harmed) {
      await worker.distrust(this.address);
    }
    removeTemporaryFolder(this.ownFolder ?? '');
  }

  private startOne(settings: ServerSettings): Promise<OwnedServer> {
    const offered = this.offered(settings);
    return mustStart(offered, this.target.start(offered));
  }

  /** The settings without instrumentation if the server's edition lacks it. */
  private offered(settings: ServerSettings): ServerSettings {
    return this.lacks.instrumentation === undefined
      ? settings
      : { ...settings, instrumentation: 'default' };
  }
}

/** Waits for all, so that none continues after another one fails. */
export async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

/** A server that starts but does not serve breaks a requirement, because its settings are documented. */
async function mustStart(
  settings: ServerSettings,
  starting: Promise<OwnedServer>,
): Promise<OwnedServer> {
  try {
    return await starting;
  } catch (error) {
    throw error instanceof ServerNotStarted
      ? new PromiseBroken(
          'the server starts',
          `a start with the settings ${shownSettings(settings)}`,
          error.message,
          { cause: error },
        )
      : error;
  }
}
