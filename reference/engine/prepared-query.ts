import { DuckDBTypeId, StatementType, VARCHAR } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type {
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { Schema } from 'apache-arrow';
import { arrowSchema } from './arrow-schema.js';
import type { ResultColumn } from './arrow-schema.js';
import type { ParameterRow } from './from-arrow/parameter-rows.js';
import type { NameChanges } from './name-changes.js';
import { resultBatches, resultPreamble } from './result-stream.js';
import type { ResultBatch } from './result-stream.js';
import { sendableType } from './sendable-type.js';
import { noSettings, schemaSettings } from './schema-settings.js';
import type { SchemaSettings, SettingsSource } from './schema-settings.js';
import { actsAsItIsRead, commits } from './statement-kinds.js';

/** A running query: its schema and, in order, the messages that carry its rows. */
export interface QueryResult {
  readonly schema: Schema;
  /** Encoded FlightData: the schema and the dictionaries. */
  preamble(): Buffer[];
  batches(): AsyncGenerator<ResultBatch>;
}

/** What a prepared statement uses of its connection. */
export interface OwnConnection extends SettingsSource {
  readonly names: NameChanges;
  /** Takes note that a transaction may have begun or ended. */
  transactionMayHaveChanged(): void;
  /** Throws a Failure, and rolls back, where a statement of the open transaction has failed. */
  mustNotHaveFailed(): Promise<void>;
  /** Runs a statement and takes note of it if it may make a view or a macro. */
  noted<T>(type: StatementType | null, sql: string, run: () => Promise<T>): Promise<T>;
  /** Lets go of a result that was not read to its end. */
  endResult(): Promise<void>;
  /** Makes the running query end with an error. */
  interrupt(): void;
}

/** A statement the engine has parsed and bound. */
export class PreparedQuery {
  constructor(
    private readonly statement: DuckDBPreparedStatement,
    private readonly connection: OwnConnection,
    /** The text it comes from, which may hold other statements beside it. */
    private readonly sql: string,
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

  /** By how much its own execution moves the count of changes. */
  get ownChanges(): number {
    return this.connection.names.concernedBy(this.type) ? 2 : 0;
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
    const columns: ResultColumn[] = [];
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
    const result = await this.execute(() =>
      actsAsItIsRead(this.type) ? this.statement.stream() : this.statement.run(),
    );
    const schema = arrowSchema(resultColumns(result), settings);
    return {
      schema,
      preamble: () => resultPreamble(result, schema),
      batches: () =>
        this.notingEnd(resultBatches(result, schema, () => this.connection.endResult())),
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

  /**
   * Executes it, with a note before and after where names may stand for something else then. A
   * COMMIT of what has failed is refused, whichever way it came.
   */
  private async execute<T>(run: () => Promise<T>): Promise<T> {
    const { connection, type } = this;
    const { names } = connection;
    if (type === StatementType.TRANSACTION) {
      if (commits(this.sql)) {
        await connection.mustNotHaveFailed();
      }
      connection.transactionMayHaveChanged();
    }
    if (!names.concernedBy(type)) {
      return run();
    }
    names.note();
    try {
      return await connection.noted(type, this.sql, run);
    } finally {
      names.note();
    }
  }

  /** Runs the statement once to its end; resolves to the number of rows it changed. */
  async update(parameters?: ParameterRow): Promise<number> {
    this.bind(parameters);
    return (await this.execute(() => this.statement.run())).rowsChanged;
  }

  /** The rows of a small result with these parameters, or with NULL for each where there are none. */
  async rowsWith(parameters?: ParameterRow): Promise<DuckDBValue[][]> {
    if (parameters) {
      this.bind(parameters);
    } else {
      for (let i = 1; i <= this.statement.parameterCount; i++) {
        this.statement.bindNull(i);
      }
    }
    return this.rows();
  }

  /** Makes it end with an error if it runs. */
  interrupt(): void {
    this.connection.interrupt();
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
      const type = parameters.types[i];
      if (value === null && type !== undefined) {
        bindTypedNull(this.statement, i + 1, type);
      } else {
        this.statement.bindValue(i + 1, value, type);
      }
    });
  }

  /** The result's columns; null while their types depend on parameters. */
  private columns(): ResultColumn[] | null {
    const { statement } = this;
    const columns: ResultColumn[] = [];
    for (let i = 0; i < statement.columnCount; i++) {
      if (statement.columnTypeId(i) === DuckDBTypeId.INVALID) {
        return null;
      }
      columns.push({ name: statement.columnName(i), type: statement.columnType(i) });
    }
    return columns;
  }

  private settings(columns: readonly ResultColumn[] | null): Promise<SchemaSettings> {
    return schemaSettings(this.connection, columns?.map(({ type }) => type) ?? null);
  }
}

/** The part of a prepared statement that the binding's lower layer binds to, which its upper one has no word for. */
interface Bindable {
  readonly prepared_statement: Parameters<typeof duckdb.bind_value>[0];
}

/**
 * Binds NULL as a value of its type. The binding's own NULL has none, and a result that depends on it
 * would have other columns than for the next row of parameters.
 */
function bindTypedNull(statement: DuckDBPreparedStatement, index: number, type: DuckDBType): void {
  const struct = duckdb.create_struct_type([type.toLogicalType().logical_type], ['value']);
  const value = duckdb.create_struct_value(struct, [duckdb.create_null_value()]);
  const { prepared_statement } = statement as unknown as Bindable;
  duckdb.bind_value(prepared_statement, index, duckdb.get_struct_child(value, 0));
}

function resultColumns(result: DuckDBResult): ResultColumn[] {
  return result.columnNames().map((name, i) => ({ name, type: result.columnType(i) }));
}

/** The type to announce. An untyped parameter is text, which every client can send. */
function parameterType(statement: DuckDBPreparedStatement, index: number): DuckDBType {
  const known = statement.parameterTypeId(index) !== DuckDBTypeId.INVALID;
  return known ? sendableType(statement.parameterType(index)) : VARCHAR;
}
