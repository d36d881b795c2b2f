import { Then } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { printValue } from './client/plain-value.js';
import { readExpectation } from './scenario/expectation.js';
import { mismatch } from './scenario/match-rows.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { recordsAllBecome, recordsBecome } from './scenario/records.js';
import { expectedRecord, expectedRows } from './scenario/expected-rows.js';
import type { World } from './scenario/world.js';

Then(
  'the instance of {string} is recorded with:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsBecome(this, { kind: 'instance', session, ...expectedRecord(this, table) });
  },
);

Then(
  'the session of {string} is recorded with:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsBecome(this, { kind: 'session', session, ...expectedRecord(this, table) });
  },
);

Then(
  'the statements of {string} are recorded as:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsBecome(this, { kind: 'statement', session, ...expectedRows(this, table) });
  },
);

Then(
  'the executions of {string} are recorded as:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsBecome(this, { kind: 'execution', session, ...expectedRows(this, table) });
  },
);

// A session that is busy can send no later statement to wait for, so this looks for what is there.
Then(
  'the executions of {string} are recorded, while it is busy, as:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsBecome(
      this,
      { kind: 'execution', session, ...expectedRows(this, table) },
      { busy: true },
    );
  },
);

Then(
  'every statement of {string} is recorded with:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsAllBecome(this, { kind: 'statement', session, ...expectedRecord(this, table) });
  },
);

Then(
  'every execution of {string} is recorded with:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    await recordsAllBecome(this, { kind: 'execution', session, ...expectedRecord(this, table) });
  },
);

Then('{string} is a/an {word} column of {string}', columnHasType);

Then(
  'the columns of {string} are exactly:',
  async function (this: World, table: string, expected: DataTable) {
    const sql = columnsQuery(table);
    const rows = expected
      .raw()
      .map((row) => row.map((cell) => readExpectation(`'${cell}'`, this.recall)));
    const seen = await this.look(sql);
    const wrong = mismatch(rows, seen.rows, 'in order');
    if (wrong !== undefined) {
      throw new PromiseBroken(`the documented columns of ${table}, in order`, sql, wrong);
    }
  },
);

async function columnHasType(
  this: World,
  column: string,
  type: string,
  table: string,
): Promise<void> {
  const sql = columnsQuery(table);
  const found = (await this.look(sql)).rows.find(([name]) => name === column);
  if (found?.[1] !== type) {
    const got = found === undefined ? 'no such column' : printValue(found[1] ?? null);
    throw new PromiseBroken(`the column ${column} of ${table} is ${type}`, sql, got);
  }
}

function columnsQuery(table: string): string {
  return `SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = '_gizmosql_instr' AND table_schema = 'main' AND table_name = '${table}' ORDER BY ordinal_position`;
}
