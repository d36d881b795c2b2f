import { Given, Then, When, defineParameterType } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import type { ResultTable } from './client/result-table.js';
import type { TypedRows } from './client/parameters.js';
import { doors } from './scenario/doors.js';
import type { Door } from './scenario/doors.js';
import { askMetadata } from './scenario/metadata-questions.js';
import { typedRows } from './scenario/parameters-table.js';
import { through } from './scenario/session.js';
import type { Attempt, Session } from './scenario/session.js';
import { Untestable } from './scenario/lacks.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

// Executing, by whatever way: `executes` must succeed, `tries to execute` need not, and `tries the
// forbidden` is rehearsed in a transaction first, so that nobody's records are lost to a test.
const acts = {
  executes: async (session: Session, attempts: readonly Attempt[]) => {
    for (const { sql, act } of attempts) {
      await session.succeed(sql, act);
    }
  },
  'tries to execute': async (session: Session, attempts: readonly Attempt[]) => {
    await session.tryAll(attempts);
  },
  'tries the forbidden': (session: Session, attempts: readonly Attempt[]) =>
    session.tryForbidden(attempts),
};
type Act = keyof typeof acts;

defineParameterType({
  name: 'act',
  regexp: Object.keys(acts).map((act) => new RegExp(act)),
  transformer: String,
});
defineParameterType({
  name: 'door',
  regexp: new RegExp(
    Object.keys(doors)
      .sort((one, other) => other.length - one.length)
      .join('|'),
  ),
  transformer: String,
});

When('{string} {act}:', async function (this: World, name: string, act: Act, text: string) {
  await acts[act](this.session(name), [through('a query', this.fill(text))]);
});

When(
  '{string} {act} by {door}:',
  async function (this: World, name: string, act: Act, door: Door, text: string) {
    // A rehearsal would be a transaction around a transaction.
    const how =
      door === 'an update in a transaction' && act !== 'executes' ? 'tries to execute' : act;
    await acts[how](this.session(name), [through(door, this.fill(text))]);
  },
);

// The parameters are texts, with a comma and a space between.
When(
  '{string} {act} by {door}, with the parameters {string}:',
  async function (this: World, name: string, act: Act, door: Door, values: string, text: string) {
    const attempt = through(door, this.fill(text), textParameters(this.fill(values)));
    await acts[act](this.session(name), [attempt]);
  },
);

// Split first: what is filled in may hold a line feed.
When(
  '{string} {act}, line by line:',
  async function (this: World, name: string, act: Act, text: string) {
    const lines = text.split('\n').map((line) => through('a query', this.fill(line)));
    await acts[act](this.session(name), lines);
  },
);

// Exactly this text, which a feature can write as JSON only.
When(
  '{string} {act} the text {json}',
  async function (this: World, name: string, act: Act, sql: string) {
    this.memory.remember('the text', sql);
    await acts[act](this.session(name), [through('a query', sql)]);
  },
);

When(
  '{string} executes a text of {int} characters',
  async function (this: World, name: string, length: number) {
    const sql = `SELECT '${'x'.repeat(length - "SELECT ''".length)}'`;
    this.memory.remember('the text', sql);
    await this.session(name).execute(sql);
  },
);

// What a server does not take it refuses; what it takes, it must have on record.
When(
  '{string} tries to execute a text of {int} million characters by {door}, beginning with:',
  async function (this: World, name: string, millions: number, door: Door, text: string) {
    const begin = `${this.fill(text)} /* `;
    const length = millions * 1_000_000;
    const sql = `${begin}${'x'.repeat(length - begin.length - ' */'.length)} */`;
    this.memory.remember('the length', length);
    this.memory.remember('the begin', begin);
    // Only its begin is evidence: nobody reads the rest.
    await this.session(name).perform(begin, (client) => doors[door](client, sql));
  },
);

// Ground that a scenario stands on and that no promise is about: a server that will not have it is not judged.
Given('{string} has executed:', async function (this: World, name: string, text: string) {
  for (const line of text.split('\n')) {
    const outcome = await this.session(name).tryToExecute(this.fill(line));
    if ('error' in outcome) {
      throw new Untestable(
        `the server refuses what the scenario begins with: ${outcome.error.message}`,
      );
    }
  }
});

// Several sessions at once, listed with commas between. `${n}` in the text is another number each time.
When(
  'the sessions {string} execute at once, {int} times each:',
  async function (this: World, names: string, times: number, text: string) {
    await Promise.all(
      names.split(', ').map(async (name) => {
        const session = this.session(name);
        for (let n = 0; n < times; n++) {
          this.memory.remember('n', n);
          await session.execute(this.fill(text));
        }
      }),
    );
  },
);

