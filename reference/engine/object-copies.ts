import { columnsOf, createTableText, typeDefinition } from './client-objects.js';
import type { ClientObjects, ColumnDefinition, Relation } from './client-objects.js';
import type { Connection } from './connection.js';
import { copyRows, mustGoOn } from './copy-rows.js';
import { quoteIdentifier, quoteLiteral } from './identifiers.js';
import { copyMacro } from './macro-definitions.js';
import type { Mentions } from './mentions.js';
import { pathKey, pathText, sameName } from './relation-path.js';
import { copySearchPath } from './session-state.js';

/**
 * Recreates the objects of a client's connection in another, new engine under the same names, without the
 * rows of tables. Objects that cannot be recreated are left out.
 */
export class ObjectCopies {
  private readonly columns = new Map<string, readonly ColumnDefinition[]>();
  private readonly views = new Set<string>();

  constructor(
    private readonly client: Connection,
    private readonly connection: Connection,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** The columns of a table that was created; empty for other tables. */
  columnsOf(table: Relation): readonly ColumnDefinition[] {
    return this.columns.get(pathKey(table)) ?? [];
  }

  /**
   * Creates the databases with their schemas. The engine's own database is detached unless the client has one
   * of that name.
   */
  async makeDatabases({ databases, schemas }: ClientObjects): Promise<void> {
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

  async makeTypes({ types }: ClientObjects): Promise<void> {
    for (const type of types) {
      const definition = await typeDefinition(this.client, type);
      const kind = type.catalog === 'temp' ? 'TEMP TYPE' : 'TYPE';
      await leftOut(this.connection.execute(`CREATE ${kind} ${pathText(type)} AS ${definition}`));
    }
  }

  async makeTables(tables: readonly Relation[]): Promise<void> {
    for (const table of tables) {
      if (!this.columns.has(pathKey(table))) {
        mustGoOn(this.signal);
        const columns = await columnsOf(this.client, table);
        await this.connection.execute(createTableText(table, columns));
        this.columns.set(pathKey(table), columns);
      }
    }
  }

  /** Creates the macros, variables and mentioned views; all views if `mentions` is null. */
  async makeOthers(objects: ClientObjects, mentions: Mentions | null): Promise<void> {
    const { client } = this;
    for (const macro of objects.macros) {
      await leftOut(copyMacro(client, this.connection, macro));
    }
    for (const { name } of objects.variables) {
      await this.makeVariable(name);
    }
    await this.makeViews(objects.views.filter(({ name }) => mentions?.has(name) ?? true));
  }

  /** Creates views in any order of dependency, by repeated attempts. */
  async makeViews(views: readonly Relation[]): Promise<void> {
    await copySearchPath(this.client, this.connection);
    let left = views.filter((view) => !this.views.has(pathKey(view)));
    for (let before = -1; left.length !== before && left.length > 0;) {
      before = left.length;
      const failed: Relation[] = [];
      for (const view of left) {
        mustGoOn(this.signal);
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
      // The catalog's statement has the unqualified name, so the view is created in the first schema of the
      // search path.
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
        await copySearchPath(this.client, this.connection);
      }
    }
  }

  /** Copies the value as chunks through a table, because that works for every type. */
  private async makeVariable(name: string): Promise<void> {
    const { client, signal } = this;
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

  async makePrepared({ prepared }: ClientObjects): Promise<void> {
    for (const { name, sql } of prepared) {
      await leftOut(this.connection.execute(`PREPARE ${quoteIdentifier(name)} AS ${sql}`));
    }
  }
}

/** Ignores failures: only statements that name the missing object notice. */
async function leftOut(making: Promise<void>): Promise<void> {
  await making.catch(() => undefined);
}
