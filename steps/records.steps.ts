import { Then } from '@cucumber/cucumber';
import type { DataTable } from '@cucumber/cucumber';
import type { PlainValue } from './client/plain-value.js';
import { printValue } from './client/plain-value.js';
import { sqlLiteral } from './client/sql-literal.js';
import { PromiseBroken } from './errors/promise-broken.js';
import { expectedRecord, expectedRows } from './scenario/expected-rows.js';
import { printRows } from './scenario/match-rows.js';
import type { Rows } from './scenario/match-rows.js';
import { recordsAllBecome, recordsBecome } from './scenario/records.js';
import type { RecordKind } from './scenario/records.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

// With `every` there may be several records. At least one must exist, and all must match.
Then(
  /^(the|every) (instance|session|statement|execution) of "([^"]*)" is recorded with:$/,
  async function (
    this: World,
    which: 'the' | 'every',
    kind: RecordKind,
    name: string,
    table: DataTable,
  ) {
    const expected = { kind, session: this.session(name), ...expectedRecord(this, table) };
    await (which === 'the' ? recordsBecome(this, expected) : recordsAllBecome(this, expected));
  },
);

// A busy session cannot send a later statement to wait for, so only the present records are compared.
Then(
  /^the (statement|execution)s of "([^"]*)" are recorded(, while it is busy,)? as:$/,
  async function (
    this: World,
    kind: RecordKind,
    name: string,
    busy: string | null,
    table: DataTable,
  ) {
    const expected = { kind, session: this.session(name), ...expectedRows(this, table) };
    await recordsBecome(this, expected, { busy: busy !== null });
  },
);

// A statement that runs another one may fail either when it is prepared or when it is executed.
Then(
  /^every attempt of "([^"]*)" is recorded as failed( when prepared or executed)?(?:, saying "([^"]*)")?:$/,
  async function (
    this: World,
    name: string,
    orExecuted: string | null,
    part: string | null,
    text: string,
  ) {
    const says = this.fill(part ?? '');
    await attemptsFailed(this, name, this.fill(text), says, { orExecuted: orExecuted !== null });
  },
);

// The documented columns, with types and order, come from the catalogue.
Then('the columns of {string} are as documented', async function (this: World, table: string) {
  const documented = documentedColumns(this, table);
  const sql = columnsQuery(table);
  const seen = (await this.look(sql)).rows.map((row) => row.map(String).join(' '));
  const expected = documented.map(({ name, type }) => `${name} ${type}`);
  // A file of an earlier release gets the later columns at the end, so their place is left open.
  const first = documented.filter(({ isAdded }) => !isAdded);
  const inOrder = first.map(({ name, type }) => `${name} ${type}`);
  const seenFirst = seen.filter((each) => inOrder.includes(each));
  if (sorted(seen) !== sorted(expected) || seenFirst.join() !== inOrder.join()) {
    const others = first.length === documented.length ? '' : ' (later columns anywhere)';
    const promised = `the columns of ${table}, in order${others}: ${expected.join(', ')}`;
    throw new PromiseBroken(promised, sql, seen.join(', '));
  }
});

// The documented columns of a view, of which some revisions leave open what follows.
Then(/^the columns of the view "([^"]*)" are as documented$/, function (this: World, view: string) {
  const { columns, othersMayFollow = false } =
    this.catalogue.byId.get(`view.${view}.columns`) ?? {};
  if (columns === undefined) {
    throw new Error(`the catalogue has no columns of the view ${view}`);
  }
  const { lastTable, lastAnswer } = this.sessions.answering;
  const seen = lastTable.columns;
  const judged = othersMayFollow ? seen.slice(0, columns.length) : seen;
  if (judged.join() !== columns.join()) {
    const how = othersMayFollow ? 'first, in order' : 'in order, and no others';
    const promised = `the columns of ${view} are, ${how}: ${columns.join(', ')}`;
    throw new PromiseBroken(promised, lastAnswer.sql, seen.join(', '));
  }
});

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join();
}

