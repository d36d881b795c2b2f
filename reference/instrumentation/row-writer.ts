import { BIGINT, BOOLEAN, INTEGER, TIMESTAMP, UUID, VARCHAR, uuidValue } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import { instrumentationCatalog } from './instrumentation-database.js';
import type { PendingRows, PendingTable } from './pending-rows.js';
import type { ColumnType, InstrumentationTable } from './tables.js';

const duckdbTypes: Readonly<Record<ColumnType, DuckDBType>> = {
  UUID,
  VARCHAR,
  INTEGER,
  BIGINT,
  BOOLEAN,
  TIMESTAMP,
};

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

async function insertRows(connection: Connection, { table, inserts }: PendingTable): Promise<void> {
  if (inserts.size === 0) {
    return;
  }
  const appender = await connection.raw.createAppender(table.name, 'main', instrumentationCatalog);
  try {
    for (const row of inserts.values()) {
      for (const [column, type] of table.columns) {
        appender.appendValue(toDuckDB(row[column] ?? null, type), duckdbTypes[type]);
      }
      appender.endRow();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

async function updateRows(connection: Connection, { table, updates }: PendingTable): Promise<void> {
  const [key] = table.columns;
  for (const [id, changes] of updates) {
    const names = Object.keys(changes);
    const assignments = names.map((name, i) => `${name} = $${i + 1}`).join(', ');
    const sql = `UPDATE ${table.name} SET ${assignments} WHERE ${key?.[0] ?? ''} = $${names.length + 1}`;
    const types = names.map((name) => typeOf(table, name));
    await connection.raw.run(
      sql,
      [
        ...names.map((name, i) => toDuckDB(changes[name] ?? null, types[i] ?? 'VARCHAR')),
        toUuid(id),
      ],
      [...types.map((type) => duckdbTypes[type]), UUID],
    );
  }
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
