import { FlightSqlClient } from '../client/flight-sql-client.js';
import { FlightError } from '../client/flight-error.js';
import type { TypedRows } from '../client/parameters.js';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import type { PreparedStatement } from '../client/prepared-statement.js';
import type { ResultTable } from '../client/result-table.js';
import type { RunningQuery } from '../client/running-query.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { ServerAddress } from '../targets/target.js';
import { Conversation, broken, housekeepingMark } from './conversation.js';
import type { LastAnswer, SessionSettings } from './conversation.js';
import type { EvidenceLog, Outcome } from './evidence.js';
import { doors } from './doors.js';
import type { Door } from './doors.js';

/** A statement whose result is being read, and the query that reads it. */
export interface Running {
  readonly sql: string;
  readonly query: RunningQuery;
}

/** A prepared statement and its text. */
export interface Prepared {
  readonly sql: string;
  readonly statement: PreparedStatement;
}

/** One thing to try, with what to call it in the evidence. */
export interface Attempt {
  readonly sql: string;
  readonly act: (client: FlightSqlClient) => Promise<ResultTable | bigint | string>;
}

/** One client's session with a server, as a scenario knows it by name: all that a scenario has it do. */
export class Session extends Conversation {
  private preparedNow: Prepared | undefined;
  private runningNow: Running[] = [];
  private lost = false;

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

  /** Executes what must succeed; resolves to its rows, which an update has none of. */
  execute(sql: string, door: Door = 'a query', parameters?: TypedRows): Promise<ResultTable> {
    const { sql: shown, act } = through(door, sql, parameters);
    return this.succeed(shown, act);
  }

  /** Executes whatever comes of it. */
  tryToExecute(sql: string, door: Door = 'a query', parameters?: TypedRows): Promise<Outcome> {
    const { sql: shown, act } = through(door, sql, parameters);
    return this.perform(shown, act);
  }

  /** Tries one after the other, whatever becomes of each; the last answer is the first refusal. */
  async tryAll(attempts: readonly Attempt[]): Promise<Outcome[]> {
    const answers: LastAnswer[] = [];
    for (const { sql, act } of attempts) {
      answers.push({ sql, outcome: await this.perform(sql, act) });
    }
    this.last = answers.find(({ outcome }) => 'error' in outcome) ?? answers.at(-1);
    return answers.map(({ outcome }) => outcome);
  }

  /**
   * Tries what a server must refuse. It is rehearsed in a transaction that is
   * rolled back: a server that does not refuse it there does not get it in
   * earnest, so that nobody's records are lost to a test.
   */
  async tryForbidden(attempts: readonly Attempt[]): Promise<void> {
    await this.tryToExecute('BEGIN TRANSACTION');
    const rehearsed = await this.tryAll(attempts);
    const answer = this.last;
    await this.tryToExecute('ROLLBACK');
    this.last = answer;
    if (rehearsed.some((outcome) => 'error' in outcome)) {
      await this.tryAll(attempts);
    }
  }

  /** Prepares what must be prepared, or, if it may be refused, does whatever comes of it. */
  async prepare(sql: string, { mayFail = false } = {}): Promise<Outcome> {
    const outcome = await this.perform(`CreatePreparedStatement (${sql})`, async (client) => {
      this.preparedNow = { sql, statement: await client.prepare(sql) };
      return 'prepared';
    });
    if ('error' in outcome && !mayFail) {
      const { name, role } = this.settings;
      throw broken(`${name} (${role}) may prepare this`, sql, outcome.error);
    }
    return outcome;
  }

  /** What was prepared last; throws an Error when nothing was. */
  get prepared(): Prepared {
    if (this.preparedNow === undefined) {
      throw new Error(`'${this.settings.name}' has prepared nothing`);
    }
    return this.preparedNow;
  }

  get hasPrepared(): boolean {
    return this.preparedNow !== undefined;
  }

  /** Executes the prepared statement, with parameters of which `shown` is what the evidence tells. */
  executePrepared(parameters?: TypedRows, shown?: unknown): Promise<ResultTable> {
    return this.succeed(...this.executionOfPrepared(parameters, shown));
  }

  /** The same, whatever comes of it. */
  tryToExecutePrepared(parameters?: TypedRows, shown?: unknown): Promise<Outcome> {
    return this.perform(...this.executionOfPrepared(parameters, shown));
  }

  /** Gives the prepared statement back to the server, which must take it. */
  async closePrepared(): Promise<void> {
    const { sql, statement } = this.prepared;
    this.preparedNow = undefined;
    await this.succeed(`ClosePreparedStatement (${sql})`, async () => {
      await statement.close();
      return 'closed';
    });
  }

  /** Starts a query, or an execution of the prepared statement, without reading its result. */
  async start(sql: string): Promise<Running> {
    return this.starting(sql, (client) => client.startQuery(sql));
  }

  async startPrepared(): Promise<Running> {
    const { sql, statement } = this.prepared;
    return this.starting(sql, () => statement.start());
  }

  /** The query that was started last; throws an Error when none was. */
  get running(): Running {
    const latest = this.runningNow.at(-1);
    if (latest === undefined) {
      throw new Error(`'${this.settings.name}' has started no query`);
    }
    return latest;
  }

