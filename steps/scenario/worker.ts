import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { CatalogDatabases } from '../../fixtures/surroundings/catalog-databases.js';
import { ObjectStores } from '../../fixtures/surroundings/object-store.js';
import { findTarget } from '../targets/find-target.js';
import { SharedServer } from './shared-server.js';
import type {
  OwnedServer,
  ServerAddress,
  ServerSettings,
  Target,
  TargetSettings,
} from '../targets/target.js';

/**
 * The resources that the scenarios of one worker share one after the other: targets, lent servers, catalog
 * databases, and the watching clients of servers that outlive a scenario. A scenario reports what it may have
 * harmed, and later scenarios do not get it.
 */
class Worker {
  readonly catalogDatabases = new CatalogDatabases();
  readonly objectStores = new ObjectStores();
  readonly shared = new SharedServer();
  private readonly targets = new Map<string, Target>();
  private readonly lent = new Map<string, Promise<OwnedServer>>();
  private readonly watchers = new Map<string, Promise<FlightSqlClient>>();

  target(settings: TargetSettings): Target {
    const key = JSON.stringify(settings);
    const target = this.targets.get(key) ?? findTarget(settings);
    this.targets.set(key, target);
    return target;
  }

  /** A server with these settings; started if there is none. */
  async lend(target: Target, settings: ServerSettings): Promise<OwnedServer> {
    const key = JSON.stringify(settings);
    const server = this.lent.get(key) ?? target.start(settings);
    this.lent.set(key, server);
    try {
      return await server;
    } catch (error) {
      this.lent.delete(key);
      throw error;
    }
  }

  /** The watching client of a server; connected with `connect` if there is none. */
  async watcher(
    address: ServerAddress,
    connect: () => Promise<FlightSqlClient>,
  ): Promise<FlightSqlClient> {
    const key = placeOf(address);
    const watcher = this.watchers.get(key) ?? connect();
    this.watchers.set(key, watcher);
    try {
      return await watcher;
    } catch (error) {
      this.watchers.delete(key);
      throw error;
    }
  }

  /** Disconnects the watching client of a server. */
  async dropWatcher(address: ServerAddress): Promise<void> {
    const key = placeOf(address);
    const watcher = this.watchers.get(key);
    this.watchers.delete(key);
    await end(watcher);
  }

  /**
   * Discards what a scenario may have harmed: the watching client of a server, and the server if it was lent.
   */
  async distrust(address: ServerAddress): Promise<void> {
    await this.dropWatcher(address);
    const key = placeOf(address);
    for (const [settings, lent] of this.lent) {
      const server = await lent.catch(() => undefined);
      if (server !== undefined && placeOf(server.address) === key) {
        this.lent.delete(settings);
        await server.dispose();
      }
    }
  }

  /** Releases everything, after the last scenario of this worker. */
  async dispose(): Promise<void> {
    await Promise.all([...this.watchers.values()].map(end));
    this.watchers.clear();
    const lent = await Promise.allSettled(this.lent.values());
    this.lent.clear();
    for (const server of lent) {
      if (server.status === 'fulfilled') {
        await server.value.dispose();
      }
    }
    await this.catalogDatabases.dispose();
    await this.objectStores.dispose();
    for (const target of this.targets.values()) {
      target.dispose?.();
    }
    this.targets.clear();
  }
}

export const worker = new Worker();

async function end(watcher: Promise<FlightSqlClient> | undefined): Promise<void> {
  const client = await watcher?.catch(() => undefined);
  // A failure to close the suite's own session is not judged.
  await client?.closeSession().catch(() => undefined);
  client?.close();
}

function placeOf({ host, port }: ServerAddress): string {
  return `${host}:${port}`;
}
