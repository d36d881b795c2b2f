import { Failure } from '../errors.js';
import { clientObjects } from './client-objects.js';
import type { ClientObjects, ColumnDefinition, Relation } from './client-objects.js';
import type { Connection } from './connection.js';
import { copyRows } from './copy-rows.js';
import { Database } from './database.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';
import { mentionsOf } from './mentions.js';
import type { Definition } from './mentions.js';
import { namesIn } from './names-in-text.js';
import { ObjectCopies } from './object-copies.js';
import { reading } from './reading.js';
import { ProfileFolder } from './profile-folder.js';
import { requestedProfile } from './profile-request.js';
import { pathKey, pathText, sameName } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { asksCatalog, columnsRead, scansOf } from './scans.js';
import type { Scans } from './scans.js';
import {
  copyExtensions,
  copyFileAccess,
  copyLock,
  copySearchPath,
  copySettings,
} from './session-state.js';

/** A statement and the connections from which its workbench is filled. */
export interface WorkbenchOptions {
  /** The session's connection in the clients' engine, perhaps in a transaction. It is only read from. */
  readonly client: Connection;
  /** A connection to the records' engine. Its tables have the names of the shell's. */
  readonly records: Connection;
  /** The catalog and schema under which clients see the records. */
  readonly shell: { readonly catalog: string; readonly schema: string };
  /** A query, or several statements that end with one. */
  readonly sql: string;
  /** Cancels the copying, which then throws an INTERRUPT Error. */
  readonly signal?: AbortSignal | undefined;
}

/** A private in-memory engine for one statement. */
export interface Workbench {
  /** Prepares and runs the statement as the client's connection would. */
  readonly connection: Connection;
  close(): void;
}

