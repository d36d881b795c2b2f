import { Given, Then, defineParameterType } from '@cucumber/cucumber';
import { randomUUID } from 'node:crypto';
import { printValue } from './client/plain-value.js';
import type { Outcome } from './scenario/evidence.js';
import { through } from './scenario/session.js';
import { printRows } from './scenario/match-rows.js';
import { askAll } from './scenario/metadata-questions.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { World } from './scenario/world.js';
import { becomes } from './scenario/visibility.js';

// Creates a text that occurs only in the records. `${secret row}` is the SQL condition that finds it, and
// `${reader}` is the name of the session that reads.
Given('a secret of {string} is on record', async function (this: World, name: string) {
  const session = this.session(name);
  const secret = randomUUID();
  this.memory.remember('secret', secret);
  const row = `session_id = '${this.fill(`\${${name}}`)}' AND starts_with(sql_text, 'SELECT ''hidden')`;
  this.memory.remember('secret row', row);
  const sql = `SELECT 'hidden ${secret}'`;
  await session.execute(sql);
  const look = `SELECT count(*) FROM _gizmosql_instr.main.sql_statements JOIN _gizmosql_instr.main.sql_executions USING (statement_id) WHERE ${row}`;
  const wait = {
    promised: 'records of the secret',
    sent: look,
    look: async () => Number((await this.look(look)).rows[0]?.[0] ?? 0),
    judge: (count: number) => (count > 0 ? undefined : 'none yet'),
  };
  await becomes(wait, this.visibilityMs);
});

/**
 * What a role other than admin must not learn from the lines of a text. Each check throws PromiseBroken if
 * `name` learns it.
 */
const secrecies: Record<string, (world: World, name: string, text: string) => Promise<void>> = {
  // The specification does not say whether an admin is refused.
  'are refused, and do not see the secret': isRefused,
  // A server may refuse one of the lines, or keep the earlier meaning of the names.
  'do not see the secret': async (world, name, text) => {
    mustNotHoldSecret(world, name, text, await read(world, name, text));
  },
  'cannot tell whether the secret is on record': tellsNothing,
  'do not see the password of the admin': findsNoPassword,
};

defineParameterType({
  name: 'secrecy',
  regexp: Object.keys(secrecies).map((secrecy) => new RegExp(secrecy)),
  transformer: String,
});

Then(
  '{string} and {string} {secrecy}, when they execute line by line:',
  async function (this: World, one: string, other: string, secrecy: string, text: string) {
    for (const name of [one, other]) {
      await secrecies[secrecy]?.(this, name, text);
    }
  },
);

// The admin's success shows that the statement works.
Then(
  '{string} sees the secret, and {string} and {string} are refused, when they execute line by line:',
  async function (this: World, admin: string, one: string, other: string, text: string) {
    const outcomes = await read(this, admin, text);
    const { sql } = this.sessions.answering.last ?? { sql: text };
    const refused = outcomes.find((outcome) => 'error' in outcome);
    if (refused !== undefined) {
      const { message } = refused.error;
      throw new PromiseBroken('an admin may read this', sql, `a refusal: ${printValue(message)}`);
    }
    if (!outcomes.some((outcome) => holdsSecret(this, outcome))) {
      throw new PromiseBroken('the row with the secret', sql, 'an answer without it');
    }
    await isRefused(this, one, text);
    await isRefused(this, other, text);
  },
);

// Prepares the query, then changes what its names mean, then executes it.
Then(
  '{string} and {string} do not see the secret by {string}, prepared before the last line of:',
  async function (this: World, one: string, other: string, query: string, text: string) {
    for (const name of [one, other]) {
      const first = text.split('\n');
      const last = first.pop() ?? '';
      const outcomes = await read(this, name, first.join('\n'));
      const session = this.session(name);
      outcomes.push(await session.prepare(this.fill(query), { mayFail: true }));
      outcomes.push(...(await read(this, name, last)));
      if (session.hasPrepared) {
        outcomes.push(await session.tryToExecutePrepared());
        await session.closePrepared();
      }
      mustNotHoldSecret(this, name, `${text}\n${query}`, outcomes);
    }
  },
);

