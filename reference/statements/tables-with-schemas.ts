import type { PreparedQuery } from '../engine/prepared-query.js';
import type { Session } from '../sessions/session.js';
import { describeTables } from './describe-tables.js';
import { withTableSchemas } from './metadata/table-schemas.js';
import { schemaWithTableSchema } from './metadata/tables.js';
import type { Executable } from './statement.js';
import { tableResult } from './table-result.js';

/** GetTables with include_schema: the prepared query's rows, each with its table's Arrow schema beside it. */
export function tablesWithSchemas(prepared: PreparedQuery, { connection }: Session): Executable {
  return {
    type: prepared.type,
    parameterCount: 0,
    schema: () => Promise.resolve(schemaWithTableSchema),
    parameterSchema: () => prepared.parameterSchema(),
    stream: async () => {
      const rows = (await prepared.rows()).map(([catalog, dbSchema, table, type]) => ({
        catalog: String(catalog),
        dbSchema: String(dbSchema),
        table: String(table),
        type: String(type),
      }));
      return tableResult(await withTableSchemas(rows, await describeTables(connection)));
    },
    update: () => Promise.resolve(0),
    close: () => {
      prepared.close();
    },
  };
}
