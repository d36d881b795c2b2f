import type { FlightSqlClient } from '../client/flight-sql-client.js';
import type { PreparedStatement } from '../client/prepared-statement.js';
import type { ResultTable } from '../client/result-table.js';
import type { TypedRows } from '../client/parameters.js';

/** A transaction id that the server did not issue. */
const unknownTransaction = new TextEncoder().encode('no transaction has this id');

/** The ways in which a client can send a statement, by their names in scenarios. */
export const doors = {
  'a query': (client: FlightSqlClient, sql: string) => client.query(sql),
  'an update': (client: FlightSqlClient, sql: string) => client.update(sql),
  'a prepared query': (client: FlightSqlClient, sql: string, parameters?: TypedRows) =>
    prepared(client, sql, parameters, (statement) => statement.query()),
  'a prepared update': (client: FlightSqlClient, sql: string, parameters?: TypedRows) =>
    prepared(client, sql, parameters, (statement) => statement.update()),
  'an update in a transaction': async (client: FlightSqlClient, sql: string) => {
    const transaction = await client.beginTransaction();
    try {
      return await client.update(sql, { transaction });
    } finally {
      await client.endTransaction(transaction, 'rollback');
    }
  },
  'a query in a transaction that is not there': (client: FlightSqlClient, sql: string) =>
    client.query(sql, { transaction: unknownTransaction }),
  'an update in a transaction that is not there': (client: FlightSqlClient, sql: string) =>
    client.update(sql, { transaction: unknownTransaction }),
  'a prepared query in a transaction that is not there': async (
    client: FlightSqlClient,
    sql: string,
  ) => {
    const statement = await client.prepare(sql, { transaction: unknownTransaction });
    try {
      return await statement.query();
    } finally {
      await statement.close();
    }
  },
} satisfies Record<
  string,
  (
    client: FlightSqlClient,
    sql: string,
    parameters?: TypedRows,
  ) => Promise<ResultTable | bigint | string>
>;

export type Door = keyof typeof doors;

async function prepared<T>(
  client: FlightSqlClient,
  sql: string,
  parameters: TypedRows | undefined,
  execute: (statement: PreparedStatement) => Promise<T>,
): Promise<T> {
  const statement = await client.prepare(sql);
  try {
    if (parameters !== undefined) {
      statement.bind(parameters);
    }
    return await execute(statement);
  } finally {
    await statement.close();
  }
}
