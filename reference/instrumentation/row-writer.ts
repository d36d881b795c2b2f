import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  LIST,
  TIMESTAMP,
  UUID,
  VARCHAR,
  listValue,
  uuidValue,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import type { Changes, PendingRows, PendingTable } from './pending-rows.js';
import type { ColumnType, InstrumentationTable } from './tables.js';

const duckdbTypes: Readonly<Record<ColumnType, DuckDBType>> = {
  UUID,
  VARCHAR,
  INTEGER,
  BIGINT,
  BOOLEAN,
  TIMESTAMP,
};

/** Writes a batch to the tables, all of it or nothing. */
export type WriteRows = (connection: Connection, pending: PendingRows) => Promise<void>;

/** Writes all of `pending` in one transaction: all of it or, throwing, nothing. */
export async function writeRows(connection: Connection, pending: PendingRows): Promise<void> {
  await connection.execute('BEGIN');
  try {
    for (const table of pending.tables) {
      await insertRows(connection, table);
      await updateRows(connection, table);
    }
    await connection.execute('COMMIT');
  } catch (error) {
    await connection.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Whether a transaction of these rows was committed: its new rows are there, all of them or none. */
export async function isWritten(connection: Connection, pending: PendingRows): Promise<boolean> {
  for (const { table, inserts } of pending.tables) {
    const [[key]] = table.columns;
    for (const id of inserts.keys()) {
      const sql = `SELECT 1 FROM ${table.name} WHERE ${key} = $1`;
      return (await connection.rows(sql, [toUuid(id)])).length > 0;
    }
  }
  return false;
}

/** Not by an appender: that would do the writing on the thread that everything else waits for. */
async function insertRows(connection: Connection, { table, inserts }: PendingTable): Promise<void> {
  if (inserts.size === 0) {
    return;
  }
  const rows = [...inserts.values()];
  const columns = table.columns.filter(([name]) => rows.some((row) => name in row));
  const names = columns.map(([name]) => name).join(', ');
  const lists = columns.map((_, i) => `unnest($${i + 1})`).join(', ');
  await connection.raw.run(
    `INSERT INTO ${table.name} (${names}) SELECT ${lists}`,
    columns.map(([name, type]) => listValue(rows.map((row) => toDuckDB(row[name] ?? null, type)))),
    columns.map(([, type]) => LIST(duckdbTypes[type])),
  );
}

/** With more rows than these, one pass over the table is quicker than a look at its index for each. */
const mostSingleUpdates = 3;

async function updateRows(connection: Connection, { table, updates }: PendingTable): Promise<void> {
  for (const [columns, rows] of byColumns(updates)) {
    if (rows.length > mostSingleUpdates) {
      await updateTogether(connection, table, columns, rows);
    } else {
      for (const row of rows) {
        await updateOne(connection, table, columns, row);
      }
    }
  }
}

type Update = readonly [key: string, changes: Changes];

/** The updates that change the same columns, by these columns. */
function byColumns(updates: ReadonlyMap<string, Changes>): [readonly string[], Update[]][] {
  const groups = Map.groupBy(updates, ([, changes]) => Object.keys(changes).join());
  return [...groups].map(([names, rows]) => [names.split(','), rows]);
}

async function updateOne(
  connection: Connection,
  table: InstrumentationTable,
  columns: readonly string[],
  [id, changes]: Update,
): Promise<void> {
  const [[key]] = table.columns;
  const assignments = columns.map((name, i) => `${name} = $${i + 2}`).join(', ');
  const types = columns.map((name) => typeOf(table, name));
  await connection.raw.run(
    `UPDATE ${table.name} SET ${assignments} WHERE ${key} = $1`,
    [
      toUuid(id),
      ...columns.map((name, i) => toDuckDB(changes[name] ?? null, types[i] ?? 'VARCHAR')),
    ],
    [UUID, ...types.map((type) => duckdbTypes[type])],
  );
}

async function updateTogether(
  connection: Connection,
  table: InstrumentationTable,
  columns: readonly string[],
  rows: readonly Update[],
): Promise<void> {
  const [[key]] = table.columns;
  const assignments = columns.map((name, i) => `${name} = changed.c${i}`).join(', ');
  const lists = columns.map((_, i) => `unnest($${i + 2}) AS c${i}`).join(', ');
  const types = columns.map((name) => typeOf(table, name));
  await connection.raw.run(
    `UPDATE ${table.name} SET ${assignments}
     FROM (SELECT unnest($1) AS id, ${lists}) AS changed WHERE ${table.name}.${key} = changed.id`,
    [
      listValue(rows.map(([id]) => toUuid(id))),
      ...columns.map((name, i) =>
        listValue(
          rows.map(([, changes]) => toDuckDB(changes[name] ?? null, types[i] ?? 'VARCHAR')),
        ),
      ),
    ],
    [LIST(UUID), ...types.map((type) => LIST(duckdbTypes[type]))],
  );
}

function typeOf(table: InstrumentationTable, column: string): ColumnType {
  const found = table.columns.find(([name]) => name === column);
  if (!found) {
    throw new Error(`no column ${column} in ${table.name}`);
  }
  return found[1];
}

function toDuckDB(value: DuckDBValue, type: ColumnType): DuckDBValue {
  return type === 'UUID' && typeof value === 'string' ? toUuid(value) : value;
}

function toUuid(text: string): DuckDBValue {
  return uuidValue(BigInt(`0x${text.replaceAll('-', '')}`));
}
