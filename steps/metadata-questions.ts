import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { ResultTable } from './client/result-table.js';
import type { Session } from './session.js';

/** Flight SQL's questions by the names that a scenario uses. */
const questions: Record<string, (client: FlightSqlClient, table: string) => Promise<ResultTable>> =
  {
    GetCatalogs: (client) => client.metadata('catalogs'),
    GetDbSchemas: (client) => client.metadata('dbSchemas'),
    GetTables: (client) => client.metadata('tables'),
    GetTableTypes: (client) => client.metadata('tableTypes'),
    GetPrimaryKeys: (client, table) => client.metadata('primaryKeys', { table }),
    GetImportedKeys: (client, table) => client.metadata('importedKeys', { table }),
    GetExportedKeys: (client, table) => client.metadata('exportedKeys', { table }),
    GetCrossReference: (client, table) =>
      client.metadata('crossReference', { pkTable: table, fkTable: table }),
  };

/** Asks one of them, about a table if it is about one; it must be answered. */
export async function askMetadata(session: Session, question: string, table = ''): Promise<void> {
  const ask = questions[question];
  if (ask === undefined) {
    throw new Error(`there is no question '${question}'`);
  }
  await session.succeed(`${question}(${table})`, (client) => ask(client, table));
}
