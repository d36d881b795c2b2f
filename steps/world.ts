import { randomUUID } from 'node:crypto';
import { World as CucumberWorld } from '@cucumber/cucumber';
import type { IWorldOptions } from '@cucumber/cucumber';
import { valueText } from './client/plain-value.js';
import type { PlainValue } from './client/plain-value.js';
import type { ResultTable } from './client/result-table.js';
import { EvidenceLog } from './evidence.js';
import { fillIn } from './expectation.js';
import { Session } from './session.js';
import { PromiseBroken } from './promise-broken.js';
import { findTarget } from './targets/find-target.js';
import { ServerNotStarted } from './targets/launch.js';
import { makeTemporaryFolder, removeTemporaryFolder } from './targets/temporary-folder.js';
import type {
  OwnedServer,
  Role,
  ServerAddress,
  ServerSettings,
  Target,
  TargetSettings,
} from './targets/target.js';

/** What the runner tells the scenarios; plain JSON. */
export interface SuiteParameters {
  readonly target: TargetSettings;
  /** The server that all scenarios share which ask for none of their own. */
  readonly shared: ServerAddress;
  readonly seed: number;
  /** How long a record may take to become visible. */
  readonly visibilityMs?: number;
  /** How long the server may take to answer a call. */
  readonly timeoutMs?: number;
}

/** How a scenario wants a session, beyond its role. */
export interface SessionWishes {
  readonly userAgent?: string;
  /** Log in as this user, by a login made for it; needs a server of one's own. */
  readonly user?: string;
  /** Sends nothing of the suite's own, so its ids are not remembered. */
  readonly silent?: boolean;
}

const targets = new Map<string, Target>();

/** Gives up the targets of this worker, once no scenario is left to it. */
export function disposeTargets(): void {
  for (const target of targets.values()) {
    target.dispose?.();
  }
  targets.clear();
}

/**
 * What a scenario owns: its sessions by name, perhaps a server, the values it
 * remembers, and the evidence of all it sent. Nothing outlives the scenario.
 */
export class World extends CucumberWorld<SuiteParameters> {
  readonly evidence = new EvidenceLog();
  /** Different in every scenario: for the names of tables. */
  readonly unique = randomUUID().replaceAll('-', '').slice(0, 12);
  /** The id of records that no server made. */
  private readonly forged = randomUUID();
  readonly visibilityMs: number;
  private readonly timeoutMs: number;
  private readonly sessions = new Map<string, Session>();
  private readonly endings: string[] = [];
  private readonly remembered = new Map<string, PlainValue>();
  private owned: OwnedServer | undefined;
  private ownFolder: string | undefined;
  private watcher: Session | undefined;
  private lastSession: Session | undefined;

  constructor(options: IWorldOptions<SuiteParameters>) {
    super(options);
    this.visibilityMs = this.parameters.visibilityMs ?? 10_000;
    this.timeoutMs = this.parameters.timeoutMs ?? 30_000;
  }

  /** Where servers come from in this run. */
  get target(): Target {
    const key = JSON.stringify(this.parameters.target);
    const target = targets.get(key) ?? findTarget(this.parameters.target);
    targets.set(key, target);
    return target;
  }

  /** The server the scenario talks to: its own, or else the shared one. */
  get address(): ServerAddress {
    return this.owned?.address ?? this.parameters.shared;
  }

  /** The scenario's own server. */
  get server(): OwnedServer {
    if (this.owned === undefined) {
      throw new Error('the scenario has no server of its own');
    }
    return this.owned;
  }

  /** Starts a server for this scenario only. */
  async startServer(settings: ServerSettings): Promise<void> {
    this.owned = await mustStart(settings, this.target.start(settings));
  }

  /** A folder on this machine for the scenario only, empty at first. */
  get folder(): string {
    this.ownFolder ??= makeTemporaryFolder();
    return this.ownFolder;
  }

  /** Ends the scenario's server and starts it again on the same files; its sessions are over. */
  async restartServer(
    changes: Partial<ServerSettings> = {},
    end: 'stop' | 'kill' = 'stop',
  ): Promise<void> {
    const server = this.server;
    await server[end]();
    for (const session of this.allSessions()) {
      session.usable = false;
      session.client.close();
    }
    this.watcher = undefined;
    this.owned = await mustStart({ ...server.settings, ...changes }, server.restart(changes));
  }

