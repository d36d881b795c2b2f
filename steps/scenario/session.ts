import { FlightError } from '../client/flight-error.js';
import { FlightSqlClient } from '../client/flight-sql-client.js';
import type { PreparedStatement } from '../client/prepared-statement.js';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { resultTable } from '../client/result-table.js';
import type { ResultTable } from '../client/result-table.js';
import type { RunningQuery } from '../client/running-query.js';
import { detachesInstrumentation, detachSafely, mustBeMeant } from './detach-safely.js';
import type { EvidenceLog, Outcome } from './evidence.js';
import { mustBeOffered } from './lacks.js';
import type { Lacks } from './lacks.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Role, ServerAddress } from '../targets/target.js';

/** Ends every statement that is the suite's own and no part of a scenario. */
export const housekeepingMark = '/* conformance suite: housekeeping */';

/** How a session is to be opened. */
export interface SessionSettings {
  /** The scenario's name for it. */
  readonly name: string;
  readonly role: Role;
  readonly username: string;
  readonly password: string;
  /** The user it logs in, as the server should see it. */
  readonly user: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** What the server says that it lacks. */
  readonly lacks: Lacks;
}

/** What the server answered last, and to what. */
export interface LastAnswer {
  readonly sql: string;
  readonly outcome: Outcome;
}

/** One client's session with a server, as a scenario knows it by name. */
export class Session {
  prepared: PreparedStatement | undefined;
  preparedSql = '';
  running: { readonly sql: string; readonly query: RunningQuery } | undefined;
  /** Further ones, where there are several at once. */
  readonly alsoRunning: NonNullable<Session['running']>[] = [];
  last: LastAnswer | undefined;
  /** False once the session was closed, killed or cut off: nothing more can be sent. */
  usable = true;
  private lost = false;

  private constructor(
    readonly settings: SessionSettings,
    readonly address: ServerAddress,
    public client: FlightSqlClient,
    private readonly evidence: EvidenceLog,
  ) {}

  /** Connects and logs in; PromiseBroken when the server won't have it. */
  static async open(
    settings: SessionSettings,
    address: ServerAddress,
    evidence: EvidenceLog,
  ): Promise<Session> {
    const { username, password, userAgent, timeoutMs } = settings;
    try {
      const client = await FlightSqlClient.connect(
        address,
        { username, password },
        { userAgent, timeoutMs },
      );
      return new Session(settings, address, client, evidence);
    } catch (error) {
      throw broken(`a login as ${settings.role}`, `the credentials of '${settings.user}'`, error);
    }
  }

  /** One that takes part with a client that is logged in already, and stays so. */
  static over(
    client: FlightSqlClient,
    settings: SessionSettings,
    address: ServerAddress,
    evidence: EvidenceLog,
  ): Session {
    return new Session(settings, address, client, evidence);
  }

  /**
   * Does something with the client, notes it as evidence, and keeps and returns
   * the outcome. An error that is no answer of the server is thrown.
   */
  async perform(
    sql: string,
    act: (client: FlightSqlClient) => Promise<ResultTable | bigint | string>,
    options: { parameters?: unknown; looking?: boolean } = {},
  ): Promise<Outcome> {
    const { name, role, user, lacks } = this.settings;
    mustBeOffered(sql, lacks);
    const { parameters, looking } = options;
    const sent = { session: name, role, username: user, sql };
    const done = this.evidence.begin(
      parameters === undefined ? sent : { ...sent, parameters },
      looking,
    );
    const harmful = this.isOthers && detachesInstrumentation(sql);
    let outcome: Outcome;
    try {
      const answer = await (harmful ? detachSafely(this.client, sql, act) : act(this.client));
      outcome =
        typeof answer === 'bigint'
          ? { updated: answer }
          : typeof answer === 'string'
            ? { value: answer }
            : { table: answer };
    } catch (error) {
      if (!(error instanceof FlightError)) {
        throw error;
      }
      outcome = { error };
    }
    done(outcome);
    this.last = { sql, outcome };
    if (harmful && 'error' in outcome) {
      mustBeMeant(sql, outcome.error);
    }
    return outcome;
  }

  /** The same for what must succeed: PromiseBroken when the server refuses. */
  async succeed(...action: Parameters<Session['perform']>): Promise<ResultTable> {
    const outcome = await this.perform(...action);
    if ('error' in outcome) {
      throw broken(
        `${this.settings.name} (${this.settings.role}) may do this`,
        action[0],
        outcome.error,
      );
    }
    return 'table' in outcome ? outcome.table : resultTable();
  }

  /** The first row of a statement of the suite's own, which no check counts. */
  async ask(select: string): Promise<readonly PlainValue[]> {
    const before = this.last;
    const sql = `${select} ${housekeepingMark}`;
    const table = await this.succeed(sql, (client) => client.query(sql));
    this.last = before;
    return table.rows[0] ?? [];
  }

  /** Drops its connection without a word, whatever it has under way or left open. */
  loseConnection(): void {
    this.running?.query.cancel();
    this.running = undefined;
    this.prepared = undefined;
    this.client.close();
    this.usable = false;
    this.lost = true;
  }

  /**
   * Goes on by its token on another connection. Resolves to why not, where the server does not serve
   * it there as the session of that id: whether it does is not specified.
   */
  async comeBack(id: PlainValue): Promise<string | undefined> {
    this.client.close();
    this.client = this.client.comeBack();
    const sql = `SELECT GIZMOSQL_CURRENT_SESSION() ${housekeepingMark}`;
    const outcome = await this.perform(sql, (client) => client.query(sql));
    if ('error' in outcome) {
      return `a token is not served on another connection: ${outcome.error.message}`;
    }
    this.usable = true;
    this.lost = false;
    return 'table' in outcome && outcome.table.rows[0]?.[0] === id
      ? undefined
      : 'a token is served on another connection as another session';
  }

  /** Whether the suite did not start the server: then others may be using it. */
  private get isOthers(): boolean {
    return this.address.schema !== undefined;
  }

  /** Gives up what runs, ends the session if it can, after its connection was lost, too, and drops the connection. */
  async dispose(): Promise<void> {
    this.running?.query.cancel();
    this.alsoRunning.forEach(({ query }) => {
      query.cancel();
    });
    if (this.lost) {
      // It may be going on without its client, and hold on to what is to go.
      this.client = this.client.comeBack();
    }
    if (this.usable || this.lost) {
      this.usable = false;
      this.lost = false;
      // The scenario is over and judged; a server that won't close it is no news.
      await this.client.closeSession().catch(() => undefined);
    }
    this.client.close();
  }
}

/** PromiseBroken for an answer that should have been another; other errors stay as they are. */
export function broken(promised: string, sent: string, error: unknown): unknown {
  return error instanceof FlightError
    ? new PromiseBroken(
        promised,
        sent,
        `${error.answered ? 'a refusal' : 'no answer'}: ${error.code} ${printValue(error.message)}`,
        { cause: error },
      )
    : error;
}
