import { Schema } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { ResultTable } from '../client/result-table.js';
import { difference } from './script-model.js';
import type { ModelExecution, ModelSession } from './script-model.js';

const text = 'SELECT range FROM range(9000)';

function sessionThat(...executions: Omit<ModelExecution, 'text' | 'bound'>[]): ModelSession {
  return {
    id: 'a',
    name: 'ann',
    status: 'active',
    statements: [],
    executions: executions.map((each) => ({ text, bound: undefined, ...each })),
    unjudged: new Set(),
  };
}

interface Recorded {
  readonly sqlText?: string;
  readonly status: string;
  readonly rows: number | null;
  readonly ended?: boolean;
  readonly message?: string;
}

function records(...executions: readonly Recorded[]): ResultTable {
  const columns = [
    'kind',
    'session_id',
    'sql_text',
    'bind_parameters',
    'rows_fetched',
    'status',
    'ended',
    'message',
  ];
  const rows = executions.map(({ sqlText = text, status, rows, ended = true, message = null }) => [
    'execution',
    'a',
    sqlText,
    null,
    rows,
    status,
    ended,
    message,
  ]);
  return { schema: new Schema([]), columns, rows };
}

const closedEarly = { status: 'closed early', rows: [2048, 9000] } as const;

describe('the executions of a model', () => {
  it.each([
    { status: 'cancelled', rows: 2048, message: 'the client has gone' },
    { status: 'cancelled', rows: 9000 },
    { status: 'success', rows: 5000 },
  ])('accept for a result closed early: $status, $rows rows', (recorded) => {
    expect(difference('execution', [sessionThat(closedEarly)], records(recorded))).toBeUndefined();
  });

  it.each([
    { status: 'cancelled', rows: 2047 },
    { status: 'cancelled', rows: null },
    { status: 'success', rows: 9001 },
    { status: 'success', rows: 9000, message: 'but why' },
    { status: 'error', rows: 2048, message: 'aborted' },
    { status: 'timeout', rows: 2048 },
    { status: 'executing', rows: null, ended: false },
    { status: 'cancelled', rows: 2048, ended: false },
  ])('reject for a result closed early: $status, $rows rows', (recorded) => {
    expect(difference('execution', [sessionThat(closedEarly)], records(recorded))).toContain(
      'cancelled or success, 2048 to 9000 rows',
    );
  });

  it('accept an error with a message for a result left behind', () => {
    const session = sessionThat({ status: 'left behind', rows: [2048, 9000] });
    const failed = { status: 'error', rows: 2048 };
    expect(difference('execution', [session], records({ ...failed, message: 'gone' }))).toBe(
      undefined,
    );
    expect(difference('execution', [session], records(failed))).toContain('no execution record');
  });

  it('are matched with records, those with the most rows first', () => {
    const session = sessionThat(
      { status: 'closed early', rows: [1000, 9000] },
      { status: 'closed early', rows: [4000, 9000] },
    );
    const [few, many] = [
      { status: 'cancelled', rows: 1500 },
      { status: 'cancelled', rows: 4500 },
    ];
    expect(difference('execution', [session], records(many, few))).toBeUndefined();
    expect(difference('execution', [session], records(few, few))).toContain('4000 to 9000');
    expect(difference('execution', [session], records(many, few, many))).toContain(
      'records that nothing in the script explains',
    );
  });

  it('ignore unjudged texts', () => {
    const session = sessionThat({ status: 'success', rows: 9000 });
    const whole = { status: 'success', rows: 9000 };
    const commit = { sqlText: 'COMMIT /* 7 */', status: 'error', rows: 0, message: 'aborted' };
    expect(difference('execution', [session], records(whole, commit))).toContain('COMMIT');
    session.unjudged.add(commit.sqlText);
    expect(difference('execution', [session], records(whole, commit))).toBeUndefined();
  });
});
