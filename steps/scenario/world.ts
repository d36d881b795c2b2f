import { World as CucumberWorld } from '@cucumber/cucumber';
import type { IWorldOptions } from '@cucumber/cucumber';
import { loadCatalogue } from '../../fixtures/catalogue/catalogue.js';
import type { Catalogue } from '../../fixtures/catalogue/catalogue.js';
import { sessionMediaType } from '../../reports/model.js';
import { valueText } from '../client/plain-value.js';
import type { ResultTable } from '../client/result-table.js';
import type { ServerAddress, ServerSettings, TargetSettings } from '../targets/target.js';
import { EvidenceLog } from './evidence.js';
import type { Part } from './ground.js';
import type { Lacks, NotOffered, Untestable } from './lacks.js';
import { Memory } from './memory.js';
import { Servers } from './servers.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.js';
import { Watcher } from './watcher.js';
import { worker } from './worker.js';

const revisions = loadCatalogue();

/** The runner's parameters for the scenarios, as plain JSON. */
export interface SuiteParameters {
  readonly target: TargetSettings;
  /** The server that scenarios share unless they ask for another. */
  readonly shared: ServerAddress;
  readonly seed: number;
  /** The revision of the specification that the server is held to; the newest by default. */
  readonly revision?: string;
  /** The time in milliseconds in which a record must become visible. */
  readonly visibilityMs?: number;
  /** The deadline in milliseconds of each call to the server. */
  readonly timeoutMs?: number;
  /** The number of generated cases of each property. */
  readonly propertyRuns?: number;
  /** The time in milliseconds for shrinking a counter-example. */
  readonly shrinkMs?: number;
  /** The features that the shared server lacks. The target's other servers are assumed to lack them too. */
  readonly lacks?: Lacks;
}

/**
 * The state of one scenario: servers, sessions, remembered values, the watcher of the records, and the
 * evidence. It ends with the scenario.
 */
export class World extends CucumberWorld<SuiteParameters> {
  readonly evidence = new EvidenceLog();
  /** The requirements of the revision that the server is held to. */
  readonly catalogue: Catalogue;
  readonly visibilityMs: number;
  readonly propertyRuns: number;
  readonly shrinkMs: number;
  readonly servers: Servers;
  readonly memory: Memory;
  readonly sessions: Sessions;
  readonly watcher: Watcher;
  /** The part of the scenario that is under way. */
  part: Part = 'action';
  /** Whether it speaks of the connection, and something may stand in that. */
  isIndirect = false;
  /** The first outcome that could not be judged because the server does not offer what it is about. */
  lacking: NotOffered | Untestable | undefined;
  private readonly endings: string[] = [];

  constructor(options: IWorldOptions<SuiteParameters>) {
    super(options);
    const { target, shared, lacks = {}, timeoutMs = 30_000 } = this.parameters;
    this.catalogue = revisions.at(this.parameters.revision ?? revisions.newest);
    this.visibilityMs = this.parameters.visibilityMs ?? 10_000;
    this.propertyRuns = this.parameters.propertyRuns ?? 30;
    // Limited, so that a server that hangs does not block the run.
    this.shrinkMs = this.parameters.shrinkMs ?? 15_000;
    this.servers = new Servers(worker.target(target), shared, lacks);
    this.memory = new Memory(shared.instrumentation, () => this.servers.facts());
    this.sessions = new Sessions(this.servers, this.memory, this.evidence, {
      ...{ timeoutMs, lacks },
      opened: (id) => {
        this.attach(id, sessionMediaType);
      },
    });
    this.watcher = new Watcher(this.servers, this.sessions, this.evidence);
  }

  /** The session of that name. Its last answer becomes the scenario's. */
  session(name: string): Session {
    return this.sessions.named(name);
  }

  /** A text of the scenario with each `${name}` filled in. */
  fill(text: string): string {
    return this.memory.fill(text);
  }

  /** Queries the records as an admin that does nothing else in the scenario. */
  look(sql: string): Promise<ResultTable> {
    return this.watcher.look(this.memory.inCatalog(sql));
  }

  /** Sends a statement of the suite's own in the session, or as the watcher if the session has ended. */
  async ask(session: Session, select: string): Promise<void> {
    await (session.usable ? session.ask(select) : this.look(select));
  }

  /** Creates a table in the main database that is dropped after the scenario. */
  async makeTable(session: Session, name: string, columns: string): Promise<void> {
    this.endWith(`DROP TABLE IF EXISTS ${name}`);
    const sql = `CREATE TABLE ${name} (${columns})`;
    await session.execute(sql);
  }

  /**
   * Registers a statement that an admin executes after the scenario's sessions have ended, in reverse order.
   */
  endWith(sql: string): void {
    this.endings.unshift(sql);
  }

  /** Ends the scenario's own server and restarts it on the same files. Its sessions have ended then. */
  async restartServer(
    changes: Partial<ServerSettings> = {},
    end: 'stop' | 'kill' = 'stop',
  ): Promise<void> {
    await this.servers.restart(changes, end, async () => {
      this.sessions.cutOff();
      await this.watcher.cutOff();
    });
  }

  /** Ends everything that the scenario started, and discards shared resources if `harmed`. */
  async dispose({ harmed }: { harmed: boolean }): Promise<void> {
    // Not every server stops a query whose client hangs up.
    for (const id of this.sessions.idsOfBusy) {
      await this.look(`KILL SESSION '${valueText(id)}'`).catch(() => undefined);
    }
    // Sessions first: an open transaction would lock what is to be dropped.
    await this.sessions.dispose();
    for (const sql of this.endings) {
      // The scenario is already judged, so a failure here does not count.
      await this.look(sql).catch(() => undefined);
    }
    await this.servers.disposeSeveral();
    await this.watcher.dispose();
    await this.servers.dispose({ harmed });
  }
}
