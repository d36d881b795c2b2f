import { Given, Then } from '@cucumber/cucumber';
import { randomUUID } from 'node:crypto';
import { printValue } from './client/plain-value.js';
import { doors, tryAll } from './scenario/attempts.js';
import type { Door } from './scenario/attempts.js';
import type { FlightSqlClient } from './client/flight-sql-client.js';
import type { Outcome } from './scenario/evidence.js';
import { last, refusal } from './scenario/last-answer.js';
import { printRows } from './scenario/match-rows.js';
import { askAll } from './scenario/metadata-questions.js';
import { typedRows } from './scenario/parameters-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';
import { becomes } from './scenario/visibility.js';

// A text that is in the records and nowhere else. `${its row}` finds it, `${reader}` is who reads.
Given('{string} has left a canary in the records', async function (this: World, name: string) {
  const session = this.session(name);
  const canary = randomUUID();
  this.remember('canary', canary);
  const row = `session_id = '${this.fill(`\${${name}}`)}' AND starts_with(sql_text, 'SELECT ''canary')`;
  this.remember('its row', row);
  const sql = `SELECT 'canary ${canary}'`;
  await session.succeed(sql, (client) => client.query(sql));
  const look = `SELECT count(*) FROM _gizmosql_instr.main.sql_statements JOIN _gizmosql_instr.main.sql_executions USING (statement_id) WHERE ${row}`;
  const wait = {
    promised: 'records of the canary',
    sent: look,
    look: async () => Number((await this.look(look)).rows[0]?.[0] ?? 0),
    judge: (count: number) => (count > 0 ? undefined : 'none yet'),
  };
  await becomes(wait, this.visibilityMs);
});

Then(
  '{string} reads the canary, and neither {string} nor {string} does, by:',
  async function (this: World, admin: string, one: string, other: string, text: string) {
    const outcomes = await read(this, admin, text);
    const { sql } = this.answering.last ?? { sql: text };
    const refused = outcomes.find((outcome) => 'error' in outcome);
    if (refused !== undefined) {
      const { message } = refused.error;
      throw new PromiseBroken('an admin may read this', sql, `a refusal: ${printValue(message)}`);
    }
    if (!outcomes.some((outcome) => holdsCanary(this, outcome))) {
      throw new PromiseBroken('the row of the canary', sql, 'an answer without it');
    }
    await learnsNothing(this, one, text);
    await learnsNothing(this, other, text);
  },
);

// Whether an admin may, the specification does not say.
Then(
  'neither {string} nor {string} learns a thing by:',
  async function (this: World, one: string, other: string, text: string) {
    await learnsNothing(this, one, text);
    await learnsNothing(this, other, text);
  },
);

Then(
  'neither {string} nor {string} learns a thing, with the parameter {string}, by {door}:',
  async function (
    this: World,
    one: string,
    other: string,
    parameter: string,
    door: Door,
    text: string,
  ) {
    const value = this.fill(parameter);
    const rows = typedRows([['VARCHAR'], [value]]);
    const act = (client: FlightSqlClient) => doors[door](client, text, rows);
    for (const name of [one, other]) {
      const attempts = [{ sql: `${text} (${value})`, act }];
      judgeLearning(this, name, text, await tryAll(this.session(name), attempts));
    }
  },
);

// A server may refuse one of the lines, or go on with what the names stood for at first.
Then(
  'neither {string} nor {string} finds the canary by:',
  async function (this: World, one: string, other: string, text: string) {
    for (const name of [one, other]) {
      mustNotHoldCanary(this, name, text, await read(this, name, text));
    }
  },
);

Then(
  'neither {string} nor {string} finds the canary by {string}, prepared before the last of:',
  async function (this: World, one: string, other: string, query: string, text: string) {
    for (const name of [one, other]) {
      const first = text.split('\n');
      const last = first.pop() ?? '';
      const outcomes = await read(this, name, first.join('\n'));
      const session = this.session(name);
      const sql = this.fill(query);
      const prepared = await session.perform(`prepare ${sql}`, async (client) => {
        session.prepared = await client.prepare(sql);
        return 'prepared';
      });
      outcomes.push(prepared, ...(await read(this, name, last)));
      const { prepared: statement } = session;
      if (statement !== undefined) {
        outcomes.push(await session.perform(`execute ${sql}`, () => statement.query()));
        session.prepared = undefined;
        await statement.close();
      }
      mustNotHoldCanary(this, name, `${text}\n${query}`, outcomes);
    }
  },
);

