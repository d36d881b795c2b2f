import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Endpoint } from '../steps/client/channel.js';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import type { Config } from './config.js';
import { Database } from './engine/database.js';
import type { Log, LogFields } from './log.js';
import { startServer } from './server.js';
import { usualStatements } from './read-config.js';
import { usualRelease } from './release.js';
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
  /** Logs in by default as the admin. The client is closed with the workshop, if not before. */
  connect(
    server: Pick<RunningServer, 'port'>,
    options?: {
      readonly credentials?: typeof login;
      readonly tls?: Endpoint['tls'];
      readonly timeoutMs?: number;
    },
  ): Promise<FlightSqlClient>;
  /** Rows of an instrumentation file whose server has stopped; by default of the file in the folder. */
  recorded(sql: string, file?: string): Promise<unknown[][]>;
  /** Closes the clients, stops the running servers and removes the folder. */
  close(): Promise<void>;
}

export const login = { username: 'alice', password: 'geheim' };

/**
 * A workshop for each test of the spec that calls this, or with `beforeAll` and `afterAll` one for all of its
 * tests. It is closed by itself.
 */
export function useWorkshop(
  before: (open: () => Promise<void>) => void = beforeEach,
  after: (close: () => Promise<void>) => void = afterEach,
): Omit<Workshop, 'close'> {
  const used = {} as Workshop;
  before(async () => {
    Object.assign(used, await openWorkshop());
  });
  after(() => used.close());
  return used;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'server-'));
  const lines: LogLine[] = [];
  const running = new Set<RunningServer>();
  const clients: FlightSqlClient[] = [];
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
    connect: async ({ port }, { credentials = login, tls, timeoutMs = 60_000 } = {}) => {
      const endpoint = { host: '127.0.0.1', port, ...(tls ? { tls } : {}) };
      const client = await FlightSqlClient.connect(endpoint, credentials, { timeoutMs });
      clients.push(client);
      return client;
    },
    recorded: (sql, file = join(folder, 'gizmosql_instrumentation.db')) => rowsOf(file, sql),
    close: async () => {
      for (const client of clients) {
        client.close();
      }
      await Promise.all([...running].map((server) => server.stop('end of the spec')));
      await rm(folder, { recursive: true });
    },
  };
}

async function rowsOf(file: string, sql: string): Promise<unknown[][]> {
  const database = await Database.open({ path: file, readonly: true });
  const connection = await database.connect();
  try {
    return await connection.rows(sql);
  } finally {
    connection.close();
    database.close();
  }
}

function defaults(folder: string): Config {
  return {
    release: usualRelease,
    clusterId: null,
    instanceTag: null,
    statements: usualStatements,
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
