import { valueText } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { EvidenceLog } from './evidence.js';
import type { Lacks } from './lacks.js';
import type { Memory } from './memory.js';
import type { Servers } from './servers.js';
import { Session } from './session.js';
import type { SessionSettings } from './conversation.js';
import type { Role, ServerAddress } from '../targets/target.js';

/** Options of a session besides its role. */
export interface SessionWishes {
  readonly userAgent?: string;
  /** Logs in as this user with a login made for it; requires the scenario's own server. */
  readonly user?: string;
  /** Sends no statements of the suite's own, so its ids are not remembered. */
  readonly silent?: boolean;
  /** The named server to connect to. */
  readonly server?: string;
  /** The deadline in milliseconds of its calls; the run's setting by default, if that is not shorter. */
  readonly timeoutMs?: number;
}

/** The sessions of a scenario by name. */
export class Sessions {
  private readonly open = new Map<string, Session>();
  private lastNamed: Session | undefined;
  /** Whether statements about what the server does not offer are sent all the same: it must refuse them. */
  sendsAll = false;

  constructor(
    private readonly servers: Servers,
    private readonly memory: Memory,
    private readonly evidence: EvidenceLog,
    private readonly options: {
      readonly timeoutMs: number;
      readonly lacks: Lacks;
      /** Is told the id of each session. */
      readonly opened: (id: string) => void;
    },
  ) {}

  /**
   * Opens a session; it replaces an earlier one of the same name. Remembers its ids and user under its name.
   */
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

  /** The session named like the role; opened at the first use. */
  async ofRole(role: Role): Promise<Session> {
    const session = this.open.get(role);
    return session?.usable === true ? session : this.start(role, role);
  }

  /** Ends the sessions named like roles. The next use opens a new one. */
  async endThoseOfRoles(): Promise<void> {
    for (const role of ['admin', 'user', 'readonly'] as const) {
      await this.open.get(role)?.dispose();
      this.open.delete(role);
    }
  }

  /** The session of that name. Its last answer becomes the scenario's. */
  named(name: string): Session {
    const session = this.open.get(name);
    if (session === undefined) {
      throw new Error(`the scenario has no session '${name}'`);
    }
    this.lastNamed = session;
    return session;
  }

  /** The session whose answer is the scenario's last one. */
  get answering(): Session {
    if (this.lastNamed?.last === undefined) {
      throw new Error('the scenario has sent nothing yet');
    }
    return this.lastNamed;
  }

  /** Drops all connections after the server has ended. */
  cutOff(): void {
    for (const session of this.open.values()) {
      session.cutOff();
    }
  }

  /** The ids of the sessions that may leave a query running, as far as they are known. */
  get idsOfBusy(): PlainValue[] {
    const busy = [...this.open.values()].filter(({ mayBeBusy }) => mayBeBusy);
    return busy.map(({ id }) => id).filter((id) => id !== null);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.open.values()].map((session) => session.dispose()));
  }

  /** The settings for a session of that role. Throws an Error if the target has no login for it. */
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
    const { timeoutMs: longest } = this.options;
    const lacks = this.sendsAll ? {} : this.options.lacks;
    const timeoutMs = Math.min(longest, wishes.timeoutMs ?? longest);
    return { name, role, username, password, user, userAgent, lacks, timeoutMs };
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
      session.id = id ?? null;
      this.options.opened(valueText(id ?? null));
      this.memory.remember(`${name}.instance`, instance ?? null);
    }
  }
}
