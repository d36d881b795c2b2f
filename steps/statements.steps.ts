import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { printValue } from './client/plain-value.js';
import type { ResultTable } from './client/result-table.js';
import { doors } from './scenario/attempts.js';
import type { Door } from './scenario/attempts.js';
import { sameValue } from './scenario/expectation.js';
import { Untestable } from './scenario/lacks.js';
import { answeredTable, last, refusal } from './scenario/last-answer.js';
import { mismatch, printExpected } from './scenario/match-rows.js';
import { askMetadata } from './scenario/metadata-questions.js';
import { typedRows } from './scenario/parameters-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import type { Session } from './scenario/session.js';
import { expectedRows } from './scenario/expected-rows.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

type Order = Parameters<typeof mismatch>[2];

Given(
  'a table {string} of {string} with the columns {string}',
  async function (this: World, table: string, name: string, columns: string) {
    await this.makeTable(this.session(name), this.fill(table), this.fill(columns));
  },
);

When('{string} executes:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  await this.session(name).succeed(sql, (client) => client.query(sql));
});

When('{string} tries to execute:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  await this.session(name).perform(sql, (client) => client.query(sql));
});

When('{string} executes the text {json}', async function (this: World, name: string, sql: string) {
  this.remember('the text', sql);
  await this.session(name).succeed(sql, (client) => client.query(sql));
});

When(
  '{string} tries to execute the text {json}',
  async function (this: World, name: string, sql: string) {
    this.remember('the text', sql);
    await this.session(name).perform(sql, (client) => client.query(sql));
  },
);

When(
  '{string} executes a text of {int} characters',
  async function (this: World, name: string, length: number) {
    const sql = `SELECT '${'x'.repeat(length - "SELECT ''".length)}'`;
    this.remember('the text', sql);
    await this.session(name).succeed(sql, (client) => client.query(sql));
  },
);

// What a server does not take it refuses; what it takes, it must have on record.
When(
  '{string} tries a text of {int} million characters by {door}, beginning with:',
  async function (this: World, name: string, millions: number, door: Door, text: string) {
    const begin = `${this.fill(text)} /* `;
    const length = millions * 1_000_000;
    const sql = `${begin}${'x'.repeat(length - begin.length - ' */'.length)} */`;
    this.remember('the length', length);
    this.remember('the begin', begin);
    // Only its begin is evidence: nobody reads the rest.
    await this.session(name).perform(begin, (client) => doors[door](client, sql));
  },
);

// Found by what it begins with and its length: the text itself is too long to be looked at again and again.
Then(
  'what {string} tried was refused, or is recorded with its whole text',
  async function (this: World, name: string) {
    const { outcome, sql: sent } = last(this.session(name));
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
    const { outcome } = last(this.session(name));
    const refused = 'error' in outcome;
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

When('{string} updates with:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  await this.session(name).succeed(sql, (client) => client.update(sql));
});

When('{string} tries to update with:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  await this.session(name).perform(sql, (client) => client.update(sql));
});

When('{string} tries to prepare:', async function (this: World, name: string, text: string) {
  const sql = this.fill(text);
  await this.session(name).perform(`CreatePreparedStatement (${sql})`, async (client) => {
    await client.prepare(sql);
    return 'prepared';
  });
});

When('{string} prepares:', async function (this: World, name: string, text: string) {
  await prepare(this.session(name), this.fill(text));
});

When('{string} executes the prepared statement', async function (this: World, name: string) {
  await executePrepared(this.session(name), 1);
});

When(
  '{string} executes the prepared statement {int} times',
  async function (this: World, name: string, times: number) {
    await executePrepared(this.session(name), times);
  },
);

When(
  '{string} executes the prepared statement once with each of the parameters:',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    const { columns, rows } = typedRows(
      table.raw().map((row) => row.map((cell) => this.fill(cell))),
    );
    for (const row of rows) {
      session.prepared?.bind({ columns, rows: [row] });
      await executePrepared(session, 1, table.rows()[rows.indexOf(row)]);
    }
  },
);

When(
  '{string} tries to execute the prepared statement with the parameter(s):',
  async function (this: World, name: string, table: DataTable) {
    const session = this.session(name);
    const { prepared, preparedSql } = session;
    if (prepared === undefined) {
      throw new Error(`'${name}' has prepared nothing`);
    }
    prepared.bind(typedRows(table.raw().map((row) => row.map((cell) => this.fill(cell)))));
    await session.perform(preparedSql, () => prepared.query(), { parameters: table.rows()[0] });
  },
);