  /** Opens a session; a later one of the same name takes its place. */
  async openSession(name: string, role: Role, wishes: SessionWishes = {}): Promise<Session> {
    const session = await this.connect(name, role, wishes);
    await this.sessions.get(name)?.dispose();
    this.sessions.set(name, session);
    const { address, settings } = session;
    const tlsProtocol = address.tls?.clientCertificate === undefined ? 'tls' : 'mtls';
    this.remember(`${name}.user`, settings.user);
    this.remember(`${name}.role`, role);
    this.remember(`${name}.agent`, settings.userAgent);
    this.remember(`${name}.login`, settings.username === 'token' ? 'BootstrapToken' : 'Basic');
    this.remember(`${name}.protocol`, address.tls === undefined ? 'plaintext' : tlsProtocol);
    if (wishes.silent !== true) {
      const [id, instance] = await session.ask(
        'SELECT GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE()',
      );
      this.remember(name, id ?? null);
      this.remember(`${name}.instance`, instance ?? null);
    }
    return session;
  }

  /** The session of that name. The scenario's last answer is its, from now on. */
  session(name: string): Session {
    const session = this.sessions.get(name);
    if (session === undefined) {
      throw new Error(`the scenario has no session '${name}'`);
    }
    this.lastSession = session;
    return session;
  }

  /** The session that answered last. */
  get answering(): Session {
    if (this.lastSession?.last === undefined) {
      throw new Error('the scenario has sent nothing yet');
    }
    return this.lastSession;
  }

  /** Looks at the instrumentation as an admin that takes no other part in the scenario. */
  async look(sql: string): Promise<ResultTable> {
    this.watcher ??= await this.connect('(the suite)', 'admin', {});
    return this.watcher.succeed(sql, (client) => client.query(sql), { looking: true });
  }

  /** A statement of the suite's own in the session, or beside it when it is over. */
  async ask(session: Session, select: string): Promise<void> {
    await (session.usable ? session.ask(select) : this.look(select));
  }

  /** Makes a table in the main database, gone with the scenario. */
  async makeTable(session: Session, name: string, columns: string): Promise<void> {
    this.endWith(`DROP TABLE IF EXISTS ${name}`);
    const sql = `CREATE TABLE ${name} (${columns})`;
    await session.succeed(sql, (client) => client.query(sql));
  }

  /** Has an admin execute this once the scenario's sessions are over, the latest first. */
  endWith(sql: string): void {
    this.endings.unshift(sql);
  }

  remember(name: string, value: PlainValue): void {
    this.remembered.set(name, value);
  }

  /** What `${name}` stands for: a remembered value, or a fact of the server or the scenario. */
  readonly recall = (name: string): PlainValue => {
    const value = this.remembered.get(name) ?? this.facts()[name];
    if (value === undefined) {
      throw new Error(`the scenario remembers no '${name}'`);
    }
    return value;
  };

  /** A text of the scenario with its `${name}`s filled in. */
  fill(text: string): string {
    return fillIn(text, (name) => valueText(this.recall(name)));
  }

  /** Ends everything the scenario began. */
  async dispose(): Promise<void> {
    // Sessions first: an open transaction would hold on to what is to go.
    await Promise.all([...this.sessions.values()].map((session) => session.dispose()));
    for (const sql of this.endings) {
      // The scenario is over and judged: a server that won't tidy up changes nothing.
      await this.look(sql).catch(() => undefined);
    }
    await this.watcher?.dispose();
    await this.owned?.dispose();
    removeTemporaryFolder(this.ownFolder ?? '');
  }

  private allSessions(): Session[] {
    return [...this.sessions.values(), ...(this.watcher === undefined ? [] : [this.watcher])];
  }

  private async connect(name: string, role: Role, wishes: SessionWishes): Promise<Session> {
    const credentials =
      wishes.user === undefined
        ? this.address.credentials[role]
        : await this.server.login(wishes.user, role);
    if (credentials === undefined) {
      throw new Error(`the target has no login for the role ${role}`);
    }
    const { username, password, user = username } = credentials;
    const userAgent = wishes.userAgent ?? `gizmosql-conformance/${this.unique}`;
    const settings = { name, role, username, password, user, userAgent, timeoutMs: this.timeoutMs };
    return Session.open(settings, this.address, this.evidence);
  }

  private facts(): Partial<Record<string, PlainValue>> {
    const { tls, port } = this.address;
    const paths = this.owned?.paths;
    return {
      unique: this.unique,
      forged: this.forged,
      'server.port': port,
      'server.tls': tls !== undefined,
      'server.mtls': tls?.clientCertificate !== undefined,
      'server.client': tls?.clientName ?? null,
      'server.folder': this.owned?.folder ?? null,
      'server.database': paths?.database ?? null,
      'server.certificate': paths?.certificate ?? null,
      'server.key': paths?.key ?? null,
      'server.client-authority': paths?.clientAuthority ?? null,
    };
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
          `a start with the settings ${JSON.stringify(settings)}`,
          error.message,
          { cause: error },
        )
      : error;
  }
}
