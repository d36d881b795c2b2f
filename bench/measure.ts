import { createFlightSqlClient } from '@lakehouse-rs/flight-sql-client';
import type { FlightSqlClient } from '@lakehouse-rs/flight-sql-client';

/** Connects a client to the server at a local port. */
export async function connect(port: number, username: string, password: string) {
  return createFlightSqlClient({
    host: '127.0.0.1',
    port,
    tls: false,
    headers: [],
    username,
    password,
  });
}

/** The time until the client has the whole result of a query, in seconds, and its size in bytes. */
export async function timeQuery(
  client: FlightSqlClient,
  sql: string,
): Promise<{ seconds: number; bytes: number }> {
  const started = performance.now();
  const { length: bytes } = await client.query(sql);
  return { seconds: (performance.now() - started) / 1000, bytes };
}

/** The median time of a query in milliseconds, sent `times` times in sequence. */
export async function timeRoundTrip(
  client: FlightSqlClient,
  sql: string,
  times: number,
): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    taken.push((await timeQuery(client, sql)).seconds * 1000);
  }
  return median(taken);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
