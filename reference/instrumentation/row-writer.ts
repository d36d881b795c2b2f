import { LIST, UUID, listValue, uuidValue } from '@duckdb/node-api';
import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import { columnTypes } from './column.js';
import type { ColumnType } from './column.js';
import type { InstrumentationTable, Row } from './instrumentation-table.js';
import type { PendingRows, PendingTable } from './pending-rows.js';

/** Writes a batch to the tables in one transaction; when it throws, nothing was written. */
export type WriteRows = (connection: Connection, pending: PendingRows) => Promise<void>;

/** Plans each statement anew. */
export const writeRows: WriteRows = (connection, pending) =>
  writeThrough(connection, pending, (sql, values, types) =>
    connection.raw.run(sql, [...values], [...types]),
  );

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
      await writeThrough(connection, pending, async (sql, values, types) => {
        const plan = plans.get(sql) ?? (await connection.raw.prepare(sql));
        plans.set(sql, plan);
        plan.bind([...values], [...types]);
        await plan.run();
      });
    } catch (error) {
      ofConnections.delete(connection);
      throw error;
    }
  };
}

type Run = (
  sql: string,
  values: readonly DuckDBValue[],
  types: readonly DuckDBType[],
) => Promise<unknown>;

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
      const sql = `SELECT 1 FROM ${table.name} WHERE ${key} = $1`;
      return (await connection.rows(sql, [toUuid(id)])).length > 0;
    }
  }
  return false;
}

/**
 * Uses no appender: that would write on the main thread and block it. Columns that are NULL in all rows are
 * left out, because each value that is bound costs time.
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
  const lists = columns.map(({ type }, i) => unnest(i + 1, type)).join(', ');
  await run(
    `INSERT INTO ${table.name} (${names}) SELECT ${lists}`,
    columns.map(({ name, type }) =>
      listValue(rows.map((row) => toDuckDB(row[name] ?? null, type))),
    ),
    columns.map(({ type }) => LIST(columnTypes[type].bound)),
  );
}

/** The cast fixes the type before a value is bound; without it the statement would be planned twice. */
function unnest(parameter: number, type: ColumnType): string {
  return `unnest($${parameter}::${type}[])`;
}

/** For more rows than this, one pass over the table is quicker than an index lookup for each. */
const mostSingleUpdates = 3;

async function updateRows(run: Run, { table, updates }: PendingTable): Promise<void> {
  for (const [columns, rows] of byColumns(updates)) {
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
function byColumns(updates: ReadonlyMap<string, Row>): [readonly string[], Update[]][] {
  const groups = Map.groupBy(updates, ([, changes]) => Object.keys(changes).join());
  return [...groups].map(([names, rows]) => [names.split(','), rows]);
}

async function updateOne(
  run: Run,
  table: InstrumentationTable,
  columns: readonly string[],
  [id, changes]: Update,
): Promise<void> {
  const [{ name: key }] = table.columns;
  const types = columns.map((name) => typeOfColumn(table, name));
  const assignments = columns.map((name, i) => `${name} = $${i + 2}::${types[i]}`).join(', ');
  await run(
    `UPDATE ${table.name} SET ${assignments} WHERE ${key} = $1::UUID`,
    [
      toUuid(id),
      ...columns.map((name, i) => toDuckDB(changes[name] ?? null, types[i] ?? 'VARCHAR')),
    ],
    [UUID, ...types.map((type) => columnTypes[type].bound)],
  );
}

async function updateTogether(
  run: Run,
  table: InstrumentationTable,
  columns: readonly string[],
  rows: readonly Update[],
): Promise<void> {
  const [{ name: key }] = table.columns;
  const assignments = columns.map((name, i) => `${name} = changed.c${i}`).join(', ');
  const types = columns.map((name) => typeOfColumn(table, name));
  const lists = types.map((type, i) => `${unnest(i + 2, type)} AS c${i}`).join(', ');
  await run(
    `UPDATE ${table.name} SET ${assignments}
     FROM (SELECT ${unnest(1, 'UUID')} AS id, ${lists}) AS changed WHERE ${table.name}.${key} = changed.id`,
    [
      listValue(rows.map(([id]) => toUuid(id))),
      ...columns.map((name, i) =>
        listValue(
          rows.map(([, changes]) => toDuckDB(changes[name] ?? null, types[i] ?? 'VARCHAR')),
        ),
      ),
    ],
    [LIST(UUID), ...types.map((type) => LIST(columnTypes[type].bound))],
  );
}

function typeOfColumn(table: InstrumentationTable, column: string): ColumnType {
  const found = table.columns.find(({ name }) => name === column);
  if (!found) {
    throw new Error(`no column ${column} in ${table.name}`);
  }
  return found.type;
}

function toDuckDB(value: DuckDBValue, type: ColumnType): DuckDBValue {
  return type === 'UUID' && typeof value === 'string' ? toUuid(value) : value;
}

function toUuid(text: string): DuckDBValue {
  return uuidValue(BigInt(`0x${text.replaceAll('-', '')}`));
}
