import { Given, Then, When } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import { Decimal, Timestamp, printValue } from './client/plain-value.js';
import type { PlainValue } from './client/plain-value.js';
import type { ResultTable } from './client/result-table.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { sameValue } from './scenario/expectation.js';
import { expectedRows } from './scenario/expected-rows.js';
import { mismatch, printExpected, printRows } from './scenario/match-rows.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

type Expected = ReturnType<typeof expectedRows>;
/** Describes how the rows differ from the expected ones; undefined if they match. */
type Judge = (expected: Expected, seen: ResultTable) => string | undefined;

const judges: Record<string, Judge> = {
  are: ({ rows }, seen) => mismatch(rows, seen.rows, 'in order'),
  'are, in any order': ({ rows }, seen) => mismatch(rows, seen.rows, 'in any order'),
  include: ({ rows }, seen) => {
    const absent = rows.filter((row) =>
      seen.rows.every((candidate) => mismatch([row], [candidate], 'in order') !== undefined),
    );
    return absent.length === 0
      ? undefined
      : `no row for ${printExpected(absent)} among ${printRows(seen.rows)}`;
  },
};

// With `within the visibility time`, the statement is repeated until its rows match.
Then(
  /^(within the visibility time )?the rows (are|are, in any order|include):$/,
  async function (this: World, eventually: string | null, how: string, table: DataTable) {
    const expected = expectedRows(this, table);
    const session = this.sessions.answering;
    const { sql } = session.lastAnswer;
    const promised = `the rows ${how === 'are' ? '' : `${how.replace(/^are, /, '')} `}${printExpected(expected.rows)}`;
    const judge = (seen: ResultTable): string | undefined =>
      wrongColumns(expected.columns, seen) ?? judges[how]?.(expected, seen);
    if (eventually !== null) {
      const look = () => session.succeed(sql, (client) => client.query(sql), { looking: true });
      await becomes({ promised, sent: sql, look, judge }, this.visibilityMs);
      return;
    }
    const wrong = judge(session.lastTable);
    if (wrong !== undefined) {
      throw new PromiseBroken(promised, sql, wrong);
    }
  },
);

Then(
  /^the columns (are|include):$/,
  function (this: World, how: 'are' | 'include', table: DataTable) {
    const expected = table.raw().flat();
    const { lastTable, lastAnswer } = this.sessions.answering;
    const { columns } = lastTable;
    const isRight =
      how === 'are'
        ? expected.join() === columns.join()
        : expected.every((column) => columns.includes(column));
    if (!isRight) {
      const promised = `the columns ${how === 'are' ? '' : 'include '}${expected.join(', ')}`;
      throw new PromiseBroken(promised, lastAnswer.sql, columns.join(', '));
    }
  },
);

Then(
  /^there are (at most )?(\d+) rows$/,
  function (this: World, atMost: string | null, count: string) {
    const { lastTable, lastAnswer } = this.sessions.answering;
    const { length } = lastTable.rows;
    if (atMost === null ? length !== Number(count) : length > Number(count)) {
      throw new PromiseBroken(`${atMost ?? ''}${count} rows`, lastAnswer.sql, `${length} rows`);
    }
  },
);

Then('the rows descend by {string}', function (this: World, column: string) {
  const { lastTable, lastAnswer } = this.sessions.answering;
  const { columns, rows } = lastTable;
  const place = columns.indexOf(column);
  // The server's settings decide where NULLs are in an order.
  const values = rows.map((row) => row[place] ?? null).filter((value) => value !== null);
  const ascends = values.findIndex((value, index) => {
    const before = values[index - 1];
    return before !== undefined && magnitude(before) < magnitude(value);
  });
  if (place === -1 || ascends !== -1) {
    const got = values.map(printValue).join(', ');
    throw new PromiseBroken(`rows from the greatest ${column} down`, lastAnswer.sql, got);
  }
});

// `no row mentions` also holds for an empty result, so a scenario combines it with `some row mentions`.
Then(
  /^(no|some) row mentions "([^"]*)"$/,
  function (this: World, howMany: 'no' | 'some', text: string) {
    const { lastTable, lastAnswer } = this.sessions.answering;
    const wanted = this.fill(text);
    const mentioning = lastTable.rows.filter((row) =>
      row.some((value) => printValue(value).includes(wanted)),
    );
    if (mentioning.length > 0 !== (howMany === 'some')) {
      const got = printRows(howMany === 'some' ? lastTable.rows : mentioning);
      throw new PromiseBroken(`${howMany} row with ${printValue(wanted)}`, lastAnswer.sql, got);
    }
  },
);

Then(
  /^it is refused(?: with a message containing "([^"]*)")?$/,
  function (this: World, part: string | null) {
    const { answering } = this.sessions;
    const { sql } = answering.lastAnswer;
    const message = answering.refusal();
    if (part !== null && !message.includes(this.fill(part))) {
      throw new PromiseBroken(`a refusal that says ${printValue(part)}`, sql, printValue(message));
    }
  },
);

Given('its value is remembered as {string}', function (this: World, name: string) {
  this.memory.remember(name, this.sessions.answering.lastTable.rows[0]?.[0] ?? null);
});

Then('{string} and {string} are different', function (this: World, one: string, other: string) {
  if (sameValue(this.memory.recall(one), this.memory.recall(other))) {
    const got = `both are ${printValue(this.memory.recall(one))}`;
    const { sql } = this.sessions.answering.lastAnswer;
    throw new PromiseBroken(`${one} and ${other} are different`, sql, got);
  }
});

// The query is remembered without its final semicolon, so that later statements can use it: FROM (${the
// query}).
When(
  '{string} runs the documented query:',
  async function (this: World, name: string, documented: string) {
    const sql = this.memory.inCatalog(documented);
    const query = sql.replace(/;\s*$/, '');
    this.memory.remember('the query', query);
    this.memory.remember('the query without its limit', query.replace(/\s+LIMIT \d+$/, ''));
    await this.session(name).execute(sql);
  },
);

function wrongColumns(expected: readonly string[], { columns }: ResultTable): string | undefined {
  return expected.join() === columns.join()
    ? undefined
    : `the columns ${columns.join(', ')} instead of ${expected.join(', ')}`;
}

function magnitude(value: PlainValue): number | bigint {
  if (value instanceof Timestamp) {
    return value.nanos;
  }
  return value instanceof Decimal ? Number(value.text) : (value as number | bigint);
}
