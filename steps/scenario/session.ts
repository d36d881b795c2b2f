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

/** A query whose result is being read. */
export interface Running {
  readonly sql: string;
  readonly query: RunningQuery;
}

export interface Prepared {
  readonly sql: string;
  readonly statement: PreparedStatement;
}

/** A call to try, with its text in the evidence. */
export interface Attempt {
  readonly sql: string;
  readonly act: (client: FlightSqlClient) => Promise<ResultTable | bigint | string>;
}

/** A client's session with a server, by its name in a scenario, with the actions that scenarios use. */
export class Session extends Conversation {
  private preparedNow: Prepared | undefined;
  private runningNow: Running[] = [];
  private lost = false;
  /** Its id, if the suite has asked for it. */
  id: PlainValue = null;
  private hasStarted = false;

  /** Connects and logs in. PromiseBroken if the server refuses. */
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

  /** A session on an existing client, which is logged in and stays so. */
  static over(
    client: FlightSqlClient,
    settings: SessionSettings,
    address: ServerAddress,
    evidence: EvidenceLog,
  ): Session {
    return new Session(settings, address, client, evidence);
  }

  /** Executes a statement that must succeed. Resolves to its rows; an update has none. */
  execute(sql: string, door: Door = 'a query', parameters?: TypedRows): Promise<ResultTable> {
    const { sql: shown, act } = through(door, sql, parameters);
    return this.succeed(shown, act);
  }

  /** Executes a statement that may fail. */
  tryToExecute(sql: string, door: Door = 'a query', parameters?: TypedRows): Promise<Outcome> {
    const { sql: shown, act } = through(door, sql, parameters);
    return this.perform(shown, act);
  }

  /** Makes all attempts, whether or not they succeed. The first refusal becomes the last answer. */
  async tryAll(attempts: readonly Attempt[]): Promise<Outcome[]> {
    const answers: LastAnswer[] = [];
    for (const { sql, act } of attempts) {
      answers.push({ sql, outcome: await this.perform(sql, act) });
    }
    this.last = answers.find(({ outcome }) => 'error' in outcome) ?? answers.at(-1);
    return answers.map(({ outcome }) => outcome);
  }

  /**
   * Tries what a server must refuse. First tries it in a transaction that is rolled back. Only if the server
   * refuses it there is it tried outside, so that a faulty server loses no records.
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

  /** Prepares a statement. It must succeed unless `mayFail`. */
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

  /** The statement prepared last. Throws an Error if there is none. */
  get prepared(): Prepared {
    if (this.preparedNow === undefined) {
      throw new Error(`'${this.settings.name}' has prepared nothing`);
    }
    return this.preparedNow;
  }

  get hasPrepared(): boolean {
    return this.preparedNow !== undefined;
  }

  /**
   * Executes the prepared statement, which must succeed; `shown` is the evidence's form of the parameters.
   */
  executePrepared(parameters?: TypedRows, shown?: unknown): Promise<ResultTable> {
    return this.succeed(...this.executionOfPrepared(parameters, shown));
  }

  /** The same for an execution that may fail. */
  tryToExecutePrepared(parameters?: TypedRows, shown?: unknown): Promise<Outcome> {
    return this.perform(...this.executionOfPrepared(parameters, shown));
  }

  /** Closes the prepared statement, which must succeed. */
  async closePrepared(): Promise<void> {
    const { sql, statement } = this.prepared;
    this.preparedNow = undefined;
    await this.succeed(`ClosePreparedStatement (${sql})`, async () => {
      await statement.close();
      return 'closed';
    });
  }

  /** Whether a query that it started may still run on the server. */
  get mayBeBusy(): boolean {
    return this.hasStarted && (this.usable || this.lost);
  }

  /** Starts a query without reading its result. */
  async start(sql: string): Promise<Running> {
    return this.starting(sql, (client) => client.startQuery(sql));
  }

  async startPrepared(): Promise<Running> {
    const { sql, statement } = this.prepared;
    return this.starting(sql, () => statement.start());
  }

  /** The query started last. Throws an Error if there is none. */
  get running(): Running {
    const latest = this.runningNow.at(-1);
    if (latest === undefined) {
      throw new Error(`'${this.settings.name}' has started no query`);
    }
    return latest;
  }

