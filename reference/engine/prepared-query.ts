import { DuckDBTypeId, StatementType, VARCHAR } from '@duckdb/node-api';
import type {
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { arrowSchema } from './arrow-schema.js';
import type { Column } from './arrow-schema.js';
import type { Connection } from './connection.js';
import { engineMessage } from './engine-error.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';
import { resultBatches, resultPreamble } from './result-stream.js';
import type { ResultBatch } from './result-stream.js';
import { sendableType } from './sendable-type.js';
import { noSettings, schemaSettings } from './schema-settings.js';
import type { SchemaSettings } from './schema-settings.js';

/** A running query: its schema and, in order, the messages that carry its rows. */
export interface QueryResult {
  readonly schema: Schema;
  /** Encoded FlightData: the schema and the dictionaries. */
  preamble(): Buffer[];
  batches(): AsyncGenerator<ResultBatch>;
}

/** How long the reason of a failure may take to find, in milliseconds. */
const failurePatienceMs = 10_000;

/** A statement the engine has parsed and bound. */
export class PreparedQuery {
  constructor(
    private readonly statement: DuckDBPreparedStatement,
    private readonly connection: Connection,
  ) {}

  get type(): StatementType {
    return this.statement.statementType;
  }

  /**
   * Whether it has to be prepared anew to run again: DuckDB 1.5 breaks down, and the whole database
   * with it, when one prepared CREATE MACRO runs twice.
   */
  get runsOnce(): boolean {
    return this.type === StatementType.CREATE;
  }

  get parameterCount(): number {
    return this.statement.parameterCount;
  }

  /**
   * The Arrow schema of the result; null while it depends on the types of
   * parameters that are still to be bound. Throws a Failure that names a type
   * that is not served.
   */
  async schema(): Promise<Schema | null> {
    const columns = this.columns();
    return columns && arrowSchema(columns, await this.settings(columns));
  }

  /** The schema of the parameters, named 1, 2, … or as the statement names them. */
  parameterSchema(): Schema {
    const { statement } = this;
    const columns: Column[] = [];
    for (let i = 1; i <= statement.parameterCount; i++) {
      columns.push({ name: statement.parameterName(i), type: parameterType(statement, i) });
    }
    return arrowSchema(columns, noSettings);
  }

  /** Runs the statement once and streams its result. Throws what the engine says. */
  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    this.bind(parameters);
    // Asked first: another query on the connection would end the stream.
    const settings = await this.settings(this.columns());
    const result = await this.noting(() => this.statement.stream());
    const schema = arrowSchema(resultColumns(result), settings);
    return {
      schema,
      preamble: () => resultPreamble(result, schema),
      batches: () =>
        this.notingEnd(
          resultBatches(result, schema, {
            failure: () => this.failure(),
            abandon: () => this.connection.endResult(),
          }),
        ),
    };
  }

  /** The statement's own transaction is over when its result is: only then others see what it did. */
  private notingEnd(batches: AsyncGenerator<ResultBatch>): AsyncGenerator<ResultBatch> {
    const { names } = this.connection;
    if (!names.concernedBy(this.type)) {
      return batches;
    }
    return (async function* noting() {
      try {
        yield* batches;
      } finally {
        names.note();
      }
    })();
  }

  /** Executes it, with a note before and after where names may stand for something else then. */
  private async noting<T>(execute: () => Promise<T>): Promise<T> {
    const { names } = this.connection;
    if (!names.concernedBy(this.type)) {
      return execute();
    }
    names.note();
    try {
      return await execute();
    } finally {
      names.note();
    }
  }

  /**
   * Why the statement's result broke off, found out by running it again, now to
   * its end: only what reads sends rows before it has done its work. What takes
   * too long for that is left unsaid.
   */
  private async failure(): Promise<Error> {
    const late = AbortSignal.timeout(failurePatienceMs);
    const interrupt = () => {
      this.connection.interrupt();
    };
    late.addEventListener('abort', interrupt);
    try {
      await this.statement.run();
    } catch (error) {
      if (!late.aborted) {
        return error instanceof Error ? error : new Error(engineMessage(error));
      }
    } finally {
      late.removeEventListener('abort', interrupt);
    }
    return new Error('The query failed after its first rows; the engine does not say why');
  }

  /** Runs the statement once to its end; resolves to the number of rows it changed. */
  async update(parameters?: ParameterRow): Promise<number> {
    this.bind(parameters);
    return (await this.noting(() => this.statement.run())).rowsChanged;
  }

  /** Binds NULL to every parameter. */
  bindNulls(): void {
    for (let i = 1; i <= this.statement.parameterCount; i++) {
      this.statement.bindNull(i);
    }
  }

  /** The rows of a small result, by position. */
  async rows(): Promise<DuckDBValue[][]> {
    return (await this.statement.run()).getRows();
  }

  close(): void {
    this.statement.destroySync();
  }

  private bind(parameters?: ParameterRow): void {
    this.statement.clearBindings();
    parameters?.values.forEach((value, i) => {
      this.statement.bindValue(i + 1, value, parameters.types[i]);
    });
  }

  /** The result's columns; null while their types depend on parameters. */
  private columns(): Column[] | null {
    const { statement } = this;
    const columns: Column[] = [];
    for (let i = 0; i < statement.columnCount; i++) {
      if (statement.columnTypeId(i) === DuckDBTypeId.INVALID) {
        return null;
      }
      columns.push({ name: statement.columnName(i), type: statement.columnType(i) });
    }
    return columns;
  }

  private settings(columns: readonly Column[] | null): Promise<SchemaSettings> {
    return schemaSettings(this.connection, columns?.map(({ type }) => type) ?? null);
  }
}

function resultColumns(result: DuckDBResult): Column[] {
  return result.columnNames().map((name, i) => ({ name, type: result.columnType(i) }));
}

/** The type to announce. An untyped parameter is text, which every client can send. */
function parameterType(statement: DuckDBPreparedStatement, index: number): DuckDBType {
  const known = statement.parameterTypeId(index) !== DuckDBTypeId.INVALID;
  return known ? sendableType(statement.parameterType(index)) : VARCHAR;
}
