import { Given, Then } from '@cucumber/cucumber';
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

/** What a session sends, one line after the other. */
interface Reading {
  readonly world: World;
  readonly name: string;
  readonly text: string;
  /** Sends it; resolves to the answers. */
  readonly ask: () => Promise<Outcome[]>;
}

/**
 * What a role other than admin must not learn from the lines of a text. Each check throws PromiseBroken if it
 * learns it.
 */
const secrecies: Record<string, (reading: Reading) => Promise<void>> = {
  'are refused': isRefused,
  // The specification does not say whether an admin is refused.
  'are refused, and do not see the secret': isRefused,
  // A server may refuse one of the lines, or keep the earlier meaning of the names.
  'do not see the secret': async (reading) => {
    mustNotHoldSecret(reading, await reading.ask());
  },
  'cannot tell whether the secret is on record': tellsNothing,
  'do not see the password of the admin': findsNoPassword,
};

/** How the lines are sent. */
const ways = {
  'when they execute line by line': (world: World, name: string, text: string) =>
    read(world, name, text),
  // Prepares the query, then changes what its names mean, then executes it.
  'prepared before the last line of': async (
    world: World,
    name: string,
    text: string,
    query: string,
  ) => {
    const first = text.split('\n');
    const last = first.pop() ?? '';
    const outcomes = await read(world, name, first.join('\n'));
    const session = world.session(name);
    outcomes.push(await session.prepare(world.fill(query), { mayFail: true }));
    outcomes.push(...(await read(world, name, last)));
    if (session.hasPrepared) {
      outcomes.push(await session.tryToExecutePrepared());
      await session.closePrepared();
    }
    return outcomes;
  },
};

// The admin's success shows that the statement works.
Then(
  new RegExp(
    `^(?:"([^"]*)" sees the secret, and )?"([^"]*)" and "([^"]*)" (${Object.keys(secrecies).join('|')})(?: by "([^"]*)")?, (${Object.keys(ways).join('|')}):$`,
  ),
  async function (
    this: World,
    admin: string | null,
    one: string,
    other: string,
    secrecy: string,
    query: string | null,
    way: keyof typeof ways,
    text: string,
  ) {
    if (admin !== null) {
      await mustSeeSecret(this, admin, text);
    }
    for (const name of [one, other]) {
      const ask = () => ways[way](this, name, text, query ?? '');
      const whole = query === null ? text : `${text}\n${query}`;
      await secrecies[secrecy]?.({ world: this, name, text: whole, ask });
    }
  },
);

Then('{string} was not shown the secret', function (this: World, name: string) {
  const { sql, outcome } = this.session(name).lastAnswer;
  mustNotHoldSecret({ world: this, name, text: sql }, [outcome]);
});

Then(
  '{string} does not see the secret in metadata, of the table {string} or of others',
  async function (this: World, name: string, table: string) {
    const told = await askAll(this.session(name), this.fill(table));
    for (const [text, outcome] of told) {
      mustNotHoldSecret({ world: this, name, text }, [outcome]);
    }
  },
);

async function mustSeeSecret(world: World, name: string, text: string): Promise<void> {
  const outcomes = await read(world, name, text);
  const { sql } = world.sessions.answering.last ?? { sql: text };
  const refused = outcomes.find((outcome) => 'error' in outcome);
  if (refused !== undefined) {
    const { message } = refused.error;
    throw new PromiseBroken('an admin may read this', sql, `a refusal: ${printValue(message)}`);
  }
  if (!outcomes.some((outcome) => holdsSecret(world, outcome))) {
    throw new PromiseBroken('the row with the secret', sql, 'an answer without it');
  }
}

// Compares the answers for a text that is on record with those for one that is not. Both words have the same
// length and mean nothing to the engine, so errors that quote the text differ only in that word.
async function tellsNothing({ world, name, text, ask }: Reading): Promise<void> {
  const told: string[] = [];
  for (const word of ['hidden', 'absent']) {
    world.memory.remember('condition', `starts_with(sql_text, 'SELECT ''${word}')`);
    const outcomes = await ask();
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
async function findsNoPassword({ world, name, text, ask }: Reading): Promise<void> {
  const { password } = world.servers.address.credentials.admin ?? {};
  if (password === undefined) {
    throw new Error('the target has no login for an admin');
  }
  const outcomes = await ask();
  if (outcomes.some((outcome) => holds(outcome, password))) {
    const { role } = world.session(name).settings;
    const promised = `nothing by which ${name} (${role}) becomes an admin`;
    throw new PromiseBroken(promised, world.fill(text), 'the password, in an answer or an error');
  }
}

async function isRefused(reading: Reading): Promise<void> {
  const outcomes = await reading.ask();
  reading.world.session(reading.name).refusal();
  mustNotHoldSecret(reading, outcomes);
}

function mustNotHoldSecret(
  { world, name, text }: Omit<Reading, 'ask'>,
  outcomes: readonly Outcome[],
): void {
  if (outcomes.some((outcome) => holdsSecret(world, outcome))) {
    const { role } = world.session(name).settings;
    throw new PromiseBroken(
      `nothing of the records for ${name} (${role})`,
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
