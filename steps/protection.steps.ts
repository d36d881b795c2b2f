import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists } from '../protocol/gen/flight_sql_pb.js';
import { CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist } from '../protocol/gen/flight_sql_pb.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { printValue } from './client/plain-value.js';
import type { Door } from './scenario/doors.js';
import { typedRows } from './scenario/parameters-table.js';
import { through } from './scenario/session.js';
import type { Session } from './scenario/session.js';
import { leaveWitness, mustBeUnchanged } from './scenario/snapshot.js';
import type { World } from './scenario/world.js';

Given('the records of a session that is over', async function (this: World) {
  await leaveWitness(this);
});

When(
  '{string} tries to ingest a row into {string}, if it exists to {word}:',
  async function (this: World, name: string, target: string, ifExists: string, table: DataTable) {
    const [heading = [], types = [], ...rows] = table
      .raw()
      .map((row) => row.map((cell) => this.fill(cell)));
    const typed = typedRows([types, ...rows]);
    const columns = typed.columns.map(({ type }, place) => ({ name: heading[place] ?? '', type }));
    const parts = this.fill(target).split('.');
    const [tableName = '', schema, catalog] = parts.reverse();
    const request = {
      table: tableName,
      ...(schema === undefined ? {} : { schema }),
      ...(catalog === undefined ? {} : { catalog }),
      tableDefinitionOptions: {
        ifNotExist: IfNotExist.CREATE,
        ifExists: ifExists === 'replace' ? IfExists.REPLACE : IfExists.APPEND,
      },
    };
    await this.session(name).tryForbidden([
      {
        sql: `CommandStatementIngest (${JSON.stringify(request)})`,
        act: (client) => client.ingest(request, { columns, rows: typed.rows }),
      },
    ]);
  },
);

/** The ways in which a client can send any statement. */
const everyWay: readonly Door[] = [
  'a query',
  'an update',
  'a prepared query',
  'a prepared update',
  'an update in a transaction',
];

// Tries each line of the text or cell of the table, or one text in each way. All of them are tried, so that
// the report shows every one that is not refused. Each is first tried in a transaction, as with `tries the
// forbidden`.
Then(
  /^"([^"]*)" is refused(?: (each of)(?: these)?|, by each way of executing it)(, because clients may only read)?:$/,
  async function (
    this: World,
    name: string,
    each: string | null,
    reason: string | null,
    what: string | DataTable,
  ) {
    const session = this.session(name);
    const texts = typeof what === 'string' ? what.split('\n') : what.raw().flat();
    const tries: [Door, string][] =
      each === null
        ? everyWay.map((door) => [door, texts.join('\n')])
        : texts.map((text) => ['a query', text]);
    const faults: PromiseBroken[] = [];
    for (const [door, text] of tries) {
      const attempts = [through(door, this.fill(text))];
      // This way has its own transaction, and transactions do not nest.
      await (door === 'an update in a transaction'
        ? session.tryAll(attempts)
        : session.tryForbidden(attempts));
      try {
        if (reason === null) {
          session.refusal();
        } else {
          mustSayReadOnly(this, session);
        }
      } catch (error) {
        if (!(error instanceof PromiseBroken)) {
          throw error;
        }
        faults.push(error.of(`sent by ${door}`));
      }
    }
    const [first] = faults;
    if (first !== undefined) {
      throw first.of(
        `${faults.length} of ${tries.length} were not refused so; this is the first of them`,
      );
    }
  },
);

Then(
  /^the instrumentation (is as it was|database is still attached)$/,
  async function (this: World, what: string) {
    await (what === 'is as it was' ? mustBeUnchanged(this) : mustBeAttached(this));
  },
);

async function mustBeAttached(world: World): Promise<void> {
  const sql =
    "SELECT count(*) FROM duckdb_databases() WHERE database_name = '_gizmosql_instr' AND (SELECT count(*) FROM _gizmosql_instr.main.sessions) > 0";
  const { rows } = await world.look(sql);
  if (Number(rows[0]?.[0]) !== 1) {
    throw new PromiseBroken('_gizmosql_instr is attached', sql, 'it is not');
  }
}

/**
 * The refusal must name the catalog and give the reason. The server may quote the statement, so the quote is
 * not considered.
 */
function mustSayReadOnly(world: World, session: Session): void {
  const { sql } = session.lastAnswer;
  const message = session.refusal();
  const own = message.replaceAll(sql, '').replaceAll(/\s+/g, ' ');
  const catalog = world.memory.inCatalog('_gizmosql_instr');
  if (!own.includes(catalog) || !/read-only for client sessions/i.test(own)) {
    const promised = `a refusal that names ${catalog} and says that it is read-only for client sessions`;
    throw new PromiseBroken(promised, sql, printValue(message));
  }
}