Then(
  'the column {string} of {string} has the documented type',
  async function (this: World, column: string, table: string) {
    const type = documentedColumns(this, table).find(({ name }) => name === column)?.type;
    if (type === undefined) {
      throw new Error(`the catalogue has no column ${column} of ${table}`);
    }
    const sql = columnsQuery(table);
    const found = (await this.look(sql)).rows.find(([name]) => name === column);
    if (found?.[1] !== type) {
      const got = found === undefined ? 'no such column' : printValue(found[1] ?? null);
      throw new PromiseBroken(`the column ${column} of ${table} is ${type}`, sql, got);
    }
  },
);

/** The records that cannot change any more. */
const finished = {
  instances: `SELECT * FROM _gizmosql_instr.main.instances WHERE status <> 'running'`,
  sessions: `SELECT * FROM _gizmosql_instr.main.sessions WHERE status <> 'active'`,
  // A statement that is being prepared is excluded: this query itself may be recorded already.
  sql_statements: `SELECT * FROM _gizmosql_instr.main.sql_statements WHERE prepare_success IS NOT NULL`,
  sql_executions: `SELECT * FROM _gizmosql_instr.main.sql_executions WHERE status <> 'executing'`,
};

Then(
  /^the finished records are (remembered|what they were)$/,
  async function (this: World, what: 'remembered' | 'what they were') {
    for (const [table, sql] of Object.entries(finished) as [keyof typeof finished, string][]) {
      const { rows } = await this.look(sql);
      const name = `finished ${table}`;
      if (what === 'remembered') {
        this.memory.remember(name, rows);
      } else {
        mustHaveStayed(table, this.memory.recall(name) as Rows, rows);
      }
    }
  },
);

function mustHaveStayed(table: keyof typeof finished, before: Rows, now: Rows): void {
  const printed = new Set(now.map((row) => printValue(row)));
  const altered = before.filter((row) => !printed.has(printValue(row)));
  if (altered.length > 0) {
    const got = `no longer there as they were: ${printRows(altered)}`;
    throw new PromiseBroken(`the finished records of ${table} stay`, finished[table], got);
  }
}

/** Waits until the text has a record and all its records are failures with a message. */
async function attemptsFailed(
  world: World,
  name: string,
  text: string,
  part: string,
  { orExecuted }: { readonly orExecuted: boolean },
): Promise<void> {
  const sql = `SELECT s.prepare_success, s.prepare_error, e.status, e.error_message FROM _gizmosql_instr.main.sql_statements s LEFT JOIN _gizmosql_instr.main.sql_executions e ON e.statement_id = s.statement_id WHERE s.session_id = '${world.fill(`\${${name}}`)}' AND s.sql_text = ${sqlLiteral(text)}`;
  const says = (message: PlainValue = null): boolean =>
    typeof message === 'string' && message.trim() !== '' && message.includes(part);
  const failed = ([prepared, error, status, message]: readonly PlainValue[]): boolean =>
    prepared === true
      ? orExecuted && status === 'error' && says(message)
      : prepared === false && says(error) && status === null;
  const wait = {
    promised: `records of '${text}' by '${name}' with prepare_success false and a message${part === '' ? '' : ` that says '${part}'`}`,
    sent: sql,
    look: async () => (await world.look(sql)).rows,
    judge: (rows: readonly (readonly PlainValue[])[]) =>
      rows.length > 0 && rows.every(failed) ? undefined : printRows(rows),
  };
  await becomes(wait, world.visibilityMs);
}

/** The columns of a table according to the catalogue, which has a requirement for each. */
function documentedColumns(
  { catalogue }: World,
  table: string,
): { name: string; type: string; isAdded: boolean }[] {
  const [first] = catalogue.requirements;
  return catalogue.requirements.flatMap(({ id, type, since }) =>
    type !== undefined && id.startsWith(`${table}.`)
      ? [{ name: id.slice(table.length + 1), type, isAdded: since !== first?.since }]
      : [],
  );
}

function columnsQuery(table: string): string {
  return `SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = '_gizmosql_instr' AND table_schema = 'main' AND table_name = '${table}' ORDER BY ordinal_position`;
}