When(
  '{string} tries to execute the prepared statement',
  async function (this: World, name: string) {
    const session = this.session(name);
    const { prepared, preparedSql } = session;
    if (prepared === undefined) {
      throw new Error(`'${name}' has prepared nothing`);
    }
    await session.perform(preparedSql, () => prepared.query());
  },
);

When('{string} closes the prepared statement', async function (this: World, name: string) {
  const session = this.session(name);
  const close = async (): Promise<string> => {
    await session.prepared?.close();
    return 'closed';
  };
  await session.succeed(`ClosePreparedStatement (${session.preparedSql})`, close);
});

When('{string} lists the actions', async function (this: World, name: string) {
  await this.session(name).succeed('ListActions', async (client) =>
    (await client.listActions()).map(({ type }) => type).join(', '),
  );
});

When('{string} asks for {word}', async function (this: World, name: string, question: string) {
  await askMetadata(this.session(name), question);
});

When(
  '{string} asks for {word} of the table {string}',
  async function (this: World, name: string, question: string, table: string) {
    await askMetadata(this.session(name), question, this.fill(table));
  },
);

Then('the rows are:', function (this: World, table: DataTable) {
  const expected = expectedRows(this, table);
  const { sql } = last(this.answering);
  const wrong = wrongRows(expected, answeredTable(this.answering));
  if (wrong !== undefined) {
    throw new PromiseBroken(`the rows ${printExpected(expected.rows)}`, sql, wrong);
  }
});

Then('within the visibility time the rows are:', async function (this: World, table: DataTable) {
  await rowsBecome(this, table, 'in order');
});

Then(
  'within the visibility time the rows are, in any order:',
  async function (this: World, table: DataTable) {
    await rowsBecome(this, table, 'in any order');
  },
);

Then('it is refused', function (this: World) {
  refusal(this.answering);
});

Then('it is refused with a message containing {string}', function (this: World, part: string) {
  const message = refusal(this.answering);
  if (!message.includes(this.fill(part))) {
    const { sql } = last(this.answering);
    throw new PromiseBroken(`a refusal that says ${printValue(part)}`, sql, printValue(message));
  }
});

Given('its value is remembered as {string}', function (this: World, name: string) {
  this.remember(name, answeredTable(this.answering).rows[0]?.[0] ?? null);
});

Then('{string} and {string} are different', function (this: World, one: string, other: string) {
  if (sameValue(this.recall(one), this.recall(other))) {
    const got = `both are ${printValue(this.recall(one))}`;
    throw new PromiseBroken(`${one} and ${other} are different`, last(this.answering).sql, got);
  }
});

// Ground that a scenario stands on and that no promise is about: a server that will not have it is not judged.
Given('{string} has executed:', async function (this: World, name: string, text: string) {
  for (const line of text.split('\n')) {
    const sql = this.fill(line);
    const outcome = await this.session(name).perform(sql, (client) => client.query(sql));
    if ('error' in outcome) {
      throw new Untestable(
        `the server refuses what the scenario begins with: ${outcome.error.message}`,
      );
    }
  }
});

async function prepare(session: Session, sql: string): Promise<void> {
  await session.succeed(`CreatePreparedStatement (${sql})`, async (client) => {
    session.prepared = await client.prepare(sql);
    session.preparedSql = sql;
    return 'prepared';
  });
}

async function executePrepared(
  session: Session,
  times: number,
  parameters?: unknown,
): Promise<void> {
  const { prepared, preparedSql } = session;
  if (prepared === undefined) {
    throw new Error(`'${session.settings.name}' has prepared nothing`);
  }
  for (let time = 0; time < times; time++) {
    await session.succeed(preparedSql, () => prepared.query(), { parameters });
  }
}

async function rowsBecome(world: World, table: DataTable, order: Order): Promise<void> {
  const expected = expectedRows(world, table);
  const session = world.answering;
  const { sql } = last(session);
  const wait = {
    promised: `the rows ${printExpected(expected.rows)}${order === 'in order' ? '' : `, ${order}`}`,
    sent: sql,
    look: () => session.succeed(sql, (client) => client.query(sql), { looking: true }),
    judge: (seen: ResultTable) => wrongRows(expected, seen, order),
  };
  await becomes(wait, world.visibilityMs);
}

function wrongRows(
  expected: ReturnType<typeof expectedRows>,
  seen: ResultTable,
  order: Order = 'in order',
): string | undefined {
  return expected.columns.join() === seen.columns.join()
    ? mismatch(expected.rows, seen.rows, order)
    : `the columns ${seen.columns.join(', ')} instead of ${expected.columns.join(', ')}`;
}
