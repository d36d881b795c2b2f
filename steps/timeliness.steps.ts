import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { When } from '@cucumber/cucumber';
import { delaysMediaType } from '../reports/model.js';
import type { Delays } from '../reports/model.js';
import { valueText } from './client/plain-value.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { Session } from './scenario/session.js';
import { isInterrupted } from './scenario/interruption.js';
import type { World } from './scenario/world.js';

/** Performs an operation that leaves a record. Resolves to a query that counts this record. */
type Operation = (world: World, session: Session, mark: string) => Promise<string>;

const instrumentation = '_gizmosql_instr.main';
const pauseMs = 1;

const operations: Record<string, Operation> = {
  'a statement': async (_, session, mark) => {
    await session.prepare(statement(mark));
    return `SELECT count(*) FROM ${instrumentation}.sql_statements WHERE sql_text = ${textOf(mark)}`;
  },
  'an execution': async (_, session, mark) => {
    await session.execute(statement(mark));
    return `SELECT count(*) FROM ${instrumentation}.sql_executions JOIN ${instrumentation}.sql_statements USING (statement_id) WHERE sql_text = ${textOf(mark)} AND execution_end_time IS NOT NULL`;
  },
  'the opening of a session': async (world, _, mark) => {
    const { id } = await open(world, mark);
    return `SELECT count(*) FROM ${instrumentation}.sessions WHERE session_id = '${valueText(id)}'`;
  },
  'the closing of a session': async (world, _, mark) => {
    const session = await open(world, mark);
    await session.close();
    return `SELECT count(*) FROM ${instrumentation}.sessions WHERE session_id = '${valueText(session.id)}' AND status = 'closed'`;
  },
};

// The delay ends with the answer that shows the record, so it is never underestimated.
When(
  'the delay of {string} is measured {int} times for {string}',
  async function (this: World, what: string, times: number, name: string) {
    const operation = operations[what];
    if (operation === undefined) {
      throw new Error(`there is no operation '${what}'`);
    }
    const session = this.session(name);
    await this.look('SELECT 1');
    const delaysMs: number[] = [];
    try {
      for (let time = 0; time < times; time++) {
        const sql = await operation(this, session, randomUUID());
        await watch(this, what, sql, delaysMs);
      }
    } finally {
      const delays: Delays = { delaysMs, limitMs: this.visibilityMs };
      this.attach(JSON.stringify(delays), delaysMediaType);
    }
  },
);

/** Polls until the record exists and adds the delay to `delaysMs`, even if it is too long. */
async function watch(world: World, what: string, sql: string, delaysMs: number[]): Promise<void> {
  const answered = performance.now();
  for (;;) {
    const seen = Number((await world.look(sql)).rows[0]?.[0] ?? 0);
    const waited = performance.now() - answered;
    if (seen > 0 || waited > world.visibilityMs) {
      delaysMs.push(waited);
      if (seen > 0) {
        return;
      }
      const promised = `the record of ${what}, within ${world.visibilityMs} ms`;
      throw new PromiseBroken(promised, sql, 'no such record');
    }
    if (isInterrupted()) {
      throw new Error('the run was interrupted');
    }
    await delay(pauseMs);
  }
}

/** A session begins with the first call after the login, by which the suite asks for its id. */
function open(world: World, mark: string): Promise<Session> {
  return world.sessions.start(`measured ${mark}`, 'admin');
}

function statement(mark: string): string {
  return `SELECT '${mark}'`;
}

/** The same as an SQL expression that does not contain the text itself. */
function textOf(mark: string): string {
  return `concat('SELECT ''', '${mark.slice(0, 18)}', '${mark.slice(18)}', '''')`;
}