  get hasRunning(): boolean {
    return this.runningNow.length > 0;
  }

  /** Returns the queries that are still open and hands them over to the caller. */
  takeRunning(): readonly Running[] {
    const all = this.runningNow;
    this.runningNow = [];
    return all;
  }

  /** Reads each running query until it fails. It must fail, because its result is too long to end. */
  async runningMustFail(): Promise<void> {
    for (const { sql, query } of this.takeRunning()) {
      await mustFail('the query ends with an error', sql, () => query.readToEnd());
    }
  }

  /** Makes a call that must fail. A dropped connection counts as an error; a timeout does not. */
  async mustFail(why: string, sql: string, act: Attempt['act']): Promise<void> {
    await mustFail(`an error: ${why}`, sql, async () => {
      const outcome = await this.perform(sql, act);
      if ('error' in outcome) {
        throw outcome.error;
      }
    });
  }

  /** Closes the session, which must succeed. */
  async close(): Promise<void> {
    await this.succeed('CloseSession', (client) => client.closeSession());
    this.usable = false;
  }

  /** Drops the connection without closing anything. */
  loseConnection(): void {
    this.cancelRunning();
    this.preparedNow = undefined;
    this.client.close();
    this.usable = false;
    this.lost = true;
  }

  /** Drops the connection after the server has ended. */
  cutOff(): void {
    this.usable = false;
    this.client.close();
  }

  /**
   * Continues on another connection with the same token. Resolves to the reason if the server refuses or has
   * another session there: whether a token can continue its session is not specified.
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

  /** The last answer. Throws an Error if nothing was sent, which is an error of the scenario. */
  get lastAnswer(): LastAnswer {
    if (this.last === undefined) {
      throw new Error(`'${this.settings.name}' has sent nothing yet`);
    }
    return this.last;
  }

  /** The result in the last answer. PromiseBroken if it has none. */
  get lastTable(): ResultTable {
    const { sql, outcome } = this.lastAnswer;
    if ('table' in outcome) {
      return outcome.table;
    }
    const got = 'error' in outcome ? `the error ${printValue(outcome.error.message)}` : 'no rows';
    throw new PromiseBroken('a result with rows', sql, got);
  }

  /** The message of the refusal in the last answer. A broken connection is not a refusal. */
  refusal(): string {
    const { sql, outcome } = this.lastAnswer;
    return refusalIn(sql, outcome);
  }

  /**
   * Cancels running queries, closes the session if possible, even after its connection was lost, and
   * disconnects.
   */
  async dispose(): Promise<void> {
    this.cancelRunning();
    if (this.lost) {
      // The lost session may continue on the server and lock what must be removed.
      this.client = this.client.comeBack();
    }
    if (this.usable || this.lost) {
      this.usable = false;
      this.lost = false;
      // The scenario is already judged, so a failure here does not count.
      await this.client.closeSession().catch(() => undefined);
    }
    this.client.close();
  }

  private cancelRunning(): void {
    for (const { query } of this.takeRunning()) {
      query.cancel();
    }
  }

  private async starting(
    sql: string,
    begin: (client: FlightSqlClient) => Promise<RunningQuery>,
  ): Promise<Running> {
    this.hasStarted = true;
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

/** The longest text that the evidence shows in full, in characters. */
const longestShown = 1_000_000;

/** An attempt to execute a statement through `door`. The evidence shows the parameters after the text. */
export function through(door: Door, sql: string, parameters?: TypedRows): Attempt {
  const values = parameters?.rows.map((row) => row.map(String).join(', '));
  // The report must remain readable.
  const shown =
    sql.length > longestShown ? `${sql.slice(0, 1000)}… (${sql.length} characters)` : sql;
  return {
    sql: values === undefined ? shown : `${shown} (${values.join('; ')})`,
    act: (client) => doors[door](client, sql, parameters),
  };
}

/** The message of a refusal. PromiseBroken if the server did not refuse. */
export function refusalIn(sql: string, outcome: Outcome): string {
  if ('error' in outcome && outcome.error.answered) {
    return outcome.error.message;
  }
  const got = 'error' in outcome ? `no answer: ${outcome.error.message}` : 'success';
  throw new PromiseBroken('a refusal', sql, got);
}

/** A server may also drop the connection, but must not leave the client waiting. */
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
