import { Failure } from '../errors.js';
import { clientObjects, columnsOf, createTableText, typeDefinition } from './client-objects.js';
import type { ClientObjects, ColumnDefinition, Relation } from './client-objects.js';
import type { Connection } from './connection.js';
import { copyRows, mustGoOn, reading } from './copy-rows.js';
import { Database } from './database.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';
import { copyMacro } from './macro-definitions.js';
import { mentionsOf } from './mentions.js';
import type { Definition, Mentions } from './mentions.js';
import { pathKey, pathText, sameName } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { asksCatalog, columnsRead, scansOf } from './scans.js';
import type { Scans } from './scans.js';
import { copyExtensions, copyLocks, copySearchPath, copySettings } from './session-state.js';

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
      await reading(options.client, () => new Fitting(connection, options).fit());
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

/** A table that stands in the workbench. */
interface Stand {
  readonly columns: readonly ColumnDefinition[];
  readonly table: Relation;
}

class Fitting {
  private readonly stands = new Map<string, Stand>();
  private readonly views = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly options: WorkbenchOptions,
  ) {}

  async fit(): Promise<void> {
    const { client, sql } = this.options;
    const objects = await clientObjects(client);
    const scans = await scansOf(client, sql);
    const mentions = mentionsOf(
      [sql, ...objects.variables.map(({ value }) => value)],
      [...objects.views, ...objects.prepared, ...macroTexts(objects)],
    );
    this.goOn();
    await copyExtensions(client, this.connection);
    await this.makeDatabases(objects);
    await copySettings(client, this.connection);
    await this.makeTypes(objects);
    const known = scans !== null && !scans.opaque ? scans : null;
    const filled = known
      ? this.scanned(objects, known)
      : objects.tables.filter(
          ({ catalog, name }) => mentions.has(name) || sameName(catalog, this.shell.catalog),
        );
    await this.makeTables(filled);
    if (known === null) {
      await this.makeRest(objects, mentions);
    } else {
      // Nothing scans them: they are there for what depends on them, and to be described.
      const all = asksCatalog(known);
      await this.makeTables(objects.tables.filter(({ name }) => all || mentions.has(name)));
      await this.makeRest(objects, all ? null : mentions);
    }
    await copySearchPath(client, this.connection);
    await this.makePrepared(objects);
    const columns = known && (await this.checked(objects, known, filled));
    await this.fill(filled, columns);
    await copyLocks(client, this.connection);
  }

  private get shell() {
    return this.options.shell;
  }

  private goOn(): void {
    mustGoOn(this.options.signal);
  }

  /** The tables that a plan scans. Of other catalogs it has the names only: all of such a name are taken. */
  private scanned({ tables, databases }: ClientObjects, scans: Scans): Relation[] {
    const exact = new Set(scans.tables.map(pathKey));
    const others = new Set(
      databases.filter(({ type }) => type !== 'duckdb').map(({ name }) => name),
    );
    return tables.filter(
      (table) =>
        exact.has(pathKey(table)) || (others.has(table.catalog) && scans.elsewhere.has(table.name)),
    );
  }

  private async makeDatabases({ databases, schemas }: ClientObjects): Promise<void> {
    const { connection } = this;
    const [[own] = []] = await connection.rows('SELECT system.main.current_database()');
    const ownName = String(own);
    for (const { name } of databases) {
      if (!sameName(name, ownName)) {
        await connection.execute(`ATTACH ':memory:' AS ${quoteIdentifier(name)}`);
      }
    }
    for (const { catalog, schema } of schemas) {
      await connection.execute(
        `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`,
      );
    }
    const [first] = databases;
    if (first && !databases.some(({ name }) => sameName(name, ownName))) {
      await connection.execute(`USE ${quoteIdentifier(first.name)}`);
      await connection.execute(`DETACH ${quoteIdentifier(ownName)}`);
    }
  }

  private async makeTypes({ types }: ClientObjects): Promise<void> {
    for (const type of types) {
      const definition = await typeDefinition(this.options.client, type);
      const kind = type.catalog === 'temp' ? 'TEMP TYPE' : 'TYPE';
      await leftOut(this.connection.execute(`CREATE ${kind} ${pathText(type)} AS ${definition}`));
    }
  }

  private async makeTables(tables: readonly Relation[]): Promise<void> {
    for (const table of tables) {
      if (!this.stands.has(pathKey(table))) {
        this.goOn();
        const columns = await columnsOf(this.options.client, table);
        await this.connection.execute(createTableText(table, columns));
        this.stands.set(pathKey(table), { table, columns });
      }
    }
  }

  /** Macros, variables and the views that are mentioned; `mentions` null: all views. */
  private async makeRest(objects: ClientObjects, mentions: Mentions | null): Promise<void> {
    const { client } = this.options;
    for (const macro of objects.macros) {
      await leftOut(copyMacro(client, this.connection, macro));
    }
    for (const { name } of objects.variables) {
      await this.makeVariable(name);
    }
    await this.makeViews(objects.views.filter(({ name }) => mentions?.has(name) ?? true));
  }

  /** In whatever order they depend on each other. */
  private async makeViews(views: readonly Relation[]): Promise<void> {
    await copySearchPath(this.options.client, this.connection);
    let left = views.filter((view) => !this.views.has(pathKey(view)));
    for (let before = -1; left.length !== before && left.length > 0;) {
      before = left.length;
      const failed: Relation[] = [];
      for (const view of left) {
        this.goOn();
        if (await this.makeView(view)) {
          this.views.add(pathKey(view));
        } else {
          failed.push(view);
        }
      }
      left = failed;
    }
  }

  private async makeView(view: Relation): Promise<boolean> {
    const isTemporary = view.catalog === 'temp';
    try {
      // The catalog's statement names the view alone: it goes where the search path begins.
      if (!isTemporary) {
        await this.connection.execute(
          `USE ${quoteIdentifier(view.catalog)}.${quoteIdentifier(view.schema)}`,
        );
      }
      await this.connection.execute(view.sql);
      return true;
    } catch {
      return false;
    } finally {
      if (!isTemporary) {
        await copySearchPath(this.options.client, this.connection);
      }
    }
  }

  /** By way of a table, as chunks: a value of any type. */
  private async makeVariable(name: string): Promise<void> {
    const { client, signal } = this.options;
    const value = `system.main.getvariable(${quoteLiteral(name)})`;
    const table = { catalog: 'temp', schema: 'main', name: 'gizmosql variable' };
    const [[type] = []] = await client.rows(`SELECT system.main.typeof(${value})`);
    await this.connection.execute(createTableText(table, [{ name: 'v', type: String(type) }]));
    await copyRows({
      from: client,
      query: `SELECT ${value}`,
      to: this.connection,
      table,
      signal,
    });
    await this.connection.execute(
      `SET VARIABLE ${quoteIdentifier(name)} = (SELECT v FROM ${pathText(table)})`,
    );
    await this.connection.execute(`DROP TABLE ${pathText(table)}`);
  }

  private async makePrepared({ prepared }: ClientObjects): Promise<void> {
    for (const { name, sql } of prepared) {
      await leftOut(this.connection.execute(`PREPARE ${quoteIdentifier(name)} AS ${sql}`));
    }
  }

  /**
   * Sees to it that the statement scans the same tables here as it does in the client's engine; to the
   * tables that it needs to be bound belong perhaps some whose names are put together. Returns the
   * columns that it reads; null: all.
   */
  private async checked(
    objects: ClientObjects,
    known: Scans,
    filled: readonly Relation[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>> | null> {
    const { sql } = this.options;
    let here = await scansOf(this.connection, sql);
    if (here === null) {
      await this.makeTables(objects.tables);
      await this.makeViews(objects.views);
      await this.makePrepared(objects);
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
      const columns = await columnsRead(connection, this.options.sql);
      for (const [table, names] of columns ?? []) {
        const known = this.stands.get(table)?.columns.map(({ name }) => name) ?? [];
        if (names.has('rowid') && !known.includes('rowid')) {
          throw new Failure(
            'invalid-argument',
            'The records cannot be read together with rowid, which a copy of a table does not keep: name a key of the table',
          );
        }
      }
      return columns;
    } finally {
      await connection.execute(`SET disabled_optimizers = ${quoteLiteral(String(usual))}`);
    }
  }

  private async fill(
    filled: readonly Relation[],
    read: ReadonlyMap<string, ReadonlySet<string>> | null,
  ): Promise<void> {
    const isRecord = ({ catalog }: RelationPath) => sameName(catalog, this.shell.catalog);
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
    const columns = this.stands.get(pathKey(table))?.columns ?? [];
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

/** Objects that cannot be made again are missed only by statements that name them. */
async function leftOut(making: Promise<void>): Promise<void> {
  await making.catch(() => undefined);
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
