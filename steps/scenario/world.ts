import { randomUUID } from 'node:crypto';
import { World as CucumberWorld } from '@cucumber/cucumber';
import type { IWorldOptions } from '@cucumber/cucumber';
import { valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import { EvidenceLog } from './evidence.js';
import { fillIn } from './expectation.js';
import { nameCatalog } from './instrumentation-catalog.js';
import type { Lacks } from './lacks.js';
import { Session } from './session.js';
import type { SessionSettings } from './session.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import { shownSettings } from './server-settings.js';
import { ServerNotStarted } from '../targets/launch.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../targets/temporary-folder.js';
import type {
  OwnedServer,
  Role,
  ServerAddress,
  ServerSettings,
  Target,
  TargetSettings,
} from '../targets/target.js';
import { worker } from './worker.js';

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
  /** How many generated cases each property tries. */
  readonly propertyRuns?: number;
  /** How long a counter-example is made smaller. */
  readonly shrinkMs?: number;
  /** What the shared server says that it lacks; others of the target are like it. */
  readonly lacks?: Lacks;
}

/** How a scenario wants a session, beyond its role. */
export interface SessionWishes {
  readonly userAgent?: string;
  /** Log in as this user, by a login made for it; needs a server of one's own. */
  readonly user?: string;
  /** Sends nothing of the suite's own, so its ids are not remembered. */
  readonly silent?: boolean;
  /** On this one of several servers. */
  readonly server?: string;
}

/**
 * What a scenario owns: its sessions by name, perhaps a server, the values it
 * remembers, and the evidence of all it sent. Nothing of that outlives the scenario.
 */
export class World extends CucumberWorld<SuiteParameters> {
  readonly evidence = new EvidenceLog();
  /** Different in every scenario: for the names of tables. */
  readonly unique = randomUUID().replaceAll('-', '').slice(0, 12);
  /** The id of records that no server made. */
  private readonly forged = randomUUID();
  readonly visibilityMs: number;
  readonly propertyRuns: number;
  readonly shrinkMs: number;
  private readonly timeoutMs: number;
  private readonly lacks: Lacks;
  private readonly sessions = new Map<string, Session>();
  private readonly endings: string[] = [];
  private readonly remembered = new Map<string, PlainValue>();
  private owned: OwnedServer | undefined;
  private lent: OwnedServer | undefined;
  /** Beside the one that it talks to: by the names that the scenario gives them. */
  private readonly several = new Map<string, OwnedServer>();
  private ownFolder: string | undefined;
  private watching: Promise<Session> | undefined;
  private lastSession: Session | undefined;

  constructor(options: IWorldOptions<SuiteParameters>) {
    super(options);
    this.visibilityMs = this.parameters.visibilityMs ?? 10_000;
    this.timeoutMs = this.parameters.timeoutMs ?? 30_000;
    this.propertyRuns = this.parameters.propertyRuns ?? 30;
    // Not for ever: a server that hangs must not hold up the run.
    this.shrinkMs = this.parameters.shrinkMs ?? 15_000;
    this.lacks = this.parameters.lacks ?? {};
  }

  /** Where servers come from in this run. */
  get target(): Target {
    return worker.target(this.parameters.target);
  }

  /** The server the scenario talks to: its own, one lent to it, or else the one that all share. */
  get address(): ServerAddress {
    return (this.owned ?? this.lent)?.address ?? this.parameters.shared;
  }

  /** The scenario's own server, or the one lent to it. */
  get server(): OwnedServer {
    const server = this.owned ?? this.lent;
    if (server === undefined) {
      throw new Error('the scenario has no server to itself');
    }
    return server;
  }

  /** These settings, without asking for instrumentation where the server's edition has none. */
  private offered(settings: ServerSettings): ServerSettings {
    return this.lacks.instrumentation === undefined
      ? settings
      : { ...settings, instrumentation: 'default' };
  }

  /** Starts a server for this scenario only. */
  async startServer(settings: ServerSettings): Promise<void> {
    const offered = this.offered(settings);
    this.owned = await mustStart(offered, this.target.start(offered));
  }

  /**
   * Has a server of these settings to itself for as long as the scenario lasts.
   * Others had it before and will have it later, so it is not to be restarted.
   */
  async borrowServer(settings: ServerSettings): Promise<void> {
    const offered = this.offered(settings);
    this.lent = await mustStart(offered, worker.lend(this.target, offered));
  }

  /**
   * Starts servers of the same settings, known by names. The first one starts
   * alone: what they share may have to be set up.
   */
  async startServers([first, ...others]: readonly string[], settings: ServerSettings) {
    const start = async (name: string): Promise<void> => {
      const offered = this.offered(settings);
      this.several.set(name, await mustStart(offered, this.target.start(offered)));
    };
    if (first !== undefined) {
      await start(first);
      await allSettled(others.map(start));
    }
  }

