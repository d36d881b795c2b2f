import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { engineMessage, refusedDatabase } from '../engine/engine-error.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import { Failure } from '../errors.js';
import type { Executable } from './statement.js';

/** A statement of the engine's, on one connection or another. */
export interface EngineStatement extends Executable {
  readonly type: StatementType;
  /** Whether it has to be prepared anew to run again. */
  readonly runsOnce: boolean;
  /** By how much its own execution moves the count of changes. */
  readonly ownChanges: number;
}

/** What a checked statement needs of its session. */
export interface CheckedParts {
  /** Prepares its text once more. */
  readonly prepare: () => Promise<EngineStatement>;
  /** Throws when it may not run; `later`: it is asked again with its parameters. */
  readonly ask: (asked: { parameters?: ParameterRow; later?: () => void }) => Promise<void>;
  /** What is to run in place of the statement, which is closed then: the same, or one where its tables are. */
  readonly route: (query: EngineStatement) => Promise<EngineStatement>;
  /** What the client is told of what the engine says. */
  readonly tell: (failure: Failure) => Promise<Failure>;
  /** Counts what may change what a name stands for. */
  readonly changes: () => number;
  /** Whether names may have changed while it began to run: then nothing of its result is handed on. */
  readonly distrustful: boolean;
}

/** How often a statement is begun again whose names change all the time. */
const mostBeginnings = 20;

/**
 * A client's statement that the guard has let through. When a view, a macro, a table, a variable or
 * the search path may have changed since, it is prepared anew and the guard is asked again: its
 * schema and its result are those of what its names stand for now.
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
      // The engine binds a statement as it begins. What it was then is known now.
      if (!this.parts.distrustful || this.parts.changes() === expected) {
        return result;
      }
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
    // What a parameter is may change what the statement does.
    this.asksAgain = this.parts.distrustful && this.query.parameterCount > 0;
    await this.parts.ask(this.asksAgain ? { later: () => undefined } : {});
    this.query = await this.parts.route(this.query);
  }

  /** Runs it; a refusal of the engine's to write to the records is worded as documented. */
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
