import type { ResultTable } from '../client/result-table.js';
import type { EvidenceLog } from './evidence.js';
import type { Servers } from './servers.js';
import { Session } from './session.js';
import type { Sessions } from './sessions.js';
import { worker } from './worker.js';

/** An admin session that reads the records and does nothing else in the scenario. */
export class Watcher {
  private watching: Promise<Session> | undefined;

  constructor(
    private readonly servers: Servers,
    private readonly sessions: Sessions,
    private readonly evidence: EvidenceLog,
  ) {}

  /** The rows of a query. PromiseBroken if it is refused. */
  async look(sql: string): Promise<ResultTable> {
    const look = async (): Promise<ResultTable> => {
      const session = await this.session();
      return session.succeed(sql, (client) => client.query(sql), { looking: true });
    };
    try {
      return await look();
    } catch (error) {
      if (this.servers.isOwn) {
        throw error;
      }
      // The server may have ended the session between scenarios, for instance because it was idle.
      await worker.dropWatcher(this.servers.address);
      this.watching = undefined;
      return look();
    }
  }

  /** The session that reads. Its client stays the same as long as it reads from the same, unharmed server. */
  session(): Promise<Session> {
    this.watching ??= this.watch();
    return this.watching;
  }

  /** Drops the connection after the server has ended. */
  async cutOff(): Promise<void> {
    (await this.watching)?.cutOff();
    this.watching = undefined;
  }

  /** Ends the session if the scenario owns the server. On other servers it is kept. */
  async dispose(): Promise<void> {
    if (this.servers.isOwn) {
      await (await this.watching?.catch(() => undefined))?.dispose();
    }
  }

  private async watch(): Promise<Session> {
    const { address } = this.servers;
    const settings = await this.sessions.settings('(the suite)', 'admin', address);
    const open = () => Session.open(settings, address, this.evidence);
    if (this.servers.isOwn) {
      return open();
    }
    const client = await worker.watcher(address, async () => (await open()).client);
    return Session.over(client, settings, address, this.evidence);
  }
}
