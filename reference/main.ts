import { CommanderError } from 'commander';
import type { Config } from './config.js';
import { Failure } from './errors.js';
import { hideSecrets } from './hide-secrets.js';
import { createServerLog } from './log.js';
import type { WrittenLog } from './log.js';
import { createCommand } from './options.js';
import { readConfig } from './read-config.js';
import type { startServer } from './server.js';
import { nextSignal } from './signals.js';

const exitCodes = { done: 0, wrongInput: 2, fault: 3, recordsLost: 4 } as const;

/** Maximum wait for the log's reader at the end, in milliseconds. */
const logPatienceMs = 1_000;

/** Loaded on demand, so that help and error messages do not wait for the engine to load. */
const start: typeof startServer = async (config, parts) =>
  (await import('./server.js')).startServer(config, parts);

/**
 * The program gizmosql-reference. Serves until a signal arrives; resolves to the exit code. `argv` excludes
 * program and script; `starting` starts the server. An error is one line on standard error, with a stack
 * trace only at --log-level debug.
 */
export async function main(argv: readonly string[], starting = start): Promise<number> {
  let config: Config | undefined;
  try {
    config = readConfig(argv);
    const inSight = hideSecrets(variableNames());
    const log = createServerLog(config);
    try {
      if (inSight !== null) {
        log.warn('passwords and keys may be read in the arguments or the environment', {
          reason: inSight,
        });
      }
      return await serve(config, log, starting);
    } finally {
      await log.flush(logPatienceMs);
    }
  } catch (error) {
    return report(error, config?.log.level === 'debug');
  }
}

/** The environment variables of the flags. They are not needed after the configuration has been read. */
function variableNames(): string[] {
  return createCommand().options.flatMap(({ envVar }) => envVar ?? []);
}

async function serve(
  config: Config,
  log: WrittenLog,
  starting: typeof startServer,
): Promise<number> {
  const signal = nextSignal();
  process.on('uncaughtException', (error) => {
    process.exit(report(error, config.log.level === 'debug'));
  });
  const server = await starting(config, { log });
  log.info('GizmoSQL server - started', {
    host: config.hostname,
    port: server.port,
    health_port: server.healthPort ?? undefined,
    instance_id: server.instanceId,
  });
  log.info('GizmoSQL server - stopping', { signal: await signal });
  const { lostRecords } = await server.stop('graceful');
  log.info('GizmoSQL server - stopped', {
    instance_id: server.instanceId,
    lost_records: lostRecords > 0 ? lostRecords : undefined,
  });
  return lostRecords > 0 ? exitCodes.recordsLost : exitCodes.done;
}

function report(error: unknown, withStack: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) {
      return exitCodes.done; // --help or --version: commander has printed it.
    }
    complain(error.message.replace(/^error: /, ''));
    return exitCodes.wrongInput;
  }
  if (error instanceof Failure) {
    complain(error.message);
    return exitCodes.wrongInput;
  }
  complain(`unexpected fault: ${error instanceof Error ? error.message : String(error)}`);
  if (withStack && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return exitCodes.fault;
}

function complain(message: string): void {
  process.stderr.write(`gizmosql-reference: ${message.trim().replace(/\s*[\r\n]+\s*/g, ' ')}\n`);
}
