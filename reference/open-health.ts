import type { Config } from './config.js';
import type { Database } from './engine/database.js';
import { engineMessage } from './engine/engine-error.js';
import { HealthEndpoint } from './flight/health.js';
import type { Log } from './log.js';

const intervalMs = 5_000;

/**
 * Opens the health service, if configured. It runs the configured query on its own connection, without a
 * session or a record. Adds its cleanup to `closing`.
 */
export async function openHealth(
  { hostname, healthPort, healthCheckQuery }: Config,
  database: Database,
  log: Log,
  closing: (() => unknown)[],
): Promise<HealthEndpoint | null> {
  if (healthPort === null) {
    return null;
  }
  const connection = await database.connect();
  closing.push(() => {
    connection.close();
  });
  const endpoint = await HealthEndpoint.open(hostname, healthPort, {
    run: () => connection.execute(healthCheckQuery),
    interrupt: () => {
      connection.interrupt();
    },
    intervalMs,
    changed: (reason) => {
      if (reason === null) {
        log.info('the health check passes again');
      } else {
        log.warn('the health check fails', { error: engineMessage(reason) });
      }
    },
  });
  closing.push(() => endpoint.close());
  return endpoint;
}
