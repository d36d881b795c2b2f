import type { StatementType } from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import type { QueryResult } from '../engine/prepared-query.js';
import type { ResultBatch } from '../engine/result-stream.js';
import type { Workbench } from '../engine/workbench.js';
import type { EngineStatement } from './checked-query.js';
import type { Executable } from './statement.js';

/** What a query needs that is run in a workbench. */
export interface WorkbenchParts {
  /** Makes the workbench; `signal` ends that. */
  readonly open: (signal: AbortSignal) => Promise<Workbench>;
  /** Prepares the query in there. */
  readonly prepare: (workbench: Workbench) => Promise<Executable>;
}

/** What is asked of the query in the clients' engine. */
type Described = Pick<
  EngineStatement,
  'type' | 'parameterCount' | 'schema' | 'parameterSchema' | 'close'
>;

/**
 * An admin's query that reads records together with what only the clients' engine has. Each time it is
 * run, a private engine is made for it with copies of both.
 */
export class WorkbenchQuery implements EngineStatement {
  readonly runsOnce = false;
  readonly ownChanges = 0;
  private running: { abort: AbortController; workbench: Workbench | null } | null = null;

  constructor(
    /** The same query in the clients' engine, which tells what it yields. */
    private readonly query: Described,
    private readonly parts: WorkbenchParts,
  ) {}

  get type(): StatementType {
    return this.query.type;
  }

  get parameterCount(): number {
    return this.query.parameterCount;
  }

  schema(): Promise<Schema | null> {
    return this.query.schema();
  }

  parameterSchema(): Schema {
    return this.query.parameterSchema();
  }

  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    const { workbench, done } = await this.begin();
    try {
      const prepared = await this.parts.prepare(workbench);
      const result = await prepared.stream(parameters);
      const finished = () => {
        prepared.close();
        done();
      };
      return { ...result, batches: () => toTheEnd(result.batches(), finished) };
    } catch (error) {
      done();
      throw error;
    }
  }

  async update(parameters?: ParameterRow): Promise<number> {
    const { workbench, done } = await this.begin();
    try {
      const prepared = await this.parts.prepare(workbench);
      const changed = await prepared.update(parameters);
      prepared.close();
      return changed;
    } finally {
      done();
    }
  }

  interrupt(): void {
    this.running?.abort.abort();
    this.running?.workbench?.connection.interrupt();
  }

  close(): void {
    this.query.close();
  }

  private async begin(): Promise<{ workbench: Workbench; done: () => void }> {
    const running = { abort: new AbortController(), workbench: null as Workbench | null };
    this.running = running;
    const workbench = await this.parts.open(running.abort.signal);
    running.workbench = workbench;
    return {
      workbench,
      done: () => {
        running.workbench?.close();
        running.workbench = null;
      },
    };
  }
}

/** The batches of a result, and `finished` once after them, however they end, and if they never begin. */
export function toTheEnd(
  batches: AsyncGenerator<ResultBatch>,
  finished: () => unknown,
): AsyncGenerator<ResultBatch> {
  let finishing: Promise<unknown> | null = null;
  // Whoever ends them while somebody else does waits as well: then the connection is free.
  const finish = () => (finishing ??= Promise.resolve(finished()));
  const passOn = async (step: () => Promise<IteratorResult<ResultBatch>>) => {
    try {
      const result = await step();
      if (result.done === true) {
        await finish();
      }
      return result;
    } catch (error) {
      await finish();
      throw error;
    }
  };
  return {
    next: () => passOn(() => batches.next()),
    return: (value: unknown) => passOn(() => batches.return(value)),
    throw: (error: unknown) => passOn(() => batches.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
}