Then('{string} was not shown the canary', function (this: World, name: string) {
  const { sql, outcome } = last(this.session(name));
  mustNotHoldCanary(this, name, sql, [outcome]);
});

Then(
  '{string} finds the canary in no metadata, of the table {string} or of others',
  async function (this: World, name: string, table: string) {
    const session = this.session(name);
    const told = await askAll(session, this.fill(table));
    for (const [question, outcome] of told) {
      if (holdsCanary(this, outcome)) {
        throw new PromiseBroken(
          `nothing of the records for ${name} (${session.settings.role})`,
          question,
          'the canary, in an answer or an error',
        );
      }
    }
  },
);

// Both conditions are of one length, so that an error that quotes the text is the same but for that word.
Then(
  'neither {string} nor {string} can tell by an answer or an error whether the canary is there, by:',
  async function (this: World, one: string, other: string, text: string) {
    for (const name of [one, other]) {
      const told: string[] = [];
      for (const word of ['canary', 'nobody']) {
        this.remember('condition', `starts_with(sql_text, 'SELECT ''${word}')`);
        const outcomes = await read(this, name, text);
        told.push(outcomes.map(shownOutcome).join('\n').replaceAll(word, '…'));
      }
      const [there, notThere] = told;
      if (there !== notThere) {
        const got = `of what is there: ${there ?? ''}; of what is not: ${notThere ?? ''}`;
        throw new PromiseBroken(`the same to ${name}, whatever is there`, this.fill(text), got);
      }
    }
  },
);

// Whoever has the password is an admin. Where it stands is the server's affair; nobody else is to read it there.
Then(
  'neither {string} nor {string} finds the password of the admin by:',
  async function (this: World, one: string, other: string, text: string) {
    const { password } = this.address.credentials.admin ?? {};
    if (password === undefined) {
      throw new Error('the target has no login for an admin');
    }
    for (const name of [one, other]) {
      const outcomes = await read(this, name, text);
      if (outcomes.some((outcome) => holds(outcome, password))) {
        const { role } = this.session(name).settings;
        const promised = `nothing by which ${name} (${role}) becomes an admin`;
        throw new PromiseBroken(
          promised,
          this.fill(text),
          'the password, in an answer or an error',
        );
      }
    }
  },
);

async function learnsNothing(world: World, name: string, text: string): Promise<void> {
  judgeLearning(world, name, text, await read(world, name, text));
}

function judgeLearning(
  world: World,
  name: string,
  text: string,
  outcomes: readonly Outcome[],
): void {
  refusal(world.session(name));
  mustNotHoldCanary(world, name, text, outcomes);
}

function mustNotHoldCanary(
  world: World,
  name: string,
  text: string,
  outcomes: readonly Outcome[],
): void {
  const session = world.session(name);
  if (outcomes.some((outcome) => holdsCanary(world, outcome))) {
    throw new PromiseBroken(
      `nothing of the records for ${name} (${session.settings.role})`,
      world.fill(text),
      'the canary, in an answer or an error',
    );
  }
}

/** Has a session send each line, whatever becomes of the others. */
async function read(world: World, name: string, text: string): Promise<Outcome[]> {
  world.remember('reader', name);
  // Split first: what is filled in may hold a line feed.
  const lines = text.split('\n').map((line) => world.fill(line));
  return tryAll(
    world.session(name),
    lines.map((sql) => ({ sql, act: (client) => client.query(sql) })),
  );
}

function holdsCanary(world: World, outcome: Outcome): boolean {
  return holds(outcome, world.fill('${canary}'));
}

function shownOutcome(outcome: Outcome): string {
  if ('error' in outcome) {
    return outcome.error.message;
  }
  return 'table' in outcome ? printRows(outcome.table.rows) : 'done';
}

/** Whether a text is anywhere in an answer or in an error. */
function holds(outcome: Outcome, text: string): boolean {
  if ('error' in outcome) {
    return outcome.error.message.includes(text);
  }
  if ('value' in outcome) {
    return printValue(outcome.value).includes(text);
  }
  return 'table' in outcome && outcome.table.rows.some((row) => printValue(row).includes(text));
}
