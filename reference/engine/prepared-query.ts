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

/** A running query: its schema and the messages with its rows, in order. */
export interface QueryResult {
  readonly schema: Schema;
  /** Encoded FlightData: the schema and the dictionaries. */
  preamble(): Buffer[];
  batches(): AsyncGenerator<ResultBatch>;
}

/** The parts of a connection that a prepared statement uses. */
export interface OwnConnection extends SettingsSource {
  readonly names: NameChanges;
  /** Must be called when a transaction may have begun or ended. */
  transactionMayHaveChanged(): void;
  /** Throws a Failure and rolls back if a statement of the open transaction has failed. */
  mustNotHaveFailed(): Promise<void>;
  /** Runs a statement and records whether it may define a view or a macro. */
  noted<T>(type: StatementType | null, sql: string, run: () => Promise<T>): Promise<T>;
  /** Begins to profile the next query if that is wanted; see Connection. */
  beginProfile?(
    type: StatementType,
    sql: string,
  ): Promise<((whole: boolean) => Promise<void>) | null>;
  /** Releases a result that was not read to its end. */
  endResult(): Promise<void>;
  /** Interrupts the running query, which then fails. */
  interrupt(): void;
}

/** A statement that the engine has parsed and bound. */
export class PreparedQuery {
  constructor(
    private readonly statement: DuckDBPreparedStatement,
    private readonly connection: OwnConnection,
    /** The statement's source text, which may contain other statements as well. */
    private readonly sql: string,
  ) {}

  get type(): StatementType {
    return this.statement.statementType;
  }

  /**
   * Whether it must be prepared again before each execution. Running one prepared CREATE MACRO twice crashes
   * DuckDB 1.5, and the whole database with it.
   */
  get runsOnce(): boolean {
    return this.type === StatementType.CREATE;
  }

  /** How much its own execution increases the count of changes. */
  get ownChanges(): number {
    return this.connection.names.concernedBy(this.type) ? 2 : 0;
  }

  get parameterCount(): number {
    return this.statement.parameterCount;
  }

  /**
   * The Arrow schema of the result. Null while it depends on the types of unbound parameters. Throws a
   * Failure that names an unsupported type.
   */
  async schema(): Promise<Schema | null> {
    const columns = this.columns();
    return columns && arrowSchema(columns, await this.settings(columns));
  }

  /** The schema of the parameters, named 1, 2, … or as in the statement. */
  parameterSchema(): Schema {
    const { statement } = this;
    const columns: ResultColumn[] = [];
    for (let i = 1; i <= statement.parameterCount; i++) {
      columns.push({ name: statement.parameterName(i), type: parameterType(statement, i) });
    }
    return arrowSchema(columns, noSettings);
  }

  /** Executes the statement once and streams its result. Throws the engine's error. */
  async stream(parameters?: ParameterRow): Promise<QueryResult> {
    this.bind(parameters);
    // Must come first: another query on the connection would end the stream.
    const settings = await this.settings(this.columns());
    const endProfile = await this.beginProfile();
    const result = await this.execute(() =>
      actsAsItIsRead(this.type) ? this.statement.stream() : this.statement.run(),
    ).catch(async (error: unknown) => {
      await endProfile?.(false);
      throw error;
    });
    const schema = arrowSchema(resultColumns(result), settings);
    const batches = () =>
      this.notingEnd(resultBatches(result, schema, () => this.connection.endResult()));
    return {
      schema,
      preamble: () => resultPreamble(result, schema),
      batches: () => (endProfile ? withEnd(batches(), endProfile) : batches()),
    };
  }

  private async beginProfile(): Promise<((whole: boolean) => Promise<void>) | null> {
    return (await this.connection.beginProfile?.(this.type, this.sql)) ?? null;
  }

  /** The statement's own transaction ends with its result. Only then do others see its effects. */
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
   * Executes the statement and counts it before and after if it changes what names mean. Refuses to COMMIT a
   * failed transaction, whichever call sent the COMMIT.
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

  /** Executes the statement once to its end. Resolves to the number of changed rows. */
  async update(parameters?: ParameterRow): Promise<number> {
    this.bind(parameters);
    const endProfile = await this.beginProfile();
    let whole = false;
    try {
      const { rowsChanged } = await this.execute(() => this.statement.run());
      whole = true;
      return rowsChanged;
    } finally {
      await endProfile?.(whole);
    }
  }

  /** The rows of a small result with these parameters, by default NULLs. */
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

  /** Interrupts the statement if it is running; it then fails. */
  interrupt(): void {
    this.connection.interrupt();
  }

  /** The rows of a small result, values by position. */
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

/** Calls `end` after the batches, with whether all were read. */
async function* withEnd(
  batches: AsyncGenerator<ResultBatch>,
  end: (whole: boolean) => Promise<void>,
): AsyncGenerator<ResultBatch> {
  let whole = false;
  try {
    yield* batches;
    whole = true;
  } finally {
    await end(whole);
  }
}

/** The native object that parameters are bound to, which the binding's public types omit. */
interface Bindable {
  readonly prepared_statement: Parameters<typeof duckdb.bind_value>[0];
}

/**
 * Binds a typed NULL. The binding's own NULL has no type, so a result that depends on it would have other
 * columns than with the next parameter row.
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

/** The type to announce. An untyped parameter is announced as VARCHAR, which every client can send. */
function parameterType(statement: DuckDBPreparedStatement, index: number): DuckDBType {
  const known = statement.parameterTypeId(index) !== DuckDBTypeId.INVALID;
  return known ? sendableType(statement.parameterType(index)) : VARCHAR;
}
