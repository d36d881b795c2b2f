import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { loadExtensions } from '../fixtures/surroundings/extensions.js';
import { createDatabase } from '../fixtures/surroundings/postgres-server.js';
import type { PostgresLogin } from '../fixtures/surroundings/postgres-server.js';
import { FlightSqlClient } from '../steps/client/flight-sql-client.js';
import { Database } from '../reference/engine/database.js';
import { startReference } from './start-reference.js';
import type { Reference } from './start-reference.js';

const servers = 4;
const sessionsEach = 8;
const catalog = 'instr';
const login = { username: 'bench', password: 'bench' };

/** The queries sent to several servers that write to one catalog, and the catalog's contents afterwards. */
export interface Sharing {
  /** The texts of the queries that were answered; each is unique. */
  readonly answered: readonly string[];
  /** The texts of the complete, successful executions in the catalog. */
  readonly recorded: readonly string[];
  /** Rows by status: `instances`, `sessions` and `sql_executions`. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Snapshots of the catalog: one for each commit. */
  readonly commits: number;
  /**
   * Commits that failed because another server committed first, from the logs: the number of the try for
   * each. All were retried.
   */
  readonly conflicts: readonly number[];
  /** From an answer of the first server until a query of the last one finds its record. */
  readonly delaysMs: readonly number[];
}

/**
 * Runs four servers with eight sessions each that query without a pause for `seconds`, all recording in one
 * DuckLake. Its metadata is in `postgres`, its data in a temporary folder. Resolves when the servers have
 * stopped and the catalog was read.
 */
