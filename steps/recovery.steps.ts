import { Given, Then } from '@cucumber/cucumber';
import type { PlainValue } from './client/plain-value.js';
import { printValue } from './client/plain-value.js';
import { printRows } from './scenario/match-rows.js';
import type { Rows } from './scenario/match-rows.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';

/** The records that nothing can happen to any more. */
const finished = {
  instances: `SELECT * FROM _gizmosql_instr.main.instances WHERE status <> 'running'`,
  sessions: `SELECT * FROM _gizmosql_instr.main.sessions WHERE status <> 'active'`,
  // One that is being prepared is not finished: the look itself may be on record already.
  sql_statements: `SELECT * FROM _gizmosql_instr.main.sql_statements WHERE prepare_success IS NOT NULL`,
  sql_executions: `SELECT * FROM _gizmosql_instr.main.sql_executions WHERE status <> 'executing'`,
};

Given('the finished records are remembered', async function (this: World) {
  for (const [table, sql] of Object.entries(finished)) {
    this.remember(`finished ${table}`, (await this.look(sql)).rows);
  }
});

Then('the finished records are what they were', async function (this: World) {
  for (const [table, sql] of Object.entries(finished)) {
    const now = new Set((await this.look(sql)).rows.map((row) => printValue(row)));
    const before = this.recall(`finished ${table}`) as readonly (readonly PlainValue[])[];
    const altered: Rows = before.filter((row) => !now.has(printValue(row)));
    if (altered.length > 0) {
      const got = `no longer there as they were: ${printRows(altered)}`;
      throw new PromiseBroken(`the finished records of ${table} stay`, sql, got);
    }
  }
});
