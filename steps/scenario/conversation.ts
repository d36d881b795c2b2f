import { FlightError } from '../client/flight-error.js';
import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { printValue } from '../client/plain-value.js';
import type { PlainValue } from '../client/plain-value.js';
import { resultTable } from '../client/result-table.js';
import type { ResultTable } from '../client/result-table.js';
import { detachesInstrumentation, detachSafely, mustBeMeant } from './detach-safely.js';
import type { EvidenceLog, Outcome } from './evidence.js';
import { mustBeOffered } from './lacks.js';
import type { Lacks } from './lacks.js';
import { PromiseBroken } from '../errors/promise-broken.js';
import type { Role, ServerAddress } from '../targets/target.js';

/** The suffix of the suite's own statements, which are not part of a scenario. */
export const housekeepingMark = '/* conformance suite: housekeeping */';

export interface SessionSettings {
  /** The session's name in the scenario. */
  readonly name: string;
  readonly role: Role;
  readonly username: string;
  readonly password: string;
  /** The name of the logged-in user, as the server should record it. */
  readonly user: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** The features that the server lacks. */
  readonly lacks: Lacks;
}

/** The last answer of the server, and the statement. */
export interface LastAnswer {
  readonly sql: string;
  readonly outcome: Outcome;
}

/**
 * Sends a session's calls and logs them with their outcomes as evidence. It is the base of `Session`, which
 * adds the actions of scenarios.
 */
export class Conversation {
  last: LastAnswer | undefined;
  /** False once the session was closed, killed or cut off, so that nothing can be sent. */
  usable = true;

  protected constructor(
    readonly settings: SessionSettings,
    readonly address: ServerAddress,
    public client: FlightSqlClient,
    private readonly evidence: EvidenceLog,
  ) {}

  /**
   * Calls the client, logs the call as evidence, and keeps and returns its outcome. Throws any error that is
   * not an answer of the server.
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

  /** The same for a call that must succeed: PromiseBroken if the server refuses it. */
  async succeed(...action: Parameters<Conversation['perform']>): Promise<ResultTable> {
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

  /** The first row of a statement of the suite's own. Checks ignore such statements. */
  async ask(select: string): Promise<readonly PlainValue[]> {
    const before = this.last;
    const sql = `${select} ${housekeepingMark}`;
    const table = await this.succeed(sql, (client) => client.query(sql));
    this.last = before;
    return table.rows[0] ?? [];
  }

  /** Whether the suite did not start the server, so that others may be using it. */
  private get isOthers(): boolean {
    return this.address.schema !== undefined;
  }
}

/** PromiseBroken for an error of a call; any other error unchanged. */
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
