import { Then } from '@cucumber/cucumber';
import { valueText } from './client/plain-value.js';
import { loggedIds } from './scenario/log-ids.js';
import type { LoggedId } from './scenario/log-ids.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

const tables = { statement: 'sql_statements', execution: 'sql_executions' } as const;

Then(
  /^the log names each (statement|execution) of "([^"]*)" by its id, and none that is not recorded$/,
  async function (this: World, kind: keyof typeof tables, name: string) {
    const own = await recordedIds(this, kind, `session_id = '${this.fill(`\${${name}}`)}'`);
    const logged = () => loggedIds(this.servers.exclusive.log(), idOf(kind));
    await becomes(
      {
        promised: `the log has the ${idOf(kind)} of each of ${own.join(', ')}`,
        sent: 'a look into the log of the server',
        look: () => Promise.resolve(logged()),
        judge: (ids) => {
          const silent = own.filter((id) => !ids.includes(id));
          return own.length > 0 && silent.length === 0
            ? undefined
            : `without ${silent.join(', ') || 'any record'}; its ids are ${ids.join(', ') || 'none'}`;
        },
      },
      this.visibilityMs,
    );
    const ids = logged();
    await becomes(
      {
        promised: `each ${idOf(kind)} in the log is that of a record`,
        sent: `SELECT ${idOf(kind)} FROM _gizmosql_instr.main.${tables[kind]}`,
        look: () => recordedIds(this, kind, 'true'),
        judge: (recorded) => {
          const unknown = ids.filter((id) => !recorded.includes(id));
          return unknown.length === 0 ? undefined : `no record of ${unknown.join(', ')}`;
        },
      },
      this.visibilityMs,
    );
  },
);

async function recordedIds(
  world: World,
  kind: keyof typeof tables,
  condition: string,
): Promise<string[]> {
  const join =
    kind === 'execution' ? 'JOIN _gizmosql_instr.main.sql_statements USING (statement_id)' : '';
  const sql = `SELECT ${idOf(kind)} FROM _gizmosql_instr.main.${tables[kind]} ${join} WHERE ${condition}`;
  return (await world.look(sql)).rows.map(([id]) => valueText(id ?? null).toLowerCase());
}

function idOf(kind: keyof typeof tables): LoggedId {
  return `${kind}_id`;
}
