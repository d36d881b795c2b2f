import type { DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '../engine/connection.js';
import { isInterrupted } from '../engine/engine-error.js';
import type { PreparedQuery } from '../engine/prepared-query.js';
import { askReachable } from '../engine/reachable-databases.js';
import type { Session } from '../sessions/session.js';
import { describeTables } from './describe-tables.js';
import type { MetadataQuery } from './metadata/metadata-query.js';
import { tableOf } from './metadata/table-of.js';
import { withTableSchemas } from './metadata/table-schemas.js';
import { schemaWithTableSchema } from './metadata/tables.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

/**
 * The Executable that answers a metadata request: the prepared query or, for GetTables with include_schema,
 * its rows with each table's Arrow schema. If an attached database is unreachable, the answer covers the
 * other databases.
 */
export function metadataAnswer(
  prepared: PreparedQuery,
  { connection }: Session,
  { sql, schema }: MetadataQuery,
): Executable {
  return {
    type: prepared.type,
    parameterCount: 0,
    schema: () => Promise.resolve(schema),
    parameterSchema: () => prepared.parameterSchema(),
    stream: async () => {
      const rows = await listed(prepared, connection, sql);
      return tableResult(
        schema === schemaWithTableSchema
          ? await withTableSchemas(rows.map(tableRow), await describeTables(connection))
          : tableOf(
              schema,
              schema.fields.map((_, column) => rows.map((row) => row[column])),
            ),
      );
    },
    update: () => Promise.resolve(0),
    close: () => {
      prepared.close();
    },
  };
}

async function listed(
  prepared: PreparedQuery,
  connection: Connection,
  sql: string,
): Promise<DuckDBValue[][]> {
  try {
    return await prepared.rows();
  } catch (error) {
    // In the client's transaction the fallback would miss the tables that it created.
    if (isInterrupted(error) || (await connection.inTransaction())) {
      throw error;
    }
    return askReachable(connection, sql).catch(() => {
      throw error;
    });
  }
}

function tableRow([catalog, dbSchema, table, type]: DuckDBValue[]) {
  return {
    catalog: String(catalog),
    dbSchema: String(dbSchema),
    table: String(table),
    type: String(type),
  };
}
