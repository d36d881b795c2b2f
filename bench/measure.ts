import { createFlightSqlClient } from '@lakehouse-rs/flight-sql-client';
import type { FlightSqlClient } from '@lakehouse-rs/flight-sql-client';

/** A client of the server at a port of this machine. */
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

/** How long a query took until the client had all of it, in seconds, and how many bytes that was. */
export async function timeQuery(
  client: FlightSqlClient,
  sql: string,
): Promise<{ seconds: number; bytes: number }> {
  const started = performance.now();
  const { length: bytes } = await client.query(sql);
  return { seconds: (performance.now() - started) / 1000, bytes };
}

/** The median time of a query that is sent `times` times, one after the other, in milliseconds. */
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

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
