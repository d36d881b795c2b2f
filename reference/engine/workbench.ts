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

/** What a workbench is made for and of. */
export interface WorkbenchOptions {
  /** The session's, in the clients' engine and perhaps in a transaction; it is only read from. */
  readonly client: Connection;
  /** In the records' engine, where the tables have the names that the shell gives them. */
  readonly records: Connection;
  /** The name under which clients see the records. */
  readonly shell: { readonly catalog: string; readonly schema: string };
  /** A query, or several statements of which the last is one. */
  readonly sql: string;
  /** Ends the copying, with an INTERRUPT Error, when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** A private engine, in memory, made for one statement. */
export interface Workbench {
  /** Prepares the statement and runs it, as the client's connection would. */
  readonly connection: Connection;
  close(): void;
}

/**
 * Copies what a statement needs that reads records together with what only the client has: databases
 * of the same names with the tables that it scans, views, macros, types, variables, prepared
 * statements, settings and the search path. Where the engine tells which tables are scanned, exactly
 * these have rows; where it does not, those that the statement mentions, and there are no others.
 * Not copied: sequences (the client's would not advance), secrets, constraints. What is not there makes the
 * statement fail in the engine's words. Throws what the engine says where the client's transaction is
 * broken or something cannot be read, and a Failure where the copy would answer with something else.
 */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const database = await Database.open({ path: null, readonly: false });
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
      // Not in the same transaction: an error that the statement has would end it.
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

/** The name of the column that tables have without naming it. */
const rowId = 'rowid';

class Fitting {
  private readonly copies: ObjectCopies;

  constructor(
    private readonly connection: Connection,
    private readonly options: WorkbenchOptions,
    /** What the statement scans in the client's engine; null: the engine does not tell. */
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
      // Nothing scans them: they are there for what depends on them, and to be described.
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

  /** The tables that a plan scans. Of other catalogs it has the names only: all of such a name are taken. */
  private scanned({ tables }: ClientObjects, scans: Scans): Relation[] {
    const exact = new Set(scans.tables.map(pathKey));
    return tables.filter((table) => exact.has(pathKey(table)) || scans.elsewhere.has(table.name));
  }

  /**
   * Throws unless the statement scans the same tables here as in the client's engine. Where it cannot be
   * bound it may need an object whose name it puts together: then all are made. Returns the columns
   * that it reads; null: all.
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
      return null; // What the engine has against it, it says when the statement is prepared.
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
 * Which columns of a table are needed, given those that a plan reads. A name that is none of theirs
 * may be of a struct's member: then all are.
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
