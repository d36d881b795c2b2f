import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { ResultTable } from '../client/result-table.js';
import type { Outcome } from './evidence.js';
import type { Session } from './session.js';

/** Flight SQL's metadata calls, by their names in scenarios. */
const questions: Record<
  string,
  (client: FlightSqlClient, table: string) => Promise<ResultTable | string>
> = {
  ListActions: async (client) => (await client.listActions()).map(({ type }) => type).join(', '),
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

/**
 * The metadata calls, and variants that a server may implement separately: patterns with escapes, and
 * columns.
 */
const all: typeof questions = {
  ...questions,
  'GetDbSchemas by a pattern': (client) =>
    client.metadata('dbSchemas', { dbSchemaFilterPattern: 'm_in' }),
  'GetTables by a pattern': (client, table) =>
    client.metadata('tables', { tableNameFilterPattern: table.replaceAll('_', '\\_') }),
  'GetTables with columns': (client, table) =>
    client.metadata('tables', { tableNameFilterPattern: table, includeSchema: true }),
};

/** Makes all metadata calls, whether or not they succeed. Resolves to the outcomes by name. */
export async function askAll(session: Session, table: string): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const [question, ask] of Object.entries(all)) {
    const act = (client: FlightSqlClient) => ask(client, table);
    outcomes.set(question, await session.perform(`${question}(${table})`, act));
  }
  return outcomes;
}

/** Makes one metadata call, for `table` if it needs one. The call must succeed. */
export async function askMetadata(session: Session, question: string, table = ''): Promise<void> {
  const ask = questions[question];
  if (ask === undefined) {
    throw new Error(`there is no question '${question}'`);
  }
  await session.succeed(`${question}(${table})`, (client) => ask(client, table));
}
