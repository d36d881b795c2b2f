import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from './config.js';
import type { Log, LogFields } from './log.js';
import { startServer } from './server.js';
import type { ServerParts } from './server-parts.js';
import type { RunningServer } from './server.js';

/** A logged line. */
export type LogLine = LogFields & { readonly msg: string };

/** Starts servers for specs in this process, on free ports, with their files in one folder. */
export interface Workshop {
  readonly folder: string;
  /** All lines that the servers logged. */
  readonly lines: LogLine[];
  start(changes?: Partial<Config>, parts?: Partial<ServerParts>): Promise<RunningServer>;
  /** Stops the running servers and removes the folder. */
  close(): Promise<void>;
}

export const login = { username: 'alice', password: 'geheim' };

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'server-'));
  const lines: LogLine[] = [];
  const running = new Set<RunningServer>();
  const write = (msg: string, fields: LogFields = {}) => {
    lines.push({ ...fields, msg });
  };
  const log: Log = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    at: (_, message, fields) => {
      write(message, fields);
    },
  };
  return {
    folder,
    lines,
    start: async (changes = {}, parts = {}) => {
      const server = await startServer({ ...defaults(folder), ...changes }, { log, ...parts });
      running.add(server);
      return {
        ...server,
        stop: async (reason) => {
          running.delete(server);
          return server.stop(reason);
        },
      };
    },
    close: async () => {
      await Promise.all([...running].map((server) => server.stop('end of the spec')));
      await rm(folder, { recursive: true });
    },
  };
}

function defaults(folder: string): Config {
  return {
    hostnameArg: null,
    hostname: '127.0.0.1',
    port: 0,
    healthPort: null,
    databaseFilename: join(folder, 'main.db'),
    readonly: false,
    initSql: [],
    allowedDirectories: null,
    queryTimeoutSeconds: 0,
    sessionIdleTimeoutSeconds: 0,
    maxMessageBytes: 256 * 1024 * 1024,
    ...login,
    secretKey: 'a secret of the specs, long enough to sign with',
    allowCrossInstanceTokens: false,
    healthCheckQuery: 'SELECT 1',
    bootstrapTokens: null,
    tls: null,
    instrumentation: { enabled: true, databasePath: null, catalog: null, schema: 'main' },
    log: {
      level: 'info',
      format: 'text',
      file: null,
      queryLevel: 'info',
      authLevel: 'info',
      printQueries: false,
      access: true,
    },
    filesRead: [],
  };
}
