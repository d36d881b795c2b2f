import { World as CucumberWorld } from '@cucumber/cucumber';
import type { IWorldOptions } from '@cucumber/cucumber';
import type { ResultTable } from '../client/result-table.js';
import type { ServerAddress, ServerSettings, TargetSettings } from '../targets/target.js';
import { EvidenceLog } from './evidence.js';
import type { Lacks } from './lacks.js';
import { Memory } from './memory.js';
import { Servers } from './servers.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.js';
import { Watcher } from './watcher.js';
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

/**
 * What a scenario owns: servers, sessions, a memory, somebody who looks at the records, and the
 * evidence of all it sent. Nothing of that outlives the scenario.
 */
export class World extends CucumberWorld<SuiteParameters> {
  readonly evidence = new EvidenceLog();
  readonly visibilityMs: number;
  readonly propertyRuns: number;
  readonly shrinkMs: number;
  readonly servers: Servers;
  readonly memory: Memory;
  readonly sessions: Sessions;
  readonly watcher: Watcher;
  private readonly endings: string[] = [];

  constructor(options: IWorldOptions<SuiteParameters>) {
    super(options);
    const { target, shared, lacks = {}, timeoutMs = 30_000 } = this.parameters;
    this.visibilityMs = this.parameters.visibilityMs ?? 10_000;
    this.propertyRuns = this.parameters.propertyRuns ?? 30;
    // Not for ever: a server that hangs must not hold up the run.
    this.shrinkMs = this.parameters.shrinkMs ?? 15_000;
    this.servers = new Servers(worker.target(target), shared, lacks);
    this.memory = new Memory(shared.instrumentation, () => this.servers.facts());
    this.sessions = new Sessions(this.servers, this.memory, this.evidence, { timeoutMs, lacks });
    this.watcher = new Watcher(this.servers, this.sessions, this.evidence);
  }

  /** The session of that name. The scenario's last answer is its, from now on. */
  session(name: string): Session {
    return this.sessions.named(name);
  }

  /** A text of the scenario with its `${name}`s filled in. */
  fill(text: string): string {
    return this.memory.fill(text);
  }

  /** Looks at the records as an admin that takes no other part in the scenario. */
  look(sql: string): Promise<ResultTable> {
    return this.watcher.look(this.memory.inCatalog(sql));
  }

  /** A statement of the suite's own in the session, or beside it when it is over. */
  async ask(session: Session, select: string): Promise<void> {
    await (session.usable ? session.ask(select) : this.look(select));
  }

  /** Makes a table in the main database, gone with the scenario. */
  async makeTable(session: Session, name: string, columns: string): Promise<void> {
    this.endWith(`DROP TABLE IF EXISTS ${name}`);
    const sql = `CREATE TABLE ${name} (${columns})`;
    await session.execute(sql);
  }

  /** Has an admin execute this once the scenario's sessions are over, the latest first. */
  endWith(sql: string): void {
    this.endings.unshift(sql);
  }

  /** Ends the scenario's own server and starts it again on the same files; its sessions are over. */
  async restartServer(
    changes: Partial<ServerSettings> = {},
    end: 'stop' | 'kill' = 'stop',
  ): Promise<void> {
    await this.servers.restart(changes, end, async () => {
      this.sessions.cutOff();
      await this.watcher.cutOff();
    });
  }

  /** Ends everything the scenario began; what it shared goes, too, if it may be harmed. */
  async dispose({ harmed }: { harmed: boolean }): Promise<void> {
    // Sessions first: an open transaction would hold on to what is to go.
    await this.sessions.dispose();
    for (const sql of this.endings) {
      // The scenario is over and judged: a server that won't tidy up changes nothing.
      await this.look(sql).catch(() => undefined);
    }
    await this.servers.disposeSeveral();
    await this.watcher.dispose();
    await this.servers.dispose({ harmed });
  }
}
