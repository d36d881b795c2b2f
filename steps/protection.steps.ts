import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { CommandStatementIngest_TableDefinitionOptions_TableExistsOption as IfExists } from '../protocol/gen/flight_sql_pb.js';
import { CommandStatementIngest_TableDefinitionOptions_TableNotExistOption as IfNotExist } from '../protocol/gen/flight_sql_pb.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { typedRows } from './scenario/parameters-table.js';
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

Then('the instrumentation is as it was', async function (this: World) {
  await mustBeUnchanged(this);
});

Then('the instrumentation database is still attached', async function (this: World) {
  const sql =
    "SELECT count(*) FROM duckdb_databases() WHERE database_name = '_gizmosql_instr' AND (SELECT count(*) FROM _gizmosql_instr.main.sessions) > 0";
  const { rows } = await this.look(sql);
  if (Number(rows[0]?.[0]) !== 1) {
    throw new PromiseBroken('_gizmosql_instr is attached', sql, 'it is not');
  }
});
