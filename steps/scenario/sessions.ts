import type { EvidenceLog } from './evidence.js';
import type { Lacks } from './lacks.js';
import type { Memory } from './memory.js';
import type { Servers } from './servers.js';
import { Session } from './session.js';
import type { SessionSettings } from './conversation.js';
import type { Role, ServerAddress } from '../targets/target.js';

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

/** The sessions of a scenario, by the names that it gives them. */
export class Sessions {
  private readonly open = new Map<string, Session>();
  private lastNamed: Session | undefined;

  constructor(
    private readonly servers: Servers,
    private readonly memory: Memory,
    private readonly evidence: EvidenceLog,
    private readonly options: { readonly timeoutMs: number; readonly lacks: Lacks },
  ) {}

  /** Opens a session; a later one of the same name takes its place. Remembers who it is by its name. */
  async start(name: string, role: Role, wishes: SessionWishes = {}): Promise<Session> {
    const { server } = wishes;
    const at = server === undefined ? this.servers.address : this.servers.named(server).address;
    const session = await Session.open(
      await this.settings(name, role, at, wishes),
      at,
      this.evidence,
    );
    await this.open.get(name)?.dispose();
    this.open.set(name, session);
    await this.remember(session, wishes);
    return session;
  }

  /** A session of that role, named like it: opened when it is first asked for. */
  async ofRole(role: Role): Promise<Session> {
    const session = this.open.get(role);
    return session?.usable === true ? session : this.start(role, role);
  }

  /** Ends those sessions; who asks for one again gets a new one. */
  async endThoseOfRoles(): Promise<void> {
    for (const role of ['admin', 'user', 'readonly'] as const) {
      await this.open.get(role)?.dispose();
      this.open.delete(role);
    }
  }

  /** The session of that name. The scenario's last answer is its, from now on. */
  named(name: string): Session {
    const session = this.open.get(name);
    if (session === undefined) {
      throw new Error(`the scenario has no session '${name}'`);
    }
    this.lastNamed = session;
    return session;
  }

  /** The session that answered last. */
  get answering(): Session {
    if (this.lastNamed?.last === undefined) {
      throw new Error('the scenario has sent nothing yet');
    }
    return this.lastNamed;
  }

  /** Drops all connections: the server has ended. */
  cutOff(): void {
    for (const session of this.open.values()) {
      session.cutOff();
    }
  }

  /** Ends all of them. */
  async dispose(): Promise<void> {
    await Promise.all([...this.open.values()].map((session) => session.dispose()));
  }

  /** With what a session of that role is opened; throws an Error where the target has no login for it. */
  async settings(
    name: string,
    role: Role,
    address: ServerAddress,
    wishes: SessionWishes = {},
  ): Promise<SessionSettings> {
    const credentials =
      wishes.user === undefined
        ? address.credentials[role]
        : await this.servers.exclusive.login(wishes.user, role);
    if (credentials === undefined) {
      throw new Error(`the target has no login for the role ${role}`);
    }
    const { username, password, user = username } = credentials;
    const userAgent = wishes.userAgent ?? `gizmosql-conformance/${this.memory.unique}`;
    return { name, role, username, password, user, userAgent, ...this.options };
  }

  private async remember(session: Session, wishes: SessionWishes): Promise<void> {
    const { address, settings } = session;
    const { name, role, user, userAgent, username } = settings;
    const tlsProtocol = address.tls?.clientCertificate === undefined ? 'tls' : 'mtls';
    this.memory.remember(`${name}.user`, user);
    this.memory.remember(`${name}.role`, role);
    this.memory.remember(`${name}.agent`, userAgent);
    this.memory.remember(`${name}.login`, username === 'token' ? 'BootstrapToken' : 'Basic');
    this.memory.remember(`${name}.protocol`, address.tls === undefined ? 'plaintext' : tlsProtocol);
    if (wishes.silent !== true) {
      const [id, instance] = await session.ask(
        'SELECT GIZMOSQL_CURRENT_SESSION(), GIZMOSQL_CURRENT_INSTANCE()',
      );
      this.memory.remember(name, id ?? null);
      this.memory.remember(`${name}.instance`, instance ?? null);
    }
  }
}
