import { Then } from '@cucumber/cucumber';
import { valueText } from './client/plain-value.js';
import { loggedIds } from './scenario/log-ids.js';
import type { LoggedId } from './scenario/log-ids.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

const tables = { statement: 'sql_statements', execution: 'sql_executions' } as const;

Then(
  /^the log names each (statement|execution) of "([^"]*)" by its id$/,
  async function (this: World, kind: keyof typeof tables, name: string) {
    const recorded = await recordedIds(this, kind, `session_id = '${this.fill(`\${${name}}`)}'`);
    await becomes(
      {
        promised: `the log has the ${idOf(kind)} of each of ${recorded.join(', ')}`,
        sent: 'a look into the log of the server',
        look: () => Promise.resolve(loggedIds(this.server.log(), idOf(kind))),
        judge: (logged) => {
          const silent = recorded.filter((id) => !logged.includes(id));
          return recorded.length > 0 && silent.length === 0
            ? undefined
            : `without ${silent.join(', ') || 'any record'}; its ids are ${logged.join(', ') || 'none'}`;
        },
      },
      this.visibilityMs,
    );
  },
);

Then(
  /^the log names no (statement|execution) that is not recorded$/,
  async function (this: World, kind: keyof typeof tables) {
    const logged = loggedIds(this.server.log(), idOf(kind));
    await becomes(
      {
        promised: `each ${idOf(kind)} in the log is that of a record`,
        sent: `SELECT ${idOf(kind)} FROM _gizmosql_instr.main.${tables[kind]}`,
        look: () => recordedIds(this, kind, 'true'),
        judge: (recorded) => {
          const unknown = logged.filter((id) => !recorded.includes(id));
          return unknown.length === 0 ? undefined : `no record of ${unknown.join(', ')}`;
        },
      },
      this.visibilityMs,
    );
  },
);

// The one way round that an operator goes: from an id in the log to what it stands for.
Then(
  'a statement_id in the log leads to the execution of {string}',
  async function (this: World, text: string) {
    const tried = loggedIds(this.server.log(), 'statement_id').reverse();
    const query = (id: string): string =>
      `SELECT * FROM _gizmosql_instr.main.execution_details WHERE statement_id = '${id}';`;
    for (const id of tried) {
      const { columns, rows } = await this.look(query(id));
      if (rows.some((row) => row[columns.indexOf('sql_text')] === this.fill(text))) {
        return;
      }
    }
    const got = `none of the ids ${tried.join(', ') || '(the log has none)'} leads there`;
    throw new PromiseBroken(`a statement_id of '${text}'`, query('(an id in the log)'), got);
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