export async function shareCatalog(
  postgres: PostgresLogin,
  extensions: string,
  seconds: number,
): Promise<Sharing> {
  const folder = await mkdtemp(join(tmpdir(), 'sharing-'));
  try {
    const name = `lake_${crypto.randomUUID().slice(0, 8)}`;
    await createDatabase(postgres, name);
    const attach = `${loadExtensions(extensions, ['ducklake', 'postgres_scanner'])}
      CREATE SECRET meta (TYPE postgres, HOST '${postgres.host}', PORT ${postgres.port},
        DATABASE '${name}', USER '${postgres.user}', PASSWORD '${postgres.password}');
      CREATE SECRET lake (TYPE ducklake, METADATA_PATH '', DATA_PATH '${join(folder, 'data')}/',
        METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'meta'});
      ATTACH 'ducklake:lake' AS ${catalog};`;
    // DuckLake cannot be set up by several servers at once, so this attaches it first.
    await inCatalog(attach, () => Promise.resolve());
    const started = await Promise.all(
      Array.from({ length: servers }, (_, i) =>
        startReference(
          ...['--database-filename', join(folder, `${i}.db`), '--enable-instrumentation', 'true'],
          ...['--instrumentation-catalog', catalog, '--init-sql-commands', attach],
        ),
      ),
    );
    const work = await keepBusy(started, performance.now() + seconds * 1000);
    await Promise.all(started.map((server) => server.stop()));
    return { ...work, conflicts: conflicts(started), ...(await inCatalog(attach, readCatalog)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The missing or wrong records, one message for each kind; empty if the records are complete. */
export function losses({ answered, recorded, statuses }: Sharing): string[] {
  const found = new Map<string, number>();
  recorded.forEach((text) => found.set(text, (found.get(text) ?? 0) + 1));
  const lost = answered.filter((text) => !found.has(text));
  const doubled = [...found].filter(([, times]) => times > 1);
  const list = (texts: readonly string[]) => `${texts.length}: ${texts.slice(0, 3).join('; ')}`;
  const complete = {
    instances: { stopped: servers },
    // Two more sessions measure how soon records are visible.
    sessions: { closed: servers * sessionsEach + 2 },
  };
  return [
    ...(lost.length > 0 ? [`no complete execution of ${list(lost)}`] : []),
    ...(doubled.length > 0 ? [`several of ${list(doubled.map(([text]) => text))}`] : []),
    ...Object.entries(complete)
      .filter(([table, right]) => !isDeepStrictEqual(statuses[table], right))
      .map(([table]) => `${table}: ${JSON.stringify(statuses[table])}`),
    ...Object.keys(statuses['sql_executions'] ?? {})
      .filter((status) => status !== 'success')
      .map((status) => `executions that are '${status}'`),
  ];
}

async function keepBusy(
  started: readonly Reference[],
  end: number,
): Promise<Pick<Sharing, 'answered' | 'delaysMs'>> {
  const answered: string[] = [];
  const delaysMs: number[] = [];
  const sessions = started.map((server, i) =>
    Promise.all(
      Array.from({ length: sessionsEach }, async (_, j) => {
        const client = await connect(server);
        for (let n = 0; n === 0 || performance.now() < end; n++) {
          const sql = `SELECT ${n} AS of_session_${i}_${j}`;
          await client.query(sql);
          answered.push(sql);
        }
        client.close();
      }),
    ),
  );
  const [first, last] = [started[0], started.at(-1)];
  if (first && last) {
    const [teller, looker] = [await connect(first), await connect(last)];
    do {
      delaysMs.push(await recordDelay(teller, looker));
    } while (performance.now() < end);
    teller.close();
    looker.close();
  }
  await Promise.all(sessions);
  return { answered, delaysMs };
}

function connect({ port }: Reference): Promise<FlightSqlClient> {
  return FlightSqlClient.connect({ host: '127.0.0.1', port }, login, { timeoutMs: 60_000 });
}

async function recordDelay(teller: FlightSqlClient, looker: FlightSqlClient): Promise<number> {
  const text = `SELECT '${crypto.randomUUID()}'`;
  await teller.query(text);
  const answered = performance.now();
  for (;;) {
    const looked = performance.now();
    const { rows } = await looker.query(
      `SELECT 1 FROM ${catalog}.sql_executions JOIN ${catalog}.sql_statements USING (statement_id)
       WHERE sql_text = $$${text}$$ AND status = 'success'`,
    );
    if (rows.length > 0) {
      return looked - answered;
    }
    // Without a pause the queries would take processor time from the servers.
    await sleep(50);
  }
}

function conflicts(started: readonly Reference[]): number[] {
  return started
    .flatMap(({ lines }) => lines)
    .filter((line) => line.includes('instrumentation records wait for another server'))
    .map((line) => (JSON.parse(line) as { attempt: number }).attempt);
}

type Read = (rows: (sql: string) => Promise<unknown[][]>) => Promise<unknown>;

async function inCatalog<R extends Read>(attach: string, read: R): Promise<Awaited<ReturnType<R>>> {
  const database = await Database.open({ path: null, readonly: false });
  const connection = await database.connect();
  try {
    await connection.execute(attach);
    return (await read((sql) => connection.rows(sql))) as Awaited<ReturnType<R>>;
  } finally {
    connection.close();
    database.close();
  }
}

async function readCatalog(
  rows: (sql: string) => Promise<unknown[][]>,
): Promise<Pick<Sharing, 'recorded' | 'statuses' | 'commits'>> {
  const recorded = await rows(
    `SELECT sql_text FROM ${catalog}.sql_executions e
     JOIN ${catalog}.sql_statements USING (statement_id)
     JOIN ${catalog}.sessions USING (session_id) JOIN ${catalog}.instances USING (instance_id)
     WHERE e.status = 'success' AND rows_fetched = 1 AND sql_text LIKE '%of_session%'`,
  );
  const statuses: Record<string, Record<string, number>> = {};
  for (const table of ['instances', 'sessions', 'sql_executions']) {
    const counted = await rows(`SELECT status, count(*) FROM ${catalog}.${table} GROUP BY status`);
    statuses[table] = Object.fromEntries(
      counted.map(([status, count]) => [String(status), Number(count)]),
    );
  }
  const [[commits] = []] = await rows(`SELECT count(*) FROM ducklake_snapshots('${catalog}')`);
  return { recorded: recorded.map(([text]) => String(text)), statuses, commits: Number(commits) };
}