Then('{string} was not shown the secret', function (this: World, name: string) {
  const { sql, outcome } = this.session(name).lastAnswer;
  mustNotHoldSecret(this, name, sql, [outcome]);
});

Then(
  '{string} does not see the secret in metadata, of the table {string} or of others',
  async function (this: World, name: string, table: string) {
    const told = await askAll(this.session(name), this.fill(table));
    for (const [question, outcome] of told) {
      mustNotHoldSecret(this, name, question, [outcome]);
    }
  },
);

// Compares the answers for a text that is on record with those for one that is not. Both words have the same
// length and mean nothing to the engine, so errors that quote the text differ only in that word.
async function tellsNothing(world: World, name: string, text: string): Promise<void> {
  const told: string[] = [];
  for (const word of ['hidden', 'absent']) {
    world.memory.remember('condition', `starts_with(sql_text, 'SELECT ''${word}')`);
    const outcomes = await read(world, name, text);
    told.push(outcomes.map(shownOutcome).join('\n').replaceAll(word, '…'));
  }
  const [there, notThere] = told;
  if (there !== notThere) {
    const got = `of what is there: ${there ?? ''}; of what is not: ${notThere ?? ''}`;
    throw new PromiseBroken(`the same to ${name}, whatever is there`, world.fill(text), got);
  }
}

// A session with the password can become an admin. The server may store the password anywhere that only
// admins can read.
async function findsNoPassword(world: World, name: string, text: string): Promise<void> {
  const { password } = world.servers.address.credentials.admin ?? {};
  if (password === undefined) {
    throw new Error('the target has no login for an admin');
  }
  const outcomes = await read(world, name, text);
  if (outcomes.some((outcome) => holds(outcome, password))) {
    const { role } = world.session(name).settings;
    const promised = `nothing by which ${name} (${role}) becomes an admin`;
    throw new PromiseBroken(promised, world.fill(text), 'the password, in an answer or an error');
  }
}

async function isRefused(world: World, name: string, text: string): Promise<void> {
  const outcomes = await read(world, name, text);
  world.session(name).refusal();
  mustNotHoldSecret(world, name, text, outcomes);
}

function mustNotHoldSecret(
  world: World,
  name: string,
  text: string,
  outcomes: readonly Outcome[],
): void {
  const session = world.session(name);
  if (outcomes.some((outcome) => holdsSecret(world, outcome))) {
    throw new PromiseBroken(
      `nothing of the records for ${name} (${session.settings.role})`,
      world.fill(text),
      'the secret, in an answer or an error',
    );
  }
}

/** Sends each line, whether or not the others succeed. */
async function read(world: World, name: string, text: string): Promise<Outcome[]> {
  world.memory.remember('reader', name);
  // The text is split first, because a filled-in value may contain a line feed.
  const lines = text.split('\n').map((line) => world.fill(line));
  return world.session(name).tryAll(lines.map((sql) => through('a query', sql)));
}

function holdsSecret(world: World, outcome: Outcome): boolean {
  return holds(outcome, world.fill('${secret}'));
}

function shownOutcome(outcome: Outcome): string {
  if ('error' in outcome) {
    return outcome.error.message;
  }
  return 'table' in outcome ? printRows(outcome.table.rows) : 'done';
}

/** Whether an answer or an error contains the text. */
function holds(outcome: Outcome, text: string): boolean {
  if ('error' in outcome) {
    return outcome.error.message.includes(text);
  }
  if ('value' in outcome) {
    return printValue(outcome.value).includes(text);
  }
  return 'table' in outcome && outcome.table.rows.some((row) => printValue(row).includes(text));
}