  /** That one of several servers. */
  serverNamed(name: string): OwnedServer {
    const server = this.several.get(name);
    if (server === undefined) {
      throw new Error(`the scenario has no server '${name}'`);
    }
    return server;
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
    const server = this.owned;
    if (server === undefined) {
      throw new Error('the scenario has no server of its own to restart');
    }
    await server[end]();
    const watcher = await this.watching;
    for (const session of [
      ...this.sessions.values(),
      ...(watcher === undefined ? [] : [watcher]),
    ]) {
      session.usable = false;
      session.client.close();
    }
    this.watching = undefined;
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

  /** A session of that role, named like it: opened when it is first asked for. */
  async sessionOf(role: Role): Promise<Session> {
    const session = this.sessions.get(role);
    return session?.usable === true ? session : this.openSession(role, role);
  }

  /** Ends those sessions; who asks for one again gets a new one. */
  async endSessionsOfRoles(): Promise<void> {
    for (const role of ['admin', 'user', 'readonly'] as const) {
      await this.sessions.get(role)?.dispose();
      this.sessions.delete(role);
    }
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
  async look(text: string): Promise<ResultTable> {
    const sql = this.inCatalog(text);
    const look = async (): Promise<ResultTable> => {
      const watcher = await this.watcher();
      return watcher.succeed(sql, (client) => client.query(sql), { looking: true });
    };
    try {
      return await look();
    } catch (error) {
      if (this.owned !== undefined) {
        throw error;
      }
      // It may have been ended between scenarios, for having been idle, say.
      await worker.dropWatcher(this.address);
      this.watching = undefined;
      return look();
    }
  }

  /** Who looks. Its client is the same for as long as it is known to look at the same, unharmed server. */
  watcher(): Promise<Session> {
    this.watching ??= this.watch();
    return this.watching;
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

  /**
   * What `${name}` stands for: a remembered value, a character that a feature cannot show
   * (`U+000A`), or a fact of the server or the scenario.
   */
  readonly recall = (name: string): PlainValue => {
    // A server may have answered NULL: that is remembered, too.
    const value = this.remembered.has(name)
      ? this.remembered.get(name)
      : (characterNamed(name) ?? this.facts()[name]);
    if (value === undefined) {
      throw new Error(`the scenario remembers no '${name}'`);
    }
    return value;
  };

  /** A text with the catalog that keeps the records by its name in this run. */
  inCatalog(text: string): string {
    return nameCatalog(text, this.parameters.shared.instrumentation);
  }

  /** A text of the scenario with its `${name}`s filled in. */
  fill(text: string): string {
    return fillIn(this.inCatalog(text), (name) => valueText(this.recall(name)));
  }

  /** Ends everything the scenario began; what it shared goes, too, if it may be harmed. */
  async dispose({ harmed }: { harmed: boolean }): Promise<void> {
    // Sessions first: an open transaction would hold on to what is to go.
    await Promise.all([...this.sessions.values()].map((session) => session.dispose()));
    for (const sql of this.endings) {
      // The scenario is over and judged: a server that won't tidy up changes nothing.
      await this.look(sql).catch(() => undefined);
    }
    await Promise.all([...this.several.values()].map((server) => server.dispose()));
    if (this.owned !== undefined) {
      await (await this.watching?.catch(() => undefined))?.dispose();
      await this.owned.dispose();
    } else if (harmed) {
      await worker.distrust(this.address);
    }
    removeTemporaryFolder(this.ownFolder ?? '');
  }

  private async watch(): Promise<Session> {
    const { address, evidence } = this;
    const settings = await this.sessionSettings('(the suite)', 'admin', address);
    const open = () => Session.open(settings, address, evidence);
    if (this.owned !== undefined) {
      return open();
    }
    const client = await worker.watcher(address, async () => (await open()).client);
    return Session.over(client, settings, address, evidence);
  }

  private async connect(name: string, role: Role, wishes: SessionWishes): Promise<Session> {
    const { server } = wishes;
    const address = server === undefined ? this.address : this.serverNamed(server).address;
    const settings = await this.sessionSettings(name, role, address, wishes);
    return Session.open(settings, address, this.evidence);
  }

  private async sessionSettings(
    name: string,
    role: Role,
    address: ServerAddress,
    wishes: SessionWishes = {},
  ): Promise<SessionSettings> {
    const credentials =
      wishes.user === undefined
        ? address.credentials[role]
        : await this.server.login(wishes.user, role);
    if (credentials === undefined) {
      throw new Error(`the target has no login for the role ${role}`);
    }
    const { username, password, user = username } = credentials;
    const userAgent = wishes.userAgent ?? `gizmosql-conformance/${this.unique}`;
    return {
      name,
      role,
      username,
      password,
      user,
      userAgent,
      timeoutMs: this.timeoutMs,
      lacks: this.lacks,
    };
  }

  private facts(): Partial<Record<string, PlainValue>> {
    const { tls, port } = this.address;
    const paths = (this.owned ?? this.lent)?.paths;
    return {
      unique: this.unique,
      home: this.address.schema === undefined ? '' : `${this.address.schema}.`,
      forged: this.forged,
      'server.port': port,
      'server.tls': tls !== undefined,
      'server.mtls': tls?.clientCertificate !== undefined,
      'server.client': tls?.clientName ?? null,
      'server.folder': (this.owned ?? this.lent)?.folder ?? null,
      'server.database': paths?.database ?? null,
      'server.certificate': paths?.certificate ?? null,
      'server.key': paths?.key ?? null,
      'server.client-authority': paths?.clientAuthority ?? null,
    };
  }
}

/** The character of a code point in Unicode's own notation; undefined for another name. */
function characterNamed(name: string): string | undefined {
  const [, hex] = /^U\+([0-9A-F]{4,6})$/.exec(name) ?? [];
  return hex === undefined ? undefined : String.fromCodePoint(parseInt(hex, 16));
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
