import { createHash } from 'node:crypto';
import { Given, Then, When, defineParameterType } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import type { ResultTable } from './client/result-table.js';
import type { TypedRows } from './client/parameters.js';
import { closeResult } from './scenario/close-result.js';
import { doors } from './scenario/doors.js';
import type { Door } from './scenario/doors.js';
import { askMetadata } from './scenario/metadata-questions.js';
import { typedRows } from './scenario/parameters-table.js';
import { through } from './scenario/session.js';
import type { Attempt, Session } from './scenario/session.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

// How statements are executed: `executes` must succeed and `tries to execute` may fail. `tries the forbidden`
// first tries them in a transaction that is rolled back, so that a faulty server loses no records.
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
  name: 'door',
  regexp: new RegExp(
    Object.keys(doors)
      .sort((one, other) => other.length - one.length)
      .join('|'),
  ),
  transformer: String,
});

// Parameters are texts separated by a comma and a space. `line by line` sends each line as one statement.
When(
  new RegExp(
    `^"([^"]*)" (${Object.keys(acts).join('|')})(?: by (an? .+?))?(?:, with the parameters "([^"]*)")?(, line by line)?:$`,
  ),
  async function (
    this: World,
    name: string,
    act: Act,
    by: string | null,
    values: string | null,
    lineByLine: string | null,
    text: string,
  ) {
    const door = toDoor(by ?? 'a query');
    // The text is split first, because a filled-in value may contain a line feed.
    const texts = (lineByLine === null ? [text] : text.split('\n')).map((part) => this.fill(part));
    const parameters = values === null ? undefined : textParameters(this.fill(values));
    // This way has its own transaction, and transactions do not nest.
    const how =
      door === 'an update in a transaction' && act !== 'executes' ? 'tries to execute' : act;
    const session = this.session(name);
    this.memory.remember('the text', texts.at(-1) ?? '');
    await acts[how](
      session,
      texts.map((sql) => through(door, sql, parameters)),
    );
    this.memory.remember(`${name}.succeeded`, !('error' in session.lastAnswer.outcome));
  },
);

// Names of sessions are separated by commas; they execute at once. `${n}` is the number of the execution,
// from 0.
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

/** What leaves a statement to go on with. */
const begin: Record<string, (session: Session, sql: string) => Promise<unknown>> = {
  prepares: (session, sql) => session.prepare(sql),
  'tries to prepare': (session, sql) => session.prepare(sql, { mayFail: true }),
  'starts executing': (session, sql) => session.start(sql),
};

When(
  /^"([^"]*)" (prepares|tries to prepare|starts executing):$/,
  async function (this: World, name: string, act: string, text: string) {
    await begin[act]?.(this.session(name), this.fill(text));
  },
);

When(
  /^"([^"]*)" (executes|tries to execute|starts executing|closes) the prepared statement(?: (\d+) times)?(?:, closing each result after the last of its (\d+) rows?)?$/,
  async function (
    this: World,
    name: string,
    act: string,
    times: string | null,
    rows: string | null,
  ) {
    const session = this.session(name);
    for (let time = 0; time < Number(times ?? 1); time++) {
      if (rows !== null) {
        const { sql, statement } = session.prepared;
        await closeResult(session, {
          sql,
          start: () => statement.start(),
          rows: Number(rows),
          all: true,
        });
      } else {
        await withPrepared[act]?.(session);
      }
    }
  },
);

// The first row has the SQL types.
When(
  /^"([^"]*)" (executes|tries to execute) the prepared statement once with each of the parameters:$/,
  async function (this: World, name: string, act: Act, table: DataTable) {
    const { columns, rows } = typedRows(
      table.raw().map((row) => row.map((cell) => this.fill(cell))),
    );
    for (const [place, row] of rows.entries()) {
      await withPrepared[act]?.(this.session(name), { columns, rows: [row] }, table.rows()[place]);
    }
  },
);

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

// Finds the records by a hash, to avoid sending and comparing a long text repeatedly. The method and the
// number of records are not checked: a server may prepare a text twice, or fail before it prepares it.
Then(
  /^what "([^"]*)" tried is recorded with its whole text, (refused or not|or was refused)$/,
  async function (this: World, name: string, which: string) {
    const { outcome, sql: sent } = this.session(name).lastAnswer;
    const refused = 'error' in outcome;
    if (refused && outcome.error.answered && which === 'or was refused') {
      return;
    }
    const hash = createHash('md5').update(this.fill('${the text}')).digest('hex');
    const sql = `SELECT e.status FROM _gizmosql_instr.main.sql_statements s LEFT JOIN _gizmosql_instr.main.sql_executions e USING (statement_id) WHERE s.session_id = '${this.fill(`\${${name}}`)}' AND md5(s.sql_text) = '${hash}'`;
    await becomes(
      {
        promised: `a record of the whole text${refused ? ', and of no success' : ' and of its execution'}`,
        sent,
        look: () => this.look(sql),
        judge: ({ rows }: ResultTable) => {
          const statuses = rows.map(([status]) => status);
          if (rows.length === 0) {
            return 'no record';
          }
          const wrong = refused
            ? statuses.includes('success')
            : statuses.every((status) => status === null);
          return wrong ? `the statuses ${statuses.map(String).join(', ')}` : undefined;
        },
      },
      this.visibilityMs,
    );
  },
);

/** The actions with a prepared statement; `shown` is the evidence's form of the parameters. */
const withPrepared: Record<
  string,
  (session: Session, parameters?: TypedRows, shown?: unknown) => Promise<unknown>
> = {
  executes: (session, ...bound) => session.executePrepared(...bound),
  'tries to execute': (session, ...bound) => session.tryToExecutePrepared(...bound),
  'starts executing': (session) => session.startPrepared(),
  closes: (session) => session.closePrepared(),
};

function toDoor(by: string): Door {
  if (!(by in doors)) {
    throw new Error(`there is no way '${by}'; there are: ${Object.keys(doors).join(', ')}`);
  }
  return by as Door;
}

function textParameters(values: string): TypedRows {
  const cells = values.split(', ');
  return typedRows([cells.map(() => 'VARCHAR'), cells]);
}
