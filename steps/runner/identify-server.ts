import { randomUUID } from 'node:crypto';
import type { InstrumentationState, SkipVerdict, TargetIdentity } from '../../reports/model.js';
import type { FlightSqlClient } from '../client/flight-sql-client.js';
import { FlightError } from '../client/flight-error.js';
import { withClient } from '../client/with-client.js';
import type { Lacks } from '../scenario/lacks.js';
import { typedRows } from '../scenario/parameters-table.js';
import type { ServerAddress } from '../targets/target.js';

const timeoutMs = 15_000;

export type ServerIdentity = Omit<TargetIdentity, 'kind' | 'description'>;

/** A server's identity, and what it does not offer. */
export interface Introduction {
  readonly identity: ServerIdentity;
  readonly lacks: Lacks;
  /** What it refuses of the little that all scenarios build on, each with its words. */
  readonly refusedBasics: readonly string[];
}

/**
 * Asks a server for its identity, logged in as its administrator. Builds differ in the functions they have,
 * so an answer with an error leaves that part unknown. Rejects if the server is unreachable, refuses the
 * login, or is not GizmoSQL.
 */
export async function identifyServer(address: ServerAddress): Promise<Introduction> {
  const { admin } = address.credentials;
  if (admin === undefined) {
    throw new Error('the target has no administrator to log in as');
  }
  return withClient(address, admin, timeoutMs, async (client) => {
    const [gizmosqlVersion, edition, duckdbVersion, ...others] = [
      await ask(client, 'SELECT GIZMOSQL_VERSION()'),
      await ask(client, 'SELECT GIZMOSQL_EDITION()'),
      await ask(client, 'SELECT version()'),
      await ask(client, 'SELECT GIZMOSQL_CURRENT_SESSION()'),
      await ask(client, 'SELECT GIZMOSQL_USER()'),
    ];
    if ([gizmosqlVersion, edition, ...others].every((answer) => answer === null)) {
      throw new Error(
        'it is a Flight SQL server, but no GizmoSQL: it has none of the functions GIZMOSQL_VERSION(), GIZMOSQL_CURRENT_SESSION() and GIZMOSQL_USER()',
      );
    }
    const { lacks, instrumentation } = await findLacks(client, edition, address);
    const refusedBasics = await findRefusedBasics(client);
    const channel = channelOf(gizmosqlVersion);
    return {
      identity: {
        ...{ gizmosqlVersion, edition, duckdbVersion, instrumentation },
        ...(channel === undefined ? {} : { channel }),
      },
      lacks,
      refusedBasics,
    };
  });
}

/**
 * Tries the features that not every edition has, and those that the operator may have disabled, unless the
 * suite started the server. The scenarios test any other failure.
 */
async function findLacks(
  client: FlightSqlClient,
  edition: string | null,
  { schema, instrumentation: catalog = '_gizmosql_instr' }: ServerAddress,
): Promise<{ lacks: Lacks; instrumentation: InstrumentationState }> {
  const startedByOthers = schema !== undefined;
  const name = edition === null ? 'its edition' : `its edition (${edition})`;
  const notOffered = (what: string): SkipVerdict => ({
    status: 'not-offered',
    reason: `the server says that ${what} is not in ${name}`,
  });
  const instrumentation = await refusalOf(client, `SELECT count(*) FROM ${catalog}.main.instances`);
  const kill = await refusalOf(client, `KILL SESSION '${randomUUID()}'`);
  const isLicensed = (message: string): boolean => /licen[sc]e|edition|enterprise/i.test(message);
  // Without a message about editions, the database may also be missing because it is switched off or broken.
  const core = edition !== null && /core|community/i.test(edition);
  const notInEdition = instrumentation !== undefined && (core || isLicensed(instrumentation));
  const isOff =
    instrumentation !== undefined && startedByOthers && (await ask(client, attached)) === 'false';
  const lacks: Lacks = {
    ...(notInEdition
      ? { instrumentation: notOffered('session instrumentation') }
      : isOff && { instrumentation: switchedOff }),
    ...(kill !== undefined && isLicensed(kill) && { 'kill-session': notOffered('KILL SESSION') }),
  };
  const reason = lacks.instrumentation?.reason ?? instrumentation;
  return {
    lacks,
    instrumentation: {
      state: instrumentation === undefined ? 'on' : notInEdition ? 'not offered' : 'off',
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** The channel of a release; undefined for the usual one. */
function channelOf(version: string | null): 'LTS' | 'EDGE' | undefined {
  const [, suffix] = /-(LTS|EDGE)\b/i.exec(version ?? '') ?? [];
  return suffix?.toUpperCase() as 'LTS' | 'EDGE' | undefined;
}

/** What a server refuses of what the scenarios build on, in a temporary table of the session. */
async function findRefusedBasics(client: FlightSqlClient): Promise<string[]> {
  const table = 'conformance_basics';
  const basics: readonly [string, () => Promise<unknown>][] = [
    ['SELECT 42 AS answer', () => client.query('SELECT 42 AS answer')],
    ...[`CREATE TEMP TABLE ${table} (number INTEGER)`, `INSERT INTO ${table} VALUES (1)`].map(
      (sql): [string, () => Promise<unknown>] => [sql, () => client.query(sql)],
    ),
    ['a prepared SELECT ?::INTEGER AS number', () => prepareAndExecute(client)],
  ];
  const refused: string[] = [];
  for (const [what, act] of basics) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof FlightError && error.answered)) {
        throw error;
      }
      refused.push(`the server refuses ${what}: ${error.message}`);
    }
  }
  return refused;
}

async function prepareAndExecute(client: FlightSqlClient): Promise<void> {
  const statement = await client.prepare('SELECT ?::INTEGER AS number');
  try {
    statement.bind(typedRows([['INTEGER'], ['7']]));
    await statement.query();
  } finally {
    await statement.close().catch(() => undefined);
  }
}

const attached =
  "SELECT CAST(count(*) > 0 AS VARCHAR) FROM duckdb_databases() WHERE database_name = '_gizmosql_instr'";

const switchedOff: SkipVerdict = {
  status: 'untestable',
  reason:
    'instrumentation is switched off on this server, or kept in another catalog: it has no database _gizmosql_instr (start it with --enable-instrumentation=true)',
};

/** The message with which a server refuses a statement; undefined if it does not. */
async function refusalOf(client: FlightSqlClient, sql: string): Promise<string | undefined> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    if (error instanceof FlightError && error.answered) {
      return error.message;
    }
    throw error;
  }
}

async function ask(client: FlightSqlClient, sql: string): Promise<string | null> {
  try {
    const value = (await client.query(sql)).rows[0]?.[0];
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof FlightError && error.answered) {
      return null;
    }
    throw error;
  }
}
