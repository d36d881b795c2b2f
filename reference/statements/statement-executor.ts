import type { Schema } from 'apache-arrow';
import { schemaFlightData } from '../../protocol/arrow-ipc.js';
import type { EncodedFlightData } from '../../protocol/flight-data.js';
import type { ParameterRow } from '../engine/from-arrow/parameter-rows.js';
import { actsAsItIsRead } from '../engine/statement-kinds.js';
import { Failure } from '../errors.js';
import type { Turn } from '../sessions/connection-lane.js';
import { Execution } from './execution.js';
import type { ExecutionContext } from './execution.js';
import { Memory } from './memory.js';
import type { OpenCursors } from './open-cursors.js';
import type { Statement } from './statement.js';
import { yieldConnection } from './yield-connection.js';

/** Maximum bytes of unread results in memory, for all sessions together. The rest goes to files. */
const mostUnreadInMemory = 512 << 20;
/** Maximum bytes of one unread result in a file. */
const mostUnreadInFile = 4 * 2 ** 30;
/** Maximum bytes of one result that are read ahead although nobody waits for its connection. */
const mostAhead = 128 << 20;

/** A running query: its messages and a way to end it early. */
export interface RunningQuery {
  /** The schema, then the rows. Returning early closes the result. */
  readonly messages: AsyncGenerator<EncodedFlightData>;
  /** Notes that the client has gone, by cancelling the call or by losing its connection. */
  leave(connectionLost: boolean): void;
}

/** Options of a query. */
export interface QueryOptions {
  /** Replaces the engine's schema if the protocol specifies one. */
  readonly schema?: Schema | undefined;
  /** Where the client holds the cursors; by default, it lets go of each when it ends. */
  readonly cursors?: OpenCursors;
}

/**
 * Executes prepared statements: once per row of parameters, each time recorded. A failed execution ends with
 * one error message, for the client and for the record.
 */
export class StatementExecutor {
  private readonly unread = {
    memory: new Memory(mostUnreadInMemory),
    mostInFile: mostUnreadInFile,
  };

  constructor(private readonly context: ExecutionContext) {}

  /**
   * Runs a query once per row of parameters; the results follow one another. The client can cancel it by
   * `handle`.
   */
  query(
    statement: Statement,
    parameters: readonly ParameterRow[],
    handle: string,
    { schema, cursors }: QueryOptions = {},
  ): RunningQuery {
    const executions = this.executions(statement, parameters, { handle, cursors });
    const leave = (connectionLost: boolean) => {
      for (const execution of executions) {
        execution.leave(connectionLost);
      }
    };
    return { messages: this.messages(statement, executions, schema), leave };
  }

  /**
   * Runs a statement once per row of parameters. Resolves to the number of changed rows. `cancelled` receives
   * the function that cancels it.
   */
  async update(
    statement: Statement,
    parameters: readonly ParameterRow[],
    cancelled: (cancel: () => void) => void,
    cursors?: OpenCursors,
  ): Promise<number> {
    let changed = 0;
    for (const execution of this.executions(statement, parameters, { cursors })) {
      cancelled(() => {
        execution.cancel('cancelled');
      });
      changed += await this.run(statement, execution, () =>
        statement.executable.update(execution.parameters),
      );
    }
    return changed;
  }

  /** Executes a statement for a caller that holds the session's connection by `turn`. */
  async updateLocked(
    statement: Statement,
    turn: Turn,
    cancelled: (cancel: () => void) => void,
  ): Promise<number> {
    const execution = new Execution(this.context, statement);
    cancelled(() => {
      execution.cancel('cancelled');
    });
    return this.run(statement, execution, () => statement.executable.update(), turn);
  }

  /** Runs `work` as a recorded execution of the statement. */
  private async run<T>(
    { session }: Statement,
    execution: Execution,
    work: () => Promise<T>,
    turn?: Turn,
  ): Promise<T> {
    session.running.add(execution);
    try {
      await execution.begin(turn);
      const result = await execution.perform(work);
      execution.engineFinished();
      execution.succeed();
      return result;
    } catch (error) {
      throw execution.fail(error);
    } finally {
      execution.dispose();
      session.running.delete(execution);
    }
  }

  private async *messages(
    { session, executable }: Statement,
    executions: readonly Execution[],
    schema?: Schema,
  ): AsyncGenerator<EncodedFlightData> {
    let sent: Schema | null = null;
    for (const execution of executions) {
      session.running.add(execution);
      try {
        const turn = await execution.begin();
        const result = await execution.perform(() => executable.stream(execution.parameters));
        const batches = result.batches();
        try {
          execution.answered();
          if (executable.type !== null && !actsAsItIsRead(executable.type)) {
            execution.engineFinished();
          }
          if (sent === null) {
            sent = result.schema;
            yield* schema ? [schemaFlightData(schema)] : result.preamble();
          } else {
            mustBeAlike(sent, result.schema);
          }
          const unread = { ...this.unread, mostAhead: this.context.readsAhead() ? mostAhead : 0 };
          const ended = () => {
            execution.engineFinished();
          };
          for await (const batch of yieldConnection(batches, turn, unread, ended)) {
            execution.handingOver();
            yield batch.message;
            execution.handedOver(batch.rows);
          }
        } finally {
          // Also needed if no rows were requested, to free what the result holds, such as a transaction.
          await batches.return(undefined);
        }
        if (execution.cancelled) {
          // The engine may end an interrupted stream as if it were complete.
          throw execution.fail(undefined);
        }
        execution.succeed();
      } catch (error) {
        throw execution.fail(error);
      } finally {
        execution.dispose();
        session.running.delete(execution);
      }
    }
  }

  private executions(
    statement: Statement,
    parameters: readonly ParameterRow[],
    { handle, cursors }: { handle?: string; cursors?: OpenCursors | undefined },
  ): Execution[] {
    const rows = parameters.length === 0 ? [undefined] : parameters;
    const executions = rows.map((row) => new Execution(this.context, statement, row, handle));
    if (cursors) {
      for (const execution of executions) {
        execution.holdCursor();
      }
      cursors.open(executions);
    }
    return executions;
  }
}

/** Throws if the schemas differ: the results of several parameter rows share one stream and its schema. */
function mustBeAlike(first: Schema, next: Schema): void {
  const [one, other] = [first, next].map(({ fields }) => fields.map(String).join(', '));
  if (one !== other) {
    throw new Failure(
      'invalid-argument',
      `A row of parameters yields the columns ${other ?? ''} where the first yielded ${one ?? ''}: give the parameter a type, as in ?::BIGINT`,
    );
  }
}
