import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import { columnTypes } from './column.js';
import type { Column } from './column.js';
import type { InstrumentationTable, Row } from './instrumentation-table.js';
import type { PendingRows, PendingTable } from './pending-rows.js';

/** Writes a batch to the tables in one transaction; when it throws, nothing was written. */
export type WriteRows = (connection: Connection, pending: PendingRows) => Promise<void>;

/** Plans each statement anew. */
export const writeRows: WriteRows = (connection, pending) =>
  writeThrough(connection, pending, (sql, ...texts) => connection.raw.run(sql, texts));

/**
 * Plans each kind of statement once, because planning costs more than writing some dozens of rows. Only for
 * tables that no other program changes.
 */
export function writeRowsByKeptPlans(): WriteRows {
  const ofConnections = new WeakMap<Connection, Map<string, DuckDBPreparedStatement>>();
  return async (connection, pending) => {
    const plans = ofConnections.get(connection) ?? new Map<string, DuckDBPreparedStatement>();
    ofConnections.set(connection, plans);
    try {
      await writeThrough(connection, pending, async (sql, ...texts) => {
        const plan = plans.get(sql) ?? (await connection.raw.prepare(sql));
        plans.set(sql, plan);
        plan.bind(texts);
        await plan.run();
      });
    } catch (error) {
      ofConnections.delete(connection);
      throw error;
    }
  };
}

/** Runs a statement whose parameters are texts. */
type Run = (sql: string, ...texts: string[]) => Promise<unknown>;

async function writeThrough(connection: Connection, pending: PendingRows, run: Run): Promise<void> {
  await connection.execute('BEGIN');
  try {
    for (const table of pending.tables) {
      await insertRows(run, table);
      await updateRows(run, table);
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Whether a batch was committed, judged by one of its new rows; false when it has none. */
export async function isWritten(connection: Connection, pending: PendingRows): Promise<boolean> {
  for (const { table, inserts } of pending.tables) {
    const [{ name: key }] = table.columns;
    for (const id of inserts.keys()) {
      const sql = `SELECT 1 FROM ${table.name} WHERE ${key} = $1::UUID`;
      return (await connection.rows(sql, [id])).length > 0;
    }
  }
  return false;
}

/**
 * Uses no appender: that would write on the main thread and block it. Columns that are NULL in all rows are
 * left out.
 */
async function insertRows(run: Run, { table, inserts }: PendingTable): Promise<void> {
  if (inserts.size === 0) {
    return;
  }
  const rows = [...inserts.values()];
  const columns = table.columns.filter(({ name }) =>
    rows.some((row) => row[name] !== null && row[name] !== undefined),
  );
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map((column) => fromJson(column)).join(', ');
  const sql = `INSERT INTO ${table.name} (${names}) SELECT ${values} FROM ${rowsFromJson(columns)}`;
  await runWithRows(run, sql, columns, rows);
}

/** For more rows than this, one pass over the table is quicker than an index lookup for each. */
const mostSingleUpdates = 3;

async function updateRows(run: Run, { table, updates }: PendingTable): Promise<void> {
  for (const [columns, rows] of byColumns(table, updates)) {
    if (rows.length > mostSingleUpdates) {
      await updateTogether(run, table, columns, rows);
    } else {
      for (const row of rows) {
        await updateOne(run, table, columns, row);
      }
    }
  }
}

type Update = readonly [key: string, changes: Row];

/** Groups the updates by the columns that they change. */
function byColumns(
  { columns }: InstrumentationTable,
  updates: ReadonlyMap<string, Row>,
): [readonly Column[], Update[]][] {
  const groups = Map.groupBy(updates, ([, changes]) => Object.keys(changes).join());
  return [...groups].map(([names, rows]) => {
    const changed = new Set(names.split(','));
    return [columns.filter(({ name }) => changed.has(name)), rows];
  });
}

async function updateOne(
  run: Run,
  table: InstrumentationTable,
  columns: readonly Column[],
  [id, changes]: Update,
): Promise<void> {
  const [{ name: key }] = table.columns;
  const row = `system.main.from_json_strict($2::VARCHAR, '${shapeOf(columns)}')`;
  await run(
    `UPDATE ${table.name} SET ${assignments(columns, row)} WHERE ${key} = $1::UUID`,
    id,
    JSON.stringify(changes),
  );
}

async function updateTogether(
  run: Run,
  table: InstrumentationTable,
  columns: readonly Column[],
  updates: readonly Update[],
): Promise<void> {
  const [key] = table.columns;
  const all = [key, ...columns];
  const sql = `UPDATE ${table.name} SET ${assignments(columns)} FROM ${rowsFromJson(all)}
    WHERE ${table.name}.${key.name} = ${fromJson(key)}`;
  const rows = updates.map(([id, changes]) => ({ ...changes, [key.name]: id }));
  await runWithRows(run, sql, all, rows);
}

function assignments(columns: readonly Column[], row?: string): string {
  return columns.map((column) => `${column.name} = ${fromJson(column, row)}`).join(', ');
}

/** The most characters of the rows that go to DuckDB as one text, unless it is one row. */
const mostCharacters = 16 * 1024 * 1024;

/** Runs a statement over `rowsFromJson` of these columns, with so many rows at a time that their text is not too long. */
async function runWithRows(
  run: Run,
  sql: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  // DuckDB wants each column in each row.
  const empty = Object.fromEntries(columns.map(({ name }) => [name, null]));
  let part: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const text = JSON.stringify({ ...empty, ...row });
    if (characters + text.length > mostCharacters && part.length > 0) {
      await run(sql, `[${part.join()}]`);
      [part, characters] = [[], 0];
    }
    part.push(text);
    characters += text.length;
  }
  await run(sql, `[${part.join()}]`);
}

/** SQL for a relation with one column, `r`, that has the rows of the first parameter: a JSON array of objects. */
function rowsFromJson(columns: readonly Column[]): string {
  return `(SELECT unnest(system.main.from_json_strict($1::VARCHAR, '[${shapeOf(columns)}]')) AS r)`;
}

function shapeOf(columns: readonly Column[]): string {
  return JSON.stringify(
    Object.fromEntries(columns.map(({ name, type }) => [name, columnTypes[type].inJson])),
  );
}

/** SQL for a column's value in a row from JSON. */
function fromJson({ name, type }: Column, row = 'r'): string {
  return columnTypes[type].fromJson(`${row}.${name}`);
}