Given(
  'a table {string} of {string} with the columns {string}',
  async function (this: World, table: string, name: string, columns: string) {
    await this.makeTable(this.session(name), this.fill(table), this.fill(columns));
  },
);

Given('at the end an admin executes {string}', function (this: World, sql: string) {
  this.endWith(this.fill(sql));
});

When(
  /^"([^"]*)" (prepares|tries to prepare):$/,
  async function (this: World, name: string, act: string, text: string) {
    await this.session(name).prepare(this.fill(text), { mayFail: act !== 'prepares' });
  },
);

When(
  /^"([^"]*)" (executes|tries to execute) the prepared statement(?: (\d+) times)?$/,
  async function (this: World, name: string, act: Act, times: string | null) {
    for (let time = 0; time < Number(times ?? 1); time++) {
      await executePrepared(this.session(name), act);
    }
  },
);

// The first row has the types.
When(
  /^"([^"]*)" (executes|tries to execute) the prepared statement once with each of the parameters:$/,
  async function (this: World, name: string, act: Act, table: DataTable) {
    const { columns, rows } = typedRows(
      table.raw().map((row) => row.map((cell) => this.fill(cell))),
    );
    for (const [place, row] of rows.entries()) {
      await executePrepared(this.session(name), act, { columns, rows: [row] }, table.rows()[place]);
    }
  },
);

When('{string} closes the prepared statement', async function (this: World, name: string) {
  await this.session(name).closePrepared();
});

When(
  /^"([^"]*)" asks for (\w+)(?: of the table "([^"]*)")?$/,
  async function (this: World, name: string, question: string, table: string | null) {
    await askMetadata(this.session(name), question, this.fill(table ?? ''));
  },
);

When(
  '{string} tries to set the session option {string} to {string}',
  async function (this: World, name: string, option: string, value: string) {
    const sql = `SetSessionOptions (${option}: ${value})`;
    await this.session(name).perform(sql, async (client) =>
      JSON.stringify(await client.setSessionOptions({ [option]: this.memory.inCatalog(value) })),
    );
  },
);

// Found by what it begins with and its length: the text itself is too long to be looked at again and again.
Then(
  'what {string} tried was refused, or is recorded with its whole text',
  async function (this: World, name: string) {
    const { outcome, sql: sent } = this.session(name).lastAnswer;
    if ('error' in outcome && outcome.error.answered) {
      return;
    }
    const begin = this.fill('${the begin}').replaceAll("'", "''");
    const sql = `SELECT count(*) FROM _gizmosql_instr.main.sql_statements JOIN _gizmosql_instr.main.sql_executions USING (statement_id) WHERE session_id = '${this.fill(`\${${name}}`)}' AND starts_with(sql_text, '${begin}') AND length(sql_text) = ${this.fill('${the length}')} AND ends_with(sql_text, 'xxx */')`;
    await becomes(
      {
        promised: 'an execution of the whole text on record: it was not refused',
        sent,
        look: async () => Number((await this.look(sql)).rows[0]?.[0] ?? 0),
        judge: (count: number) => (count > 0 ? undefined : 'no such record'),
      },
      this.visibilityMs,
    );
  },
);

// Which method, and how often: a server may prepare a text twice, or give up before it prepares it.
Then(
  'the attempt of {string} is on record, and not as a success if it was refused:',
  async function (this: World, name: string, text: string) {
    const refused = 'error' in this.session(name).lastAnswer.outcome;
    const sql = `SELECT e.status FROM _gizmosql_instr.main.sql_statements s LEFT JOIN _gizmosql_instr.main.sql_executions e USING (statement_id) WHERE s.session_id = '${this.fill(`\${${name}}`)}' AND s.sql_text = '${this.fill(text).replaceAll("'", "''")}'`;
    await becomes(
      {
        promised: 'a record of the statement, whatever became of it',
        sent: sql,
        look: () => this.look(sql),
        judge: ({ rows }: ResultTable) =>
          rows.length === 0
            ? 'no record'
            : refused && rows.some(([status]) => status === 'success')
              ? 'an execution that went well, of what was refused'
              : undefined,
      },
      this.visibilityMs,
    );
  },
);

async function executePrepared(
  session: Session,
  act: Act,
  parameters?: TypedRows,
  shown?: unknown,
): Promise<void> {
  if (act === 'executes') {
    await session.executePrepared(parameters, shown);
  } else {
    await session.tryToExecutePrepared(parameters, shown);
  }
}

function textParameters(values: string): TypedRows {
  const cells = values.split(', ');
  return typedRows([cells.map(() => 'VARCHAR'), cells]);
}