  get isRunning(): boolean {
    return this.runningNow.length > 0;
  }

  /** The queries that were started and not waited for; they are the caller's from now on. */
  takeRunning(): readonly Running[] {
    const all = this.runningNow;
    this.runningNow = [];
    return all;
  }

  /** Reads on until an error ends each running query, which must come: their results are too long to end otherwise. */
  async runningMustFail(): Promise<void> {
    for (const { sql, query } of this.takeRunning()) {
      await mustFail('the query ends with an error', sql, () => query.readToEnd());
    }
  }

  /** Does what must end with an error; a dropped connection counts as one, a timeout does not. */
  async mustFail(why: string, sql: string, act: Attempt['act']): Promise<void> {
    await mustFail(`an error: ${why}`, sql, async () => {
      const outcome = await this.perform(sql, act);
      if ('error' in outcome) {
        throw outcome.error;
      }
    });
  }

  /** Ends the session, which must succeed. */
  async close(): Promise<void> {
    await this.succeed('CloseSession', (client) => client.closeSession());
    this.usable = false;
  }

  /** Drops its connection without a word, whatever it has under way or left open. */
  loseConnection(): void {
    this.takeRunning().forEach(({ query }) => {
      query.cancel();
    });
    this.preparedNow = undefined;
    this.client.close();
    this.usable = false;
    this.lost = true;
  }

  /** Drops its connection: the server has ended. */
  cutOff(): void {
    this.usable = false;
    this.client.close();
  }

  /**
   * Goes on by its token on another connection. Resolves to why not, where the server does not serve
   * it there as the session of that id: whether it does is not specified.
   */
  async comeBack(id: PlainValue): Promise<string | undefined> {
    this.client.close();
    this.client = this.client.comeBack();
    const outcome = await this.tryToExecute(
      `SELECT GIZMOSQL_CURRENT_SESSION() ${housekeepingMark}`,
    );
    if ('error' in outcome) {
      return `a token is not served on another connection: ${outcome.error.message}`;
    }
    this.usable = true;
    this.lost = false;
    return 'table' in outcome && outcome.table.rows[0]?.[0] === id
      ? undefined
      : 'a token is served on another connection as another session';
  }

  /** What it was answered last; an Error when it sent nothing, which no scenario may. */
  get lastAnswer(): LastAnswer {
    if (this.last === undefined) {
      throw new Error(`'${this.settings.name}' has sent nothing yet`);
    }
    return this.last;
  }

  /** The result of that; PromiseBroken when it has none. */
  get lastTable(): ResultTable {
    const { sql, outcome } = this.lastAnswer;
    if ('table' in outcome) {
      return outcome.table;
    }
    const got = 'error' in outcome ? `the error ${printValue(outcome.error.message)}` : 'no rows';
    throw new PromiseBroken('a result with rows', sql, got);
  }

  /** The message of the refusal; a connection that broke is none. */
  refusal(): string {
    const { sql, outcome } = this.lastAnswer;
    return refusalIn(sql, outcome);
  }

  /** Gives up what runs, ends the session if it can, after its connection was lost, too, and drops the connection. */
  async dispose(): Promise<void> {
    this.takeRunning().forEach(({ query }) => {
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

  private async starting(
    sql: string,
    begin: (client: FlightSqlClient) => Promise<RunningQuery>,
  ): Promise<Running> {
    await this.succeed(sql, async (client) => {
      this.runningNow.push({ sql, query: await begin(client) });
      return 'started';
    });
    return this.running;
  }

  private executionOfPrepared(
    parameters: TypedRows | undefined,
    shown: unknown,
  ): Parameters<Session['perform']> {
    const { sql, statement } = this.prepared;
    if (parameters !== undefined) {
      statement.bind(parameters);
    }
    const options = shown === undefined ? {} : { parameters: shown };
    return [sql, () => statement.query(), options];
  }
}

/** Up to how many characters a text is shown as a whole in the evidence. */
const longestShown = 1_000_000;

/** An attempt to have a statement executed by that way; the evidence tells the parameters behind it. */
export function through(door: Door, sql: string, parameters?: TypedRows): Attempt {
  const values = parameters?.rows.map((row) => row.map(String).join(', '));
  // Nobody reads on for millions of characters.
  const shown =
    sql.length > longestShown ? `${sql.slice(0, 1000)}… (${sql.length} characters)` : sql;
  return {
    sql: values === undefined ? shown : `${shown} (${values.join('; ')})`,
    act: (client) => doors[door](client, sql, parameters),
  };
}

/** The message by which the server refused; PromiseBroken when it did not. */
export function refusalIn(sql: string, outcome: Outcome): string {
  if ('error' in outcome && outcome.error.answered) {
    return outcome.error.message;
  }
  const got = 'error' in outcome ? `no answer: ${outcome.error.message}` : 'success';
  throw new PromiseBroken('a refusal', sql, got);
}

/** A server may also hang up; but it must not leave its client waiting. */
async function mustFail(promised: string, sql: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof FlightError && error.code !== 'DEADLINE_EXCEEDED') {
      return;
    }
    throw broken(promised, sql, error);
  }
  throw new PromiseBroken(promised, sql, 'success');
}
