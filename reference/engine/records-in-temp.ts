import type { Connection } from './connection.js';
import { columnsOf, createTableText } from './client-objects.js';
import { copyRows } from './copy-rows.js';
import { quoteIdentifier } from './identifiers.js';
import { bareNamesIn } from './names-in-text.js';
import { reading } from './reading.js';
import { pathKey, pathText, sameName } from './relation-path.js';
import type { RelationPath } from './relation-path.js';
import { scansOf } from './scans.js';
import type { Scans } from './scans.js';
import { replaceShellPaths } from './shell-paths.js';
import type { Replacement, ShellName } from './shell-paths.js';

/** A statement and the connections between which its records are copied. */
export interface RecordsCopying {
  /** The session's connection in the clients' engine, perhaps in a transaction. */
  readonly client: Connection;
  /** A connection to the records' engine. Its tables have the names of the shell's. */
  readonly records: Connection;
  readonly shell: ShellName;
  /** One statement, which has an effect. */
  readonly sql: string;
  /** Cancels the copying, which then throws an INTERRUPT Error. */
  readonly signal?: AbortSignal | undefined;
}

/** A statement that reads copies of the records. */
export interface WithCopies {
  readonly sql: string;
  /** Removes the copies. If the transaction has failed, its rollback removes them. Never throws. */
  drop(): Promise<void>;
}

/**
 * Copies the records that a statement names to temporary tables of the client's connection. Returns the
 * statement rewritten to read the copies. Returns null if that is not possible: the statement does not read
 * the shell, reads it only through the client's views and macros, or the rewritten text has another meaning
 * to the engine. The copies have unique names. Only if the shell is on the search path do they get the
 * records' own names, and then no other relation may have these. Throws the engine's error if copying fails.
 */
export async function withRecordsCopied(copying: RecordsCopying): Promise<WithCopies | null> {
  const before = await scansOf(copying.client, copying.sql);
  const isShell = ({ catalog }: RelationPath) => sameName(catalog, copying.shell.catalog);
  if (!before || before.opaque || !before.tables.some(isShell)) {
    return null;
  }
  const attempt = new Attempt(copying, before);
  return (await attempt.byPath()) ?? (await attempt.bySearchPath());
}

interface ShellRelation {
  readonly path: RelationPath;
  readonly isView: boolean;
}

class Attempt {
  private readonly suffix = crypto.randomUUID().slice(0, 8);

  constructor(
    private readonly copying: RecordsCopying,
    private readonly before: Scans,
  ) {}

  /** Rewrites a text that always names the shell with its catalog. */
  async byPath(): Promise<WithCopies | null> {
    const { sql, shell } = this.copying;
    const relations = await this.relations();
    const names = relations.map(({ path }) => path.name);
    const copies = new Map<string, RelationPath>();
    const rewritten = (make: (copy: RelationPath, relation: string) => Replacement) =>
      replaceShellPaths(sql, shell, names, (relation) => {
        const copy = temporary(`gizmosql ${relation} ${this.suffix}`);
        copies.set(relation, copy);
        return make(copy, relation);
      });
    const texts = [
      rewritten((copy, relation) => ({
        table: pathText(copy),
        column: quoteIdentifier(relation),
        alias: ` AS ${quoteIdentifier(relation)}`,
      })),
      // For COPY table TO, which accepts no alias, and for two tables of one name.
      rewritten((copy) => ({ table: pathText(copy), column: pathText(copy), alias: '' })),
    ];
    const named = relations.filter(({ path }) => copies.has(path.name));
    return this.copied(named, (relation) => copies.get(relation.path.name), texts);
  }

  /** For a text that reads the shell by unqualified names. */
  async bySearchPath(): Promise<WithCopies | null> {
    const names = bareNamesIn(this.copying.sql);
    const found = await this.relations();
    const named = found.filter(({ path }) => names.has(path.name.toLowerCase()));
    if (await this.hasOthers(named.map(({ path }) => path.name))) {
      return null;
    }
    return this.copied(named, ({ path }) => temporary(path.name), [this.copying.sql]);
  }

