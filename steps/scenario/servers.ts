import { join } from 'node:path';
import type { PlainValue } from '../client/plain-value.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Lacks } from './lacks.js';
import { shownSettings } from './server-settings.js';
import { ServerNotStarted } from '../targets/launch.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../targets/temporary-folder.js';
import type { OwnedServer, ServerAddress, ServerSettings, Target } from '../targets/target.js';
import { worker } from './worker.js';

/** The servers of a scenario: the one it talks to, and others beside it. */
export class Servers {
  private owned: OwnedServer | undefined;
  private lent: OwnedServer | undefined;
  /** Beside the one that it talks to: by the names that the scenario gives them. */
  private readonly several = new Map<string, OwnedServer>();
  private ownFolder: string | undefined;

  constructor(
    /** Where servers come from in this run. */
    readonly target: Target,
    private readonly shared: ServerAddress,
    private readonly lacks: Lacks,
  ) {}

  /** The server the scenario talks to: its own, one lent to it, or else the one that all share. */
  get address(): ServerAddress {
    return (this.owned ?? this.lent)?.address ?? this.shared;
  }

  /** The scenario's own server, or the one lent to it; throws an Error when there is none. */
  get exclusive(): OwnedServer {
    const server = this.owned ?? this.lent;
    if (server === undefined) {
      throw new Error('the scenario has no server to itself');
    }
    return server;
  }

  /** Whether the scenario started the server that it talks to. */
  get isOwn(): boolean {
    return this.owned !== undefined;
  }

  /** A folder on this machine for the scenario only, empty at first. */
  get folder(): string {
    this.ownFolder ??= makeTemporaryFolder();
    return this.ownFolder;
  }

  /** Starts a server for this scenario only. */
  async start(settings: ServerSettings): Promise<void> {
    this.owned = await this.startOne(settings);
  }

  /**
   * Has a server of these settings to itself for as long as the scenario lasts.
   * Others had it before and will have it later, so it is not to be restarted.
   */
  async borrow(settings: ServerSettings): Promise<void> {
    const offered = this.offered(settings);
    this.lent = await mustStart(offered, worker.lend(this.target, offered));
  }

  /**
   * Starts servers of the same settings, known by names. The first one starts
   * alone: what they share may have to be set up.
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

  /** That one of several servers; throws an Error for an unknown name. */
  named(name: string): OwnedServer {
    const server = this.several.get(name);
    if (server === undefined) {
      throw new Error(`the scenario has no server '${name}'`);
    }
    return server;
  }

  /** Ends the scenario's own server and starts it again on the same files; `ended` is called in between. */
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

  /** What scenarios may ask about the server, by the names they use. */
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
      // Where the records are unless a setting says otherwise.
      'server.records':
        server === undefined ? null : join(server.folder, 'gizmosql_instrumentation.db'),
      'server.database': server?.paths.database ?? null,
      'server.certificate': server?.paths.certificate ?? null,
      'server.key': server?.paths.key ?? null,
      'server.client-authority': server?.paths.clientAuthority ?? null,
    };
  }

  /** Ends those that go by names. */
  async disposeSeveral(): Promise<void> {
    await Promise.all([...this.several.values()].map((server) => server.dispose()));
  }

  /** Ends the scenario's own server, or gives up the shared or lent one if it may be harmed; empties the folder. */
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

  /** These settings, without asking for instrumentation where the server's edition has none. */
  private offered(settings: ServerSettings): ServerSettings {
    return this.lacks.instrumentation === undefined
      ? settings
      : { ...settings, instrumentation: 'default' };
  }
}

/** Waits for all, so that none goes on unknown when another one fails. */
export async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

/** A server that runs and won't serve breaks a promise: what it was asked for is documented. */
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
