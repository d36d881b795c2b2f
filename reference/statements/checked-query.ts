import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { engineMessage, refusedDatabase } from '../engine/engine-error.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import { isRepeatable } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { Executable } from './statement.js';

/** A prepared statement on any connection. */
export interface EngineStatement extends Executable {
  readonly type: StatementType;
  /** Whether it must be prepared again before a second execution. */
  readonly runsOnce: boolean;
  /** By how much its own execution increases the count of name changes. */
  readonly ownChanges: number;
}

/** What a CheckedQuery needs from its session. */
export interface CheckedParts {
  /** Prepares the text again. */
  readonly prepare: () => Promise<EngineStatement>;
  /** Throws if the statement may not run. The guard calls `later` to be asked again with parameters. */
  readonly ask: (asked: { parameters?: ParameterRow; later?: () => void }) => Promise<void>;
  /**
   * Returns the statement to run in place of the given one, which is then closed: the same, or one in the
   * engine that has its tables.
   */
  readonly route: (query: EngineStatement) => Promise<EngineStatement>;
  /** Converts an engine error to the error for the client. */
  readonly tell: (failure: Failure) => Promise<Failure>;
  /** A counter that increases when the meaning of a name may have changed. */
  readonly changes: () => number;
  /** Whether to discard a result if names may have changed while the statement started. */
  readonly distrustful: boolean;
}

/** The number of attempts to start a statement while names keep changing. */
const mostBeginnings = 20;

/**
 * A client's statement that the guard has allowed. If a view, macro, table, variable or the search path may
 * have changed since, it is prepared again and the guard is asked again. So its schema and result match the
 * current meaning of its names.
 */
export class CheckedQuery implements Executable {
  private executed = false;
  private asksAgain = false;

  private constructor(
    private query: EngineStatement,
    private readonly parts: CheckedParts,
    private current: number,
  ) {}

  static async of(query: EngineStatement, parts: CheckedParts): Promise<CheckedQuery> {
    const checked = new CheckedQuery(query, parts, parts.changes());
    await checked.allow();
    return checked;
  }

  get type(): StatementType {
    return this.query.type;
  }

  get parameterCount(): number {
    return this.query.parameterCount;
  }

  get isStale(): boolean {
    return this.parts.changes() !== this.current;
  }

  async schema(): Promise<Schema | null> {
    if (this.isStale) {
      await this.renew();
    }
    return this.query.schema();
  }

  parameterSchema(): Schema {
    return this.query.parameterSchema();
  }

  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    for (let beginnings = 0; beginnings < mostBeginnings; beginnings++) {
      await this.makeReady(parameters);
      const expected = this.current + this.query.ownChanges;
      const result = await this.told(() => this.query.stream(parameters));
      // The engine binds a statement when it starts. Only now is it known whether names changed before that.
      // What may have an effect has had it, and must not run twice.
      const isKnown = !this.parts.distrustful || this.parts.changes() === expected;
      if (isKnown || !isRepeatable(this.type)) {
        return result;
      }
      // Frees what the discarded result holds: a read-only transaction, copies of records.
      await result.batches().return(undefined);
    }
    throw new Failure('unknown', 'What the statement names changes all the time: try again');
  }

  async update(parameters?: ParameterRow): Promise<number> {
    await this.makeReady(parameters);
    return this.told(() => this.query.update(parameters));
  }

  interrupt(): void {
    this.query.interrupt?.();
  }

  close(): void {
    this.query.close();
  }

  private async makeReady(parameters: ParameterRow | undefined): Promise<void> {
    if (this.isStale || (this.executed && this.query.runsOnce)) {
      await this.renew();
    }
    if (this.asksAgain) {
      await this.parts.ask({ ...(parameters && { parameters }) });
    }
    this.executed = true;
  }

  private async renew(): Promise<void> {
    const now = this.parts.changes();
    const query = await this.parts.prepare();
    this.query.close();
    this.query = query;
    await this.allow();
    this.current = now;
  }

  private async allow(): Promise<void> {
    // A parameter's value may change what the statement does.
    this.asksAgain = this.parts.distrustful && this.query.parameterCount > 0;
    await this.parts.ask(this.asksAgain ? { later: () => undefined } : {});
    this.query = await this.parts.route(this.query);
  }

  /** Runs it. An engine error about a write to the records is replaced by the specified refusal. */
  private async told<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const message = engineMessage(error);
      throw refusedDatabase(message) === null
        ? error
        : await this.parts.tell(new Failure('unknown', message, { cause: error }));
    }
  }
}
