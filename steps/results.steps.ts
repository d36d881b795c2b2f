import { Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { Decimal, Timestamp, printValue } from './client/plain-value.js';
import type { PlainValue } from './client/plain-value.js';
import type { ResultTable } from './client/result-table.js';
import { answeredTable, last } from './scenario/last-answer.js';
import { mismatch, printExpected, printRows } from './scenario/match-rows.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { expectedRows } from './scenario/expected-rows.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

// Remembered without its end, so that a later statement can be about its rows: FROM (${the query}).
When(
  '{string} runs the documented query:',
  async function (this: World, name: string, documented: string) {
    const sql = this.inCatalog(documented);
    const query = sql.replace(/;\s*$/, '');
    this.remember('the query', query);
    this.remember('the query without its limit', query.replace(/\s+LIMIT \d+$/, ''));
    await this.session(name).succeed(sql, (client) => client.query(sql));
  },
);

Then('the columns are:', function (this: World, table: DataTable) {
  const expected = table.raw().flat();
  const { columns } = answeredTable(this.answering);
  if (expected.join() !== columns.join()) {
    const { sql } = last(this.answering);
    throw new PromiseBroken(`the columns ${expected.join(', ')}`, sql, columns.join(', '));
  }
});

Then('the columns include:', function (this: World, table: DataTable) {
  const { columns } = answeredTable(this.answering);
  const missing = table
    .raw()
    .flat()
    .filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const { sql } = last(this.answering);
    throw new PromiseBroken(`the columns ${missing.join(', ')} too`, sql, columns.join(', '));
  }
});

Then('there are {int} rows', function (this: World, count: number) {
  const { rows } = answeredTable(this.answering);
  if (rows.length !== count) {
    throw new PromiseBroken(`${count} rows`, last(this.answering).sql, `${rows.length} rows`);
  }
});

Then('there are at most {int} rows', function (this: World, limit: number) {
  const { rows } = answeredTable(this.answering);
  if (rows.length > limit) {
    const got = `${rows.length} rows`;
    throw new PromiseBroken(`at most ${limit} rows`, last(this.answering).sql, got);
  }
});

Then('the rows descend by {string}', function (this: World, column: string) {
  const { columns, rows } = answeredTable(this.answering);
  const place = columns.indexOf(column);
  // Where NULL comes in an order is for the server's settings to say.
  const values = rows.map((row) => row[place] ?? null).filter((value) => value !== null);
  const ascends = values.findIndex((value, index) => {
    const before = values[index - 1];
    return before !== undefined && magnitude(before) < magnitude(value);
  });
  if (place === -1 || ascends !== -1) {
    const got = values.map(printValue).join(', ');
    throw new PromiseBroken(`rows from the greatest ${column} down`, last(this.answering).sql, got);
  }
});

Then(
  'within the visibility time the rows include:',
  async function (this: World, table: DataTable) {
    const expected = expectedRows(this, table);
    const session = this.answering;
    const { sql } = last(session);
    await becomes(
      {
        promised: `rows among which are ${printExpected(expected.rows)}`,
        sent: sql,
        look: () => session.succeed(sql, (client) => client.query(sql), { looking: true }),
        judge: (seen: ResultTable) => missingRows(expected, seen),
      },
      this.visibilityMs,
    );
  },
);

Then('no row mentions {string}', function (this: World, text: string) {
  const { rows } = answeredTable(this.answering);
  const mentioning = rows.filter((row) => row.some((value) => printValue(value).includes(text)));
  if (mentioning.length > 0) {
    const { sql } = last(this.answering);
    throw new PromiseBroken(`no row with ${printValue(text)}`, sql, printRows(mentioning));
  }
});

// What shows nothing at all hides nothing either: beside what must not be there stands what must be.
Then('some row mentions {string}', function (this: World, text: string) {
  const { rows } = answeredTable(this.answering);
  const wanted = this.fill(text);
  if (!rows.some((row) => row.some((value) => printValue(value).includes(wanted)))) {
    const { sql } = last(this.answering);
    throw new PromiseBroken(`a row with ${printValue(wanted)}`, sql, printRows(rows));
  }
});

Then('{string} is refused each of:', async function (this: World, name: string, table: DataTable) {
  for (const sql of table
    .raw()
    .flat()
    .map((cell) => this.fill(cell))) {
    const outcome = await this.session(name).perform(sql, (client) => client.query(sql));
    if (!('error' in outcome && outcome.error.answered)) {
      const got = 'error' in outcome ? `no answer: ${outcome.error.message}` : 'success';
      throw new PromiseBroken('a refusal', sql, got);
    }
  }
});

function missingRows(
  { columns, rows }: ReturnType<typeof expectedRows>,
  seen: ResultTable,
): string | undefined {
  if (columns.join() !== seen.columns.join()) {
    return `the columns ${seen.columns.join(', ')} instead of ${columns.join(', ')}`;
  }
  const absent = rows.filter((row) =>
    seen.rows.every((candidate) => mismatch([row], [candidate], 'in order') !== undefined),
  );
  return absent.length === 0
    ? undefined
    : `no row for ${printExpected(absent)} among ${printRows(seen.rows)}`;
}

function magnitude(value: PlainValue): number | bigint {
  if (value instanceof Timestamp) {
    return value.nanos;
  }
  return value instanceof Decimal ? Number(value.text) : (value as number | bigint);
}
