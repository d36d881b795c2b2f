import { Then } from '@cucumber/cucumber';
import type { PlainValue } from './client/plain-value.js';
import { printRows } from './scenario/match-rows.js';
import { becomes } from './scenario/visibility.js';
import type { World } from './scenario/world.js';

Then(
  'every attempt of {string} is recorded as failed:',
  async function (this: World, name: string, text: string) {
    await attemptsFailed(this, name, this.fill(text), '');
  },
);

Then(
  'every attempt of {string} is recorded as failed, saying {string}:',
  async function (this: World, name: string, part: string, text: string) {
    await attemptsFailed(this, name, this.fill(text), this.fill(part));
  },
);

// A statement that runs another one may fail at either's stage.
Then(
  'every attempt of {string} is recorded as failed when prepared or executed:',
  async function (this: World, name: string, text: string) {
    await attemptsFailed(this, name, this.fill(text), '', { orExecuted: true });
  },
);

/** Waits until all records of the text are of failures with a message, and there is one. */
async function attemptsFailed(
  world: World,
  name: string,
  text: string,
  part: string,
  { orExecuted = false } = {},
): Promise<void> {
  const sql = `SELECT s.prepare_success, s.prepare_error, e.status, e.error_message FROM _gizmosql_instr.main.sql_statements s LEFT JOIN _gizmosql_instr.main.sql_executions e ON e.statement_id = s.statement_id WHERE s.session_id = '${world.fill(`\${${name}}`)}' AND s.sql_text = '${text.replaceAll("'", "''")}'`;
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