  /**
   * Tries the texts in order and returns the first one that reads the copies where the statement would read
   * the shell. The copies stay empty until one is found.
   */
  private async copied(
    relations: readonly ShellRelation[],
    copyOf: (relation: ShellRelation) => RelationPath | undefined,
    texts: readonly string[],
  ): Promise<WithCopies | null> {
    const { client } = this.copying;
    const copies = relations.flatMap((relation) => {
      const copy = copyOf(relation);
      return copy ? [{ relation, copy }] : [];
    });
    const made = new Map<RelationPath, string>();
    const drop = async () => {
      for (const [copy, id] of made) {
        await dropIfSame(client, copy, id);
      }
    };
    if (copies.length === 0) {
      return null;
    }
    try {
      for (const { relation, copy } of copies) {
        const columns = await columnsOf(client, { ...relation.path, sql: '' });
        await client.execute(createTableText(copy, columns));
        made.set(copy, await tableId(client, copy));
      }
      for (const sql of texts) {
        if (await this.readsTheSame(sql, copies)) {
          await this.fill(copies);
          return { sql, drop };
        }
      }
    } catch (error) {
      await drop();
      throw error;
    }
    await drop();
    return null;
  }

  private async fill(
    copies: readonly { readonly relation: ShellRelation; readonly copy: RelationPath }[],
  ): Promise<void> {
    const { client, records, signal } = this.copying;
    await reading(records, async () => {
      for (const { relation, copy } of copies) {
        await copyRows({
          from: records,
          query: `FROM ${pathText(relation.path)}`,
          to: client,
          table: copy,
          signal,
        });
      }
    });
  }

  /**
   * Whether the plan of `sql` equals that of the statement, with the copies in place of the records. If a
   * view was copied, the plans differ; then only the other tables must be the same.
   */
  private async readsTheSame(
    sql: string,
    copies: readonly { readonly relation: ShellRelation; readonly copy: RelationPath }[],
  ): Promise<boolean> {
    const after = await scansOf(this.copying.client, sql);
    if (!after) {
      return false;
    }
    const originals = new Map(copies.map(({ relation, copy }) => [pathKey(copy), relation.path]));
    const isShell = ({ catalog }: RelationPath) => sameName(catalog, this.copying.shell.catalog);
    const keys = (tables: readonly RelationPath[]) => JSON.stringify(tables.map(pathKey).sort());
    const others = (scans: Scans) =>
      keys(scans.tables.filter((table) => !isShell(table) && !originals.has(pathKey(table))));
    if (after.tables.some(isShell) || others(after) !== others(this.before)) {
      return false;
    }
    return (
      copies.some(({ relation }) => relation.isView) ||
      after.shape((table) => pathKey(originals.get(pathKey(table)) ?? table)) ===
        this.before.shape(pathKey)
    );
  }

  private async relations(): Promise<readonly ShellRelation[]> {
    const { client, shell } = this.copying;
    const rows = await client.rows(
      `SELECT database_name, schema_name, table_name, false FROM system.main.duckdb_tables()
       UNION ALL
       SELECT database_name, schema_name, view_name, true FROM system.main.duckdb_views() WHERE NOT internal`,
    );
    return rows
      .map(([catalog, schema, name, isView]) => ({
        path: { catalog: String(catalog), schema: String(schema), name: String(name) },
        isView: isView === true,
      }))
      .filter(
        ({ path }) => sameName(path.catalog, shell.catalog) && sameName(path.schema, shell.schema),
      );
  }

  /** Whether a relation outside of the shell has one of the names, so that the name is ambiguous. */
  private async hasOthers(names: readonly string[]): Promise<boolean> {
    const { client, shell } = this.copying;
    const rows = await client.rows(
      `SELECT database_name, table_name FROM system.main.duckdb_tables()
       UNION ALL
       SELECT database_name, view_name FROM system.main.duckdb_views() WHERE NOT internal`,
    );
    return rows.some(
      ([catalog, name]) =>
        !sameName(String(catalog), shell.catalog) &&
        names.some((each) => sameName(each, String(name))),
    );
  }
}

function temporary(name: string): RelationPath {
  return { catalog: 'temp', schema: 'main', name };
}

/** An id that differs from that of a later table of the same name. */
async function tableId(client: Connection, { name }: RelationPath): Promise<string> {
  const [[id] = []] = await client.rows(
    `SELECT table_oid FROM system.main.duckdb_tables()
     WHERE database_name = 'temp' AND table_name = $1`,
    [name],
  );
  return String(id);
}

async function dropIfSame(client: Connection, copy: RelationPath, id: string): Promise<void> {
  try {
    if ((await tableId(client, copy)) === id) {
      await client.execute(`DROP TABLE ${pathText(copy)}`);
    }
  } catch {
    // The transaction that created the table has failed. Its rollback removes the table.
  }
}