/**
 * Copies what a statement needs that combines records with the client's own objects: databases of the same
 * names with the scanned tables, views, macros, types, variables, prepared statements, settings and the
 * search path. If the plan shows the scanned tables, exactly these have rows; otherwise, the mentioned tables
 * are copied and no others. Sequences (the client's would not advance), secrets and constraints are not
 * copied. A missing object makes the statement fail with the engine's error. Throws the engine's error if the
 * client's transaction has failed or something cannot be read, and a Failure if the copy would return another
 * result.
 */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const profiles = requestedProfile() === undefined ? null : new ProfileFolder();
  const database = await Database.open({ path: null, readonly: false, profiles });
  try {
    const connection = await database.connect();
    const workbench = {
      connection,
      close: () => {
        connection.close();
        database.close();
      },
    };
    try {
      // Not in the same transaction: an error of the statement would end it.
      const scans = await scansOf(options.client, options.sql);
      await reading(options.client, () => new Fitting(connection, options, scans).fit());
      return workbench;
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The implicit column of every table. */
const rowId = 'rowid';

class Fitting {
  private readonly copies: ObjectCopies;

  constructor(
    private readonly connection: Connection,
    private readonly options: WorkbenchOptions,
    /** The statement's scans in the client's engine; null if the engine cannot explain it. */
    private readonly scans: Scans | null,
  ) {
    this.copies = new ObjectCopies(options.client, connection, options.signal);
  }

  async fit(): Promise<void> {
    const { client, sql } = this.options;
    const { scans } = this;
    const objects = await clientObjects(client);
    const mentions = mentionsOf(
      [sql, ...objects.variables.map(({ value }) => value)],
      [...objects.views, ...objects.prepared, ...macroTexts(objects)],
    );
    await copyExtensions(client, this.connection);
    await this.copies.makeDatabases(objects);
    await copySettings(client, this.connection);
    await copyFileAccess(client, this.connection);
    await this.copies.makeTypes(objects);
    const known = scans !== null && !scans.opaque ? scans : null;
    const filled = known
      ? this.scanned(objects, known)
      : objects.tables.filter(
          (table) => mentions.has(table.name) || (scans !== null && this.isRecord(table)),
        );
    await this.copies.makeTables(filled);
    this.mustNotNeedRowIds(filled);
    if (known === null) {
      await this.copies.makeOthers(objects, mentions);
    } else {
      // These tables stay empty: they are not scanned, but other objects depend on them and they can be
      // described.
      const all = asksCatalog(known);
      await this.copies.makeTables(objects.tables.filter(({ name }) => all || mentions.has(name)));
      await this.copies.makeOthers(objects, all ? null : mentions);
    }
    await copySearchPath(client, this.connection);
    await this.copies.makePrepared(objects);
    const columns = known && (await this.checked(objects, known, filled));
    await this.fill(filled, columns);
    await copyLock(client, this.connection);
  }

  private mustNotNeedRowIds(filled: readonly Relation[]): void {
    const columns = filled.flatMap((table) => this.copies.columnsOf(table));
    if (
      namesIn(this.options.sql).has(rowId) &&
      !columns.some(({ name }) => sameName(name, rowId))
    ) {
      throw new Failure(
        'invalid-argument',
        'The records cannot be read together with the rowid of a table: it is answered from copies. Name a key of the table',
      );
    }
  }

  private isRecord({ catalog }: RelationPath): boolean {
    return sameName(catalog, this.options.shell.catalog);
  }

  /**
   * The tables that a plan scans. For other catalogs it shows only names, so all tables of such a name are
   * included.
   */
  private scanned({ tables }: ClientObjects, scans: Scans): Relation[] {
    const exact = new Set(scans.tables.map(pathKey));
    return tables.filter((table) => exact.has(pathKey(table)) || scans.elsewhere.has(table.name));
  }

  /**
   * Throws unless the statement scans the same tables here as in the client's engine. If it cannot be bound,
   * it may need an object whose name it computes; then all objects are created. Returns the columns that it
   * reads; null for all.
   */
  private async checked(
    objects: ClientObjects,
    known: Scans,
    filled: readonly Relation[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>> | null> {
    const { sql } = this.options;
    let here = await scansOf(this.connection, sql);
    if (here === null) {
      await this.copies.makeTables(objects.tables);
      await this.copies.makeViews(objects.views);
      await this.copies.makePrepared(objects);
      here = await scansOf(this.connection, sql);
    }
    if (here === null) {
      return null; // The engine's error is reported when the statement is prepared.
    }
    const scanned = new Set(here.tables.map(pathKey));
    const there = new Set(filled.map(pathKey));
    if (
      known.tables.some((table) => !scanned.has(pathKey(table))) ||
      [...scanned].some((table) => !there.has(table))
    ) {
      throw new Failure(
        'invalid-argument',
        'The records cannot be read together with what this statement names: it would read other tables',
      );
    }
    return this.read();
  }

  private async read(): Promise<ReadonlyMap<string, ReadonlySet<string>> | null> {
    const { connection } = this;
    const setting = "system.main.current_setting('disabled_optimizers')";
    const [[usual] = []] = await connection.rows(`SELECT ${setting}`);
    const all = await connection.rows('SELECT name FROM system.main.duckdb_optimizers()');
    const others = all.map(([name]) => String(name)).filter((name) => name !== 'unused_columns');
    await connection.execute(`SET disabled_optimizers = ${quoteLiteral(others.join(','))}`);
    try {
      return await columnsRead(connection, this.options.sql);
    } finally {
      await connection.execute(`SET disabled_optimizers = ${quoteLiteral(String(usual))}`);
    }
  }

  private async fill(
    filled: readonly Relation[],
    read: ReadonlyMap<string, ReadonlySet<string>> | null,
  ): Promise<void> {
    const isRecord = (table: Relation) => this.isRecord(table);
    for (const table of filled.filter((each) => !isRecord(each))) {
      await this.fillTable(this.options.client, table, read);
    }
    const records = filled.filter(isRecord);
    if (records.length > 0) {
      await reading(this.options.records, async () => {
        for (const table of records) {
          await this.fillTable(this.options.records, table, read);
        }
      });
    }
  }

  private async fillTable(
    from: Connection,
    table: Relation,
    read: ReadonlyMap<string, ReadonlySet<string>> | null,
  ): Promise<void> {
    const columns = this.copies.columnsOf(table);
    const needed = neededOf(columns, read?.get(pathKey(table)));
    const list = columns.map(({ name, type }) =>
      needed(name) ? quoteIdentifier(name) : `NULL::${type}`,
    );
    await copyRows({
      from,
      query: `SELECT ${list.join(', ')} FROM ${pathText(table)}`,
      to: this.connection,
      table,
      signal: this.options.signal,
    });
  }
}

function macroTexts({ macros }: ClientObjects): Definition[] {
  return macros.flatMap(({ name, overloads }) =>
    overloads.map(({ body }) => ({ name, sql: body })),
  );
}

/**
 * Whether a column is needed, given the columns that a plan reads. An unknown name may be a member of a
 * struct; then all columns are needed.
 */
function neededOf(
  columns: readonly ColumnDefinition[],
  read: ReadonlySet<string> | undefined,
): (name: string) => boolean {
  const names = new Set(columns.map(({ name }) => name));
  const isTold =
    read !== undefined &&
    [...read].every((name) => name === '' || names.has(name)) &&
    ![...names].some((name) => name.includes('.'));
  return (name) => !isTold || read.has(name);
}
